"""A desk from a folder of TOML files, checked as a whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from groundswell.desk import nouns
from groundswell.desk.deployment import deployment_of
from groundswell.desk.fitted import Fitted, load_fitted
from groundswell.desk.table import Table, read_table
from groundswell.errors import DeskError
from groundswell.types.snapshot import canonical

FILES = (
    "desk.toml",
    "beats.toml",
    "entities.toml",
    "communities.toml",
    "sources.toml",
    "hypotheses.toml",
)


# whose desk it is, not what it watches; what reads and what was taught name themselves in makers
DEPLOYMENT = ("folder", "operator", "clock", "limits", "reader", "taught", "cascade")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What one newsroom watches, read from a folder of TOML files."""

    name: str
    title: str
    topic: str
    folder: Path
    languages: tuple[str, ...] = ("en",)
    invented: bool = False
    clock: datetime | None = None
    operator: nouns.Operator | None = None
    limits: nouns.Limits = field(default_factory=nouns.Limits)
    reader: nouns.ReaderSpec | None = None  # None: the packaged one
    beats: tuple[nouns.Beat, ...] = ()
    relevance: nouns.Relevance = field(default_factory=nouns.Relevance)
    entities: tuple[nouns.Entity, ...] = ()
    communities: tuple[nouns.Community, ...] = ()
    groups: tuple[nouns.Group, ...] = ()
    outlets: tuple[nouns.Outlet, ...] = ()
    not_outlets: tuple[str, ...] = ()  # hosts of other people's work: no publication of their own
    sources: tuple[nouns.SourceSpec, ...] = ()
    hypotheses: tuple[nouns.Hypothesis, ...] = ()
    fitted: Fitted | None = None
    taught: tuple[nouns.Taught, ...] = ()  # filled from the store where records are labelled
    cascade: str = ""  # what leaves out a firehose's records, filled in the same place

    @classmethod
    def load(cls, folder: Path) -> Desk:
        """Read and check a folder. DeskError names the file, the table and the key."""
        if not (folder / "desk.toml").is_file():
            raise DeskError(f"{folder}: holds no desk.toml; make a desk with `groundswell init`")
        tables = {name: read_table(folder / name) for name in FILES if (folder / name).exists()}
        head = tables.pop("desk.toml")
        desk = cls(
            name=head.slug("name"),
            title=head.text("title"),
            topic=head.text("topic", ""),
            folder=folder,
            languages=head.texts("languages") or ("en",),
            invented=head.flag("invented"),
            clock=head.time("clock"),
            fitted=load_fitted(folder),
            **deployment_of(head, folder),
            **_lists(tables),
        )
        head.done()
        _check(desk)
        return desk

    @cached_property
    def hash(self) -> str:
        """Sixteen hex digits over everything editorial (not the operator, nor the folder)."""
        body = {k: v for k, v in asdict(self).items() if k not in DEPLOYMENT}
        return hashlib.sha256(canonical(body).encode()).hexdigest()[:16]

    @cached_property
    def _community_by_name(self) -> Mapping[str, nouns.Community]:
        return {c.name: c for c in self.communities} | {c.slug: c for c in self.communities}

    @cached_property
    def _outlet_by_name(self) -> Mapping[str, nouns.Outlet]:
        names: dict[str, nouns.Outlet] = {}
        for outlet in self.outlets:
            for name in (outlet.name, outlet.slug, outlet.domain, *outlet.aliases):
                names.setdefault(name.casefold(), outlet)
        return names

    @cached_property
    def _entity_by_slug(self) -> Mapping[str, nouns.Entity]:
        return {e.slug: e for e in self.entities}

    @cached_property
    def _beat_by_slug(self) -> Mapping[str, nouns.Beat]:
        return {b.slug: b for b in self.beats}

    def community(self, name: str, source: str = "") -> nouns.Community | None:
        """The community of that name or slug, by entry or else by group rule."""
        if name in self._community_by_name:
            return self._community_by_name[name]
        for group in self.groups:
            if source == group.source and fnmatchcase(name, group.match):
                return nouns.Community(
                    slug=slugged(name),
                    name=name,
                    source=source,
                    kind=group.kind,
                    lang=group.lang,
                    quote=group.quote,
                    population=group.population,
                    firehose=group.firehose,
                )
        return None

    @cached_property
    def firehoses(self) -> tuple[str, ...]:
        """The tables of sources, communities and groups that are marked as a firehose."""
        towns = "communities.toml, "
        return (
            *(f"sources.toml, [[source]] {s.name}" for s in self.sources if s.firehose),
            *(f"{towns}[[community]] {c.slug}" for c in self.communities if c.firehose),
            *(f"{towns}[[group]] {g.source} {g.match}" for g in self.groups if g.firehose),
        )

    def is_firehose(self, stream: str, community: str, source: str) -> bool:
        """Whether records of a stream (a source of the desk) or a community come from one."""
        known = self.community(community, source) if self.firehoses else None
        return bool(known and known.firehose) or stream in self._streams

    @cached_property
    def _streams(self) -> frozenset[str]:
        return frozenset(spec.name for spec in self.sources if spec.firehose)

    def outlet(self, name: str) -> nouns.Outlet | None:
        """The outlet of that name, slug, domain or alias, if the desk knows it."""
        return self._outlet_by_name.get(name.casefold())

    def owner(self, name: str) -> str:
        """Who answers for an outlet: its owner, else itself; "" for hosts of others' work."""
        known = self.outlet(name)
        if name.casefold() in self._not_outlets:
            return ""
        return (known.owner or known.slug) if known else name

    @cached_property
    def _not_outlets(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.not_outlets)

    def entity(self, slug: str) -> nouns.Entity | None:
        """The entity of that slug, if the desk knows it."""
        return self._entity_by_slug.get(slug)

    def beat(self, slug: str) -> nouns.Beat | None:
        """The beat of that slug, if the desk knows it."""
        return self._beat_by_slug.get(slug)

    def label(self, subject: str) -> str:
        """A subject in words: "entity/gantry" is "Gantry", "*" is "everything"."""
        kind, _, slug = subject.partition("/")
        known = self.entity(slug) if kind == "entity" else self.beat(slug)
        return known.name if known else (slug or "everything")


def _lists(tables: Mapping[str, Table]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, table in tables.items():
        stem = name.removesuffix(".toml")
        if stem == "beats":
            found["beats"] = tuple(_beat(t) for t in table.tables("beat"))
            found["relevance"] = _relevance(table.table("relevance"))
        elif stem == "entities":
            found["entities"] = tuple(_entity(t) for t in table.tables("entity"))
        elif stem == "communities":
            found["communities"] = tuple(_community(t) for t in table.tables("community"))
            found["groups"] = tuple(_group(t) for t in table.tables("group"))
            found["outlets"] = tuple(_outlet(t) for t in table.tables("outlet"))
            found["not_outlets"] = table.texts("not_outlets")
        elif stem == "sources":
            found["sources"] = tuple(
                nouns.SourceSpec(
                    name=t.slug("name"),
                    kind=t.text("kind"),
                    firehose=t.flag("firehose"),
                    options=t.rest(),
                )
                for t in table.tables("source")
            )
        else:
            found["hypotheses"] = tuple(_hypothesis(t) for t in table.tables("hypothesis"))
        table.done()
    return found


def _beat(t: Table) -> nouns.Beat:
    beat = nouns.Beat(
        slug=t.slug(),
        name=t.text("name"),
        category=t.text("category", ""),
        description=t.text("description"),
        keywords=t.texts("keywords"),
        exclusions=t.texts("exclusions"),
        examples=t.texts("examples"),
        counterexamples=t.texts("counterexamples"),
    )
    t.done()
    return beat


def _relevance(t: Table) -> nouns.Relevance:
    relevance = nouns.Relevance(
        description=t.text("description", ""),
        examples=t.texts("examples"),
        offtopic=t.texts("offtopic"),
    )
    t.done()
    return relevance


def _entity(t: Table) -> nouns.Entity:
    name = t.text("name")
    dated = [_alias(a) for a in t.tables("dated")]
    listed = t.texts("aliases")
    own = (name,) if not listed and not dated else listed
    always = [nouns.Alias(text=text) for text in dict.fromkeys(own)]
    entity = nouns.Entity(
        slug=t.slug(),
        name=name,
        type=t.text("type", among=nouns.ENTITY_TYPES),  # type: ignore[arg-type]  # checked by `among`
        aliases=(*always, *dated),
        public=t.flag("public"),
        context=t.texts("context"),
        cancel=t.texts("not"),
        case=t.flag("case"),
    )
    if entity.public and entity.type != "person":
        raise t.fault("public", "only a person can be a public figure")
    t.done()
    return entity


def _alias(t: Table) -> nouns.Alias:
    alias = nouns.Alias(
        text=t.text("alias"), start=t.day("from", 0), stop=t.day("to", nouns.FOREVER) + 1
    )
    if alias.start >= alias.stop:
        raise t.fault("to", "must be a later day than 'from'")
    t.done()
    return alias


def _community(t: Table) -> nouns.Community:
    community = nouns.Community(
        slug=t.slug(),
        name=t.text("name"),
        source=t.text("source"),
        kind=t.text("kind", among=nouns.COMMUNITY_KINDS),  # type: ignore[arg-type]  # checked by `among`
        lang=t.text("lang", "en"),
        quote=t.text("quote", "ok", among=("ok", "never")),  # type: ignore[arg-type]  # checked by `among`
        chosen=t.flag("chosen"),
        population=t.text("population", ""),
        firehose=t.flag("firehose"),
    )
    t.done()
    return community


def _group(t: Table) -> nouns.Group:
    group = nouns.Group(
        source=t.text("source"),
        match=t.text("match"),
        kind=t.text("kind", among=nouns.COMMUNITY_KINDS),  # type: ignore[arg-type]  # checked by `among`
        lang=t.text("lang", "en"),
        quote=t.text("quote", "ok", among=("ok", "never")),  # type: ignore[arg-type]  # checked by `among`
        population=t.text("population", ""),
        firehose=t.flag("firehose"),
    )
    t.done()
    return group


def slugged(name: str) -> str:
    """A name as a slug.

    >>> slugged("r/LocalLLaMA"), slugged("news.ycombinator.com")
    ('r-localllama', 'news.ycombinator.com')
    """
    return "".join(
        c if (c.isascii() and c.isalnum()) or c in "._" else "-" for c in name.lower()
    ).strip("-")


def _outlet(t: Table) -> nouns.Outlet:
    outlet = nouns.Outlet(
        slug=t.slug(),
        name=t.text("name"),
        aliases=t.texts("aliases"),
        domain=t.text("domain", ""),
        owner=t.text("owner", ""),
    )
    t.done()
    return outlet


def _hypothesis(t: Table) -> nouns.Hypothesis:
    hypothesis = nouns.Hypothesis(
        slug=t.slug(),
        title=t.text("title"),
        subject=t.slug("subject"),
        registered=t.day("registered"),
        statement=t.text("statement"),
        obligations=tuple(
            nouns.Duty(
                kind=o.text("kind", among=nouns.OBLIGATIONS),
                question=o.text("question"),
                options=o.rest(),
            )
            for o in t.tables("obligation")
        ),
    )
    t.done()
    return hypothesis


def _check(desk: Desk) -> None:
    _unique("beats.toml, [[beat]]", (b.slug for b in desk.beats))
    _unique("entities.toml, [[entity]]", (e.slug for e in desk.entities))
    _unique("communities.toml, [[community]]", (c.slug for c in desk.communities))
    _unique("communities.toml, [[outlet]]", (o.slug for o in desk.outlets))
    _unique("sources.toml, [[source]]", (s.name for s in desk.sources))
    _check_firehoses(desk)
    for hypothesis in desk.hypotheses:
        if not desk.entity(hypothesis.subject):
            raise DeskError(
                f"hypotheses.toml, [[hypothesis]] {hypothesis.slug}, key 'subject': "
                f"no entity {hypothesis.subject!r} in entities.toml"
            )


def _check_firehoses(desk: Desk) -> None:
    """A firehose is left out by what the beats want; an archive's records bear no source's name."""
    if desk.firehoses and not desk.beats:
        raise DeskError(
            f"{desk.firehoses[0]}, key 'firehose': a desk without beats cannot tell what to leave "
            "out; write beats.toml, or remove the key"
        )
    for source in desk.sources:
        if source.firehose and source.kind == "archive":
            raise DeskError(
                f"sources.toml, [[source]] {source.name}, key 'firehose': is for live sources; "
                "for an archive mark its communities in communities.toml"
            )


def _unique(where: str, slugs: Iterable[str]) -> None:
    twice = [slug for slug, n in Counter(slugs).items() if n > 1]
    if twice:
        raise DeskError(f"{where} {twice[0]}, key 'slug': stands there twice; rename one")
