"""The town in a store, its claims and its true sentences."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from groundswell.report.evidence import StoredEvidence
from groundswell.report.verifiers.figures import Figures
from groundswell.report.verifiers.quotes import Quotes
from groundswell.report.verifiers.wording import Wording
from groundswell.report.verify import check
from groundswell.store.migrate import migrate
from groundswell.store.sqlite import Store, connect
from groundswell.types import Claim, Sentence, Snapshot
from groundswell.types.moment import midnight

HERE = Path(__file__).parent


def _load(name: str) -> Any:
    """A module beside this one: tests are no package."""
    spec = importlib.util.spec_from_file_location(f"verify_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


rows = _load("rows")
ATTIC, DESKS, NEWS, LINES = rows.ATTIC, rows.DESKS, rows.NEWS, rows.LINES
NIGHT, WEEK, BEFORE, BODY, QUOTE = rows.NIGHT, rows.WEEK, rows.BEFORE, rows.BODY, rows.QUOTE
Maker, desk, fill, posts = rows.Maker, rows.desk, rows.fill, rows.posts


@dataclass
class Town:
    """A filled store, its evidence, claims by name and true sentences."""

    store: Store
    evidence: StoredEvidence
    snapshot: Snapshot
    posts: list[Any]
    claims: dict[str, Claim] = field(default_factory=dict)
    true: list[Sentence] = field(default_factory=list)

    def verdicts(self, text: str, *names: str, move: str = "say", **other: Claim) -> list[Any]:
        """What check has against a text citing claims by name."""
        claims = [other.get(name) or self.claims[name] for name in names]
        sentence = Sentence(move=move, text=text, claims=tuple(c.id for c in claims))  # type: ignore[arg-type]
        return check([sentence], claims, self.evidence, verifiers=VERIFIERS)

    def faults(self, text: str, *names: str, move: str = "say", **other: Claim) -> list[str]:
        """Reasons against a text."""
        return [v.reason for v in self.verdicts(text, *names, move=move, **other)
                if v.finding != "withdrawn"]  # fmt: skip


VERIFIERS = (Quotes(), Figures(), Wording())


def build() -> Town:
    """A fresh town."""
    file = Path(tempfile.mkdtemp()) / "town.db"
    store = Store(file, connect(file), key=b"k", clock=lambda: 0)
    migrate(store.connection)
    made = posts()
    snapshot = Snapshot(seq=fill(store, made), as_of=midnight(NIGHT), makers=("e@1",), desk="d")
    town = Town(store, StoredEvidence(store, desk()), snapshot, made)
    add_claims(town)
    return town


def add_claims(town: Town) -> None:
    """One claim or more of every kind and op."""
    m = Maker(town.posts, town.snapshot)
    said = next(p for p in town.posts if p.id == "reddit:said")
    c = town.claims
    c["voices"] = m.voices("gantry", ATTIC)
    c["desk"] = m.voices("gantry", DESKS)
    c["both"] = m.voices("gantry", ATTIC, DESKS)
    c["once"], c["once-desk"] = m.once("gantry", ATTIC), m.once("gantry", DESKS)
    c["mean"], c["cold"] = m.mean("gantry", ATTIC), m.cold("brightwater", ATTIC)
    c["rise"], c["tone"] = m.rise("gantry", ATTIC), m.tone("brightwater", ATTIC)
    c["ratio"], c["pair"] = m.ratio("gantry", "china", ATTIC), m.pair("gantry", "openai", ATTIC)
    c["contrast"] = m.contrast("gantry")
    c["brightwater"] = m.once("brightwater", ATTIC)
    replies = [p for p in town.posts if p.root == "reddit:said"]
    c["answered"] = replace(m.claim(
        "count", "answered", "gantry", 10, "people", rows=replies, values={"day": said.day},
        query={"root": "reddit:said"}), evidence=("reddit:said", "reddit:r0"))  # fmt: skip
    c["shared"] = m.claim("count", "shared", "gantry", 11, "people", rows=replies,
                          query={"url": "https://gantry.example/demo"},
                          values={"day": NIGHT - 4})  # fmt: skip
    days = {
        d: len({p.author for p in m.pick("gantry", (ATTIC,), (d, d + 1))}) for d in range(*WEEK)
    }
    best = max(days, key=lambda d: (days[d], -d))
    c["burst"] = m.claim(
        "burst",
        "peak",
        "gantry",
        days[best],
        "people",
        rows=m.pick("gantry", (ATTIC,)),
        values={"day": best, "first": WEEK[0]},
    )
    slugs = ("gantry", "corvane", "kestrel", "brightwater")
    ranks = sorted((-len({p.author for p in m.pick(s)}), s) for s in slugs)
    for place, (count, slug) in enumerate(ranks[:3], 1):
        c[f"rank{place}"] = m.claim(
            "rank", "entities", slug, place, "rank", rows=m.pick(slug), places=(ATTIC, DESKS),
            values={"of": 4, "voices": -count, "next": -ranks[place][0]})  # fmt: skip
    articles = m.pick("act", (NEWS,))
    c["coverage"] = m.claim("coverage", "outlets", "act", 4, "outlets", rows=articles, places=(),
                            who="outlet", values={"articles": len(articles), "first": NIGHT - 5,
                                                  "last": NIGHT - 2})  # fmt: skip
    for n, row in enumerate(articles[:5]):
        c[f"wrote{n}"] = m.claim(
            "attribution",
            "published",
            "act",
            1,
            "record",
            rows=[row],
            places=(),
            who="outlet",
            query={"record": row.id},
            values={"record": row.id, "day": row.day, "place": row.outlet},
        )
    start = BODY.index(QUOTE)
    c["quote"] = m.claim("quote", "verbatim", "gantry", 1, "quote", rows=[said],
                         query={"record": said.id}, values={"record": said.id, "text": QUOTE,
                         "start": start, "stop": start + len(QUOTE)})  # fmt: skip
    everything = m.pick("*")
    c["absence"] = m.claim(
        "absence",
        "none",
        "hexham",
        0,
        "records",
        rows=[],
        places=(ATTIC, DESKS),
        values={"searched": len(everything)},
        interval=(0, 3 / len(everything)),
    )
    whole = (BEFORE[0], NIGHT)
    named = list(m.pick("gantry", (ATTIC, DESKS), whole))
    first = [min(p.day for p in named if name in p.text) for name in ("Gantry", "Stevedore")]
    c["rename"] = m.claim("rename", "alias", "gantry", 2, "names", rows=named, window=whole,
                          places=(), values={"names_in_order": ["Gantry", "Stevedore"],
                          "first_days": first, "switch": NIGHT - 6})  # fmt: skip
    c["who"] = replace(m.claim("context", "population", "gantry", 1, "definition", rows=[],
                       values={"text": LINES[ATTIC]}, query={"subject": "community/r/AtticModels"}),
                       subject=("community/r/AtticModels",), evidence=())  # fmt: skip


def sentences(town: Town) -> list[tuple[str, str, tuple[str, ...]]]:
    """True sentences: move, text and the names of the claims they rest on."""
    c = town.claims
    e = {name: int(claim.estimate) for name, claim in c.items()}
    ratio, now = c["ratio"].estimate, c["rise"].values
    points = round(100 * c["contrast"].estimate)
    mean = round(100 * c["mean"].estimate)
    return [
        ("headline", "Gantry is the second most named product of four", ("rank2",)),
        ("headline", "Two names, and a question about one of them", ("rename", "quote")),
        (
            "deck",
            f"In r/AtticModels, {e['voices']} people named Gantry in the week to 12 April.",
            ("voices",),
        ),
        ("hook", f"“{QUOTE},” a post on r/AtticModels said on Wednesday 8 April. [1]", ("quote",)),
        (
            "hook",
            f"Ten people answered the post of 8 April, and {e['shared']} shared a link on the 9th.",
            ("answered", "shared"),
        ),
        (
            "who",
            f"{e['voices']} of {c['once'].values['whole']} authors in r/AtticModels named "
            "Gantry over the last seven days.",
            ("once",),
        ),
        ("who", "In r/AtticModels about five in nine authors named Gantry that week.", ("once",)),
        (
            "who",
            f"In r/AtticModels, {round(100 * c['once'].estimate)} % of authors named Gantry; in "
            f"r/DeskJobs {c['once-desk'].values['part']} of {c['once-desk'].values['whole']} did, "
            "it appears.",
            ("once", "once-desk"),
        ),
        ("who", "Most authors in r/DeskJobs did not name Gantry.", ("once-desk",)),
        ("who", f"On average an author there gave Gantry {mean} % of their records.", ("mean",)),
        ("who", "Many authors in r/AtticModels named Gantry.", ("once",)),
        ("who", "Some authors in r/AtticModels named Stevedore.", ("voices",)),
        (
            "say",
            "Nearly all authors in r/AtticModels who named Brightwater appear cold, as our"
            " reader labels them.",
            ("cold",),
        ),
        ("say", "The tone of those who named Brightwater Notes fell in r/AtticModels.", ("tone",)),
        ("say", "Gantry surged in r/AtticModels.", ("rise",)),
        ("say", "Gantry grew in r/AtticModels, against the four weeks before.", ("rise",)),
        (
            "say",
            f"From {now['before']:.1f} to {now['now']:.1f} people a day named Gantry.",
            ("rise",),
        ),
        ("say", f"At its peak on Wednesday, {e['burst']} people named Gantry.", ("burst",)),
        ("say", "Gantry first appears in our corpus on 9 March.", ("rename",)),
        ("say", "Gantry gave way to Stevedore on Tuesday 7 April.", ("rename",)),
        (
            "say",
            f"In r/AtticModels, {ratio:.1f} times as many people named Gantry as China.",
            ("ratio",),
        ),
        ("say", "More people in r/AtticModels named Gantry than China.", ("ratio",)),
        ("say", "Fewer people in r/AtticModels named China than Gantry.", ("ratio",)),
        (
            "say",
            f"{e['pair']} of {c['pair'].values['a']} people who named Gantry also named OpenAI.",
            ("pair",),
        ),
        (
            "say",
            f"In r/AtticModels the share is {points} points higher than in r/DeskJobs.",
            ("contrast",),
        ),
        (
            "affected",
            "Four outlets wrote about the Classroom Tools Act between 8 and 11 April.",
            ("coverage",),
        ),
        (
            "affected",
            "Commons Weekly wrote on 8 April, Ledger & Wire on the 9th.",
            ("wrote0", "wrote1"),
        ),
        ("affected", "Commons Weekly was first in our corpus.", ("wrote0", "coverage")),
        (
            "unknown",
            f"Of {c['absence'].values['searched']} records searched, none named Hexham.",
            ("absence",),
        ),
        ("unknown", "Why this happened we could not tell.", ()),
        ("unknown", "These are people who write in r/AtticModels.", ("who",)),
        ("watch", "We will count again over the next thirty days.", ()),
    ]


@pytest.fixture(scope="session")
def town() -> Town:
    """The town, with its claims; made once, never written to."""
    return build()


@pytest.fixture(scope="session")
def told(town: Town) -> list[tuple[str, str, tuple[str, ...]]]:
    """The true sentences of the town."""
    return sentences(town)


@pytest.fixture
def fresh() -> Callable[[], Town]:
    """Makes a town that may be written to."""
    return build


@pytest.fixture
def using() -> tuple[Any, ...]:
    """The three verifiers, none kept from another test."""
    return Quotes(), Figures(), Wording()
