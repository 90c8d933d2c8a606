"""The editorial nouns of a desk: what one newsroom watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

EntityType = Literal[
    "person",
    "organization",
    "state",
    "government",
    "product",
    "technology",
    "legislation",
    "concept",
]
ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)
CommunityKind = Literal[
    "forum",
    "microblog",
    "code",
    "list",
    "video",
    "papers",
    "outlet",
    "blog",
    "reviews",
    "news",
]
COMMUNITY_KINDS: tuple[CommunityKind, ...] = get_args(CommunityKind)
OBLIGATIONS = (
    "convergence",
    "frame",
    "coverage",
    "cooccurrence",
    "analogy",
    "contradiction",
    "volume",
    "tone",
)
FOREVER = 10**7  # a day number after every day


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What a story can be about, taught by a description and examples."""

    slug: str
    name: str
    category: str = ""
    description: str
    keywords: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """What belongs to the desk at all, and what does not."""

    description: str = ""
    examples: tuple[str, ...] = ()
    offtopic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a person said of one record: whether it belongs to a beat (`layer` "beats/<slug>") or
    to the desk ("relevance"). Kept in the store, not in the desk's files."""

    layer: str
    title: str
    text: str
    belongs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name of an entity, good from day `start` until before day `stop`."""

    text: str
    start: int = 0
    stop: int = FOREVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something with a name. `context`: one of these words must stand in the same record;
    `cancel`: phrases in which the name means something else; `case`: match case exactly."""

    slug: str
    name: str
    type: EntityType
    aliases: tuple[Alias, ...]
    public: bool = False
    context: tuple[str, ...] = ()
    cancel: tuple[str, ...] = ()
    case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Somewhere people talk: its name in records, what it is, whether it may be quoted."""

    slug: str
    name: str
    source: str
    kind: CommunityKind
    lang: str = "en"
    quote: Literal["ok", "never"] = "ok"
    chosen: bool = False  # the accounts were hand-picked, not open
    population: str = ""  # a plain phrase naming who this is
    firehose: bool = False  # mostly not for this desk: read only what may be (docs/label.md)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A rule for communities without an entry of their own: the first whose source agrees and
    whose pattern (* stands for anything) fits the name."""

    source: str
    match: str
    kind: CommunityKind
    lang: str = "en"
    quote: Literal["ok", "never"] = "ok"
    population: str = ""
    firehose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publication; outlets of one owner count once in coverage."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    domain: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One obligation of a hypothesis: its kind, its question, its parameters."""

    kind: str
    question: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """Something registered before looking, to be proven, refuted or left open."""

    slug: str
    title: str
    subject: str  # entity slug
    registered: int
    statement: str
    obligations: tuple[Duty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One source to gather: its plugin kind and options; `firehose` as of a community."""

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    firehose: bool = False


@dataclass(frozen=True, slots=True)
class PartSpec:
    """What answers some questions beside the reader: its plugin kind and options."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSpec:
    """What reads this desk's records: a kind of reader ("": as its path says), its options and
    the parts beside it."""

    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[PartSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What this installation may use; 0 is no limit. Bytes, bytes a second, worker processes.
    `lan`: private networks whose pages may be read, in CIDR notation."""

    max_disk: int = 0
    max_bandwidth: int = 0
    max_processes: int = 0
    lan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who answers for this installation; needed to ask live sources, to publish, and to serve
    beyond loopback. `url`: a page about it, named in every request."""

    name: str
    contact: str
    purpose: str = ""
    basis: str = ""
    region: str = ""
    retention: str = ""
    url: str = ""
