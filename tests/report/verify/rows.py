"""A small town of hand-made rows, and the counting of claims from those rows by other means."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from groundswell.desk import Alias, Community, Desk, Entity, Outlet
from groundswell.mask import digest
from groundswell.stats.clusters import Readings
from groundswell.stats.kitagawa import by_voices
from groundswell.stats.lift import lift
from groundswell.stats.ratio import bootstrap_ratio
from groundswell.stats.shares import author_mean, wilson
from groundswell.stats.standard import Rows, contrast
from groundswell.store.sqlite import Store
from groundswell.types import Claim, Interval, Licence, Numbers, Population, Snapshot
from groundswell.types.moment import as_day, midnight

NIGHT = as_day(date(2026, 4, 13))  # the midnight after Sunday 12 April
WEEK = (NIGHT - 7, NIGHT)
BEFORE = (NIGHT - 35, NIGHT - 7)
ATTIC, DESKS, NEWS = "r/AtticModels", "r/DeskJobs", "news"
QUOTE = "it did a whole week of my inbox and I do not know how to feel"
BODY = f"Gantry again. Honestly {QUOTE}, but here we are."
LINES = {ATTIC: "people who write in r/AtticModels", DESKS: "people who write in r/DeskJobs"}


def desk() -> Desk:
    """The desk of the town."""

    def entity(slug: str, name: str, kind: str, *more: Alias) -> Entity:
        return Entity(slug=slug, name=name, type=kind, aliases=(Alias(text=name), *more))  # type: ignore[arg-type]

    return Desk(
        name="town", title="Town", topic="", folder=Path(),
        entities=(
            entity("gantry", "Gantry", "product", Alias(text="Stevedore", start=NIGHT - 6)),
            entity("corvane", "Corvane", "product"), entity("kestrel", "Kestrel", "product"),
            entity("brightwater", "Brightwater Notes", "product", Alias(text="Brightwater")),
            entity("act", "Classroom Tools Act", "legislation"),
            entity("hexham", "Hexham", "state"), entity("china", "China", "state"),
            entity("openai", "OpenAI", "organization"),
        ),
        communities=tuple(
            Community(slug=slug, name=name, source="reddit", kind="forum", population=LINES[name])
            for slug, name in (("attic", ATTIC), ("deskjobs", DESKS))
        ),
        outlets=(
            Outlet(slug="commons", name="Commons Weekly"),
            Outlet(slug="ledger", name="Ledger & Wire"),
            Outlet(slug="circuit", name="Circuit Post"),
            Outlet(slug="harbor", name="Harbor Gazette", owner="Harbor Group"),
            Outlet(slug="evening", name="Evening Harbor", owner="Harbor Group"),
        ),
    )  # fmt: skip


@dataclass
class Post:
    """One made-up row."""

    id: str
    community: str
    author: str
    day: int
    text: str
    entities: tuple[str, ...] = ()
    tone: int | None = None
    root: str = ""
    url: str = ""
    outlet: str = ""
    minute: int = 600
    precision: str = "second"
    group: str = ""
    lead: bool = True


def posts() -> list[Post]:
    """A few hundred rows, always the same."""
    dice, made = random.Random(7), []
    odds = {ATTIC: {"gantry": (0.04, 0.45), "openai": (0.2, 0.2), "china": (0.2, 0.2),
                    "brightwater": (0.5, 0.5)},
            DESKS: {"gantry": (0.03, 0.12), "openai": (0.1, 0.1), "kestrel": (0.05, 0.05),
                    "brightwater": (0.5, 0.5)}}  # fmt: skip
    for community, size in ((ATTIC, 160), (DESKS, 90)):
        for day in range(BEFORE[0], NIGHT):
            for n in range(size):
                if dice.random() > 0.15:
                    continue
                late = day >= WEEK[0]
                on = tuple(slug for slug, p in odds[community].items() if dice.random() < p[late])
                tone = None if dice.random() < 0.1 else dice.choice((-600, -500, -400) if late
                       and "brightwater" in on else (200, 300, 400))  # fmt: skip
                name = "Stevedore" if day >= NIGHT - 6 and dice.random() < 0.6 else "Gantry"
                text = f"{name if 'gantry' in on else 'Something'} came up. " + "word " * (
                    dice.choice((3, 40, 120))
                )
                made.append(Post(f"reddit:{community[2:4]}{day}x{n}", community,
                                 f"{community[2]}{n:03}", day, text, on, tone,
                                 root=f"reddit:{community[2:4]}{day}t{n % 5}"))  # fmt: skip
    made.append(Post("reddit:said", ATTIC, "A001", NIGHT - 5, BODY, ("gantry",), 100))
    made.append(Post("reddit:first", ATTIC, "A002", BEFORE[0], "Gantry, Gantry", ("gantry",), 100,
                     minute=1, url="https://gantry.example/demo"))  # fmt: skip
    for n in range(11):
        made.append(Post(f"reddit:r{n}", ATTIC, f"A{n:03}", NIGHT - 4, "re", root="reddit:said",
                         url="https://gantry.example/demo"))  # fmt: skip
    for n, (outlet, day) in enumerate((("Commons Weekly", 5), ("Ledger & Wire", 4),
                                       ("Harbor Gazette", 4), ("Evening Harbor", 3),
                                       ("Circuit Post", 3), ("Circuit Post", 2))):  # fmt: skip
        made.append(Post(f"rss:n{n}", NEWS, "", NIGHT - day, f"Article {n} on the act",
                         ("act",), outlet=outlet, minute=540 + n))  # fmt: skip
    made.append(Post("rss:n9", NEWS, "", NIGHT - 2, "wire", ("act",), outlet="Evening Harbor",
                     group="rss:n1", lead=False))  # fmt: skip
    return made


def fill(store: Store, rows: list[Post]) -> int:
    """Write rows as a gathered, labelled and linked log; return the last seq."""
    with store.write() as writer:
        for p in rows:
            seq = writer.entry("record", p.id)
            writer.do(
                "insert_record", seq=seq, id=p.id,
                digest=digest(store.key, p.id), stream=p.id.split(":")[0],
                source=p.id.split(":")[0], kind="article" if p.outlet else "post",
                unit="outlet" if p.outlet else "person", community=p.community, outlet=p.outlet,
                url=p.url, title="", text=p.text, lang="en", author=p.author, parent="",
                root=p.root or p.id, published=midnight(p.day) + p.minute * 60_000_000,
                precision=p.precision, observed=0, available=midnight(p.day + 1), edited=None,
                day=p.day, seen=p.day + 1, state="public", engagement="{}", content=p.id,
                size=len(p.text),
            )  # fmt: skip
            writer.do("index_text", seq=seq, title="", text=p.text)
            writer.do("insert_annotation", id=p.id, layer="language", n=0, value="en",
                      score=1000, start=None, stop=None, maker="l@1", seq=seq)  # fmt: skip
            writer.do("set_labelled", id=p.id, version=seq, recipe="hand")
            for n, slug in enumerate(p.entities):
                writer.do("insert_annotation", id=p.id, layer="entities", n=n, value=slug,
                          score=None, start=None, stop=None, maker="e@1", seq=seq)  # fmt: skip
            if p.tone is not None:
                word = "positive" if p.tone > 150 else "negative" if p.tone < -150 else "neutral"
                writer.do("insert_annotation", id=p.id, layer="sentiment", n=0, value=word,
                          score=p.tone, start=None, stop=None, maker="s@1", seq=seq)  # fmt: skip
            if p.group:
                writer.do("insert_link", id=p.id, layer="duplicates", grp=p.group, score=990,
                          lead=int(p.lead), maker="d@1", seq=seq)  # fmt: skip
    return store.seq()


class Maker:
    """Counts claims from the list of rows, not from the store."""

    def __init__(self, rows: list[Post], snapshot: Snapshot) -> None:
        self.rows, self.snapshot = rows, snapshot

    def pick(self, slug: str = "*", places: tuple[str, ...] = (ATTIC, DESKS),
             window: tuple[int, int] = WEEK) -> list[Post]:  # fmt: skip
        return [p for p in self.rows if p.lead and p.community in places
                and window[0] <= p.day < window[1] and (slug in ("*", *p.entities))]  # fmt: skip

    def n(self, rows: list[Post]) -> Numbers:
        return Numbers(records=len(rows), authors=len({p.author for p in rows} - {""}),
                       threads=len({p.root or p.id for p in rows}),
                       outlets=len({p.outlet for p in rows} - {""}),
                       communities=len({p.community for p in rows}))  # fmt: skip

    def claim(self, kind: str, op: str, slug: str, estimate: float, unit: str, *,
              places: tuple[str, ...] = (ATTIC,), rows: list[Post],
              **more: Any) -> Claim:  # fmt: skip
        window = more.pop("window", WEEK)
        query = {"op": op, "subject": f"entity/{slug}", "communities": list(places),
                 "unit": more.pop("who", "person"), "start": window[0], "stop": window[1],
                 **more.pop("query", {})}  # fmt: skip
        low_high = more.pop("interval", None)
        return Claim(
            kind=kind, subject=(f"entity/{slug}",), window=window, query=query,  # type: ignore[arg-type]
            population=Population(unit=query["unit"], communities=places,
                                  line=LINES.get(places[0], "") if len(places) == 1 else ""),
            snapshot=self.snapshot, estimate=estimate, unit=unit,
            status=more.pop("status", "proven"), n=self.n(rows),
            licence=Licence(hedged=more.pop("hedged", False)),
            interval=Interval(low=low_high[0], high=low_high[1], level=0.95, method="test")
            if low_high else None, names=more.pop("names", ()),
            evidence=tuple(p.id for p in rows[:3]), **more,
        )  # fmt: skip

    def voices(self, slug: str, *places: str, **more: Any) -> Claim:
        rows = self.pick(slug, places)
        return self.claim("count", "voices", slug, len({p.author for p in rows}), "people",
                          places=places, rows=rows, values={"records": len(rows),
                          "communities": len({p.community for p in rows})}, **more)  # fmt: skip

    def once(self, slug: str, *places: str, **more: Any) -> Claim:
        rows = self.pick(slug, places)
        part, whole = len({p.author for p in rows}), len({p.author for p in self.pick("*", places)})
        return self.claim("share", "once", slug, part / whole, "share", places=places, rows=rows,
                          values={"part": part, "whole": whole}, interval=wilson(part, whole),
                          **more)  # fmt: skip

    def mean(self, slug: str, *places: str) -> Claim:
        own: dict[str, list[bool]] = {}
        for p in self.pick("*", places):
            own.setdefault(p.author, []).append(slug in p.entities)
        got = author_mean([sum(v) for v in own.values()], [len(v) for v in own.values()])
        return self.claim("share", "mean", slug, got.value, "share", places=places,
                          rows=self.pick(slug, places), values={"whole": len(own)},
                          interval=(got.low, got.high))  # fmt: skip

    def cold(self, slug: str, *places: str) -> Claim:
        tones: dict[str, list[int]] = {}
        for p in self.pick(slug, places):
            if p.tone is not None:
                tones.setdefault(p.author, []).append(p.tone)
        part = sum(float(np.mean(t)) < -150 for t in tones.values())
        return self.claim("share", "cold", slug, part / len(tones), "share", places=places,
                          rows=self.pick(slug, places), values={"part": part, "whole": len(tones)},
                          interval=wilson(part, len(tones)), status="provisional",
                          measurement={"layer": "sentiment", "corrected": False})  # fmt: skip

    def rise(self, slug: str, *places: str, low: float = 2.2) -> Claim:
        days = []
        for window in (WEEK, BEFORE):
            each = [{p.author for p in self.pick(slug, places, (d, d + 1))} for d in range(*window)]
            days.append([len(day) for day in each])
        now, before = (float(np.mean(d)) for d in days)
        return self.claim("change", "voices", slug, now / before, "times", places=places,
                          rows=self.pick(slug, places), baseline=BEFORE,
                          values={"now": now, "before": before, "peak": max(days[0])},
                          interval=(low, 4 * now / before))  # fmt: skip

    def tone(self, slug: str, *places: str) -> Claim:
        sets = [[p for p in self.pick(slug, places, w) if p.tone is not None]
                for w in (WEEK, BEFORE)]  # fmt: skip
        people = sorted({p.author for s in sets for p in s})
        roots = sorted({p.root or p.id for s in sets for p in s})
        got = [Readings(author=np.array([people.index(p.author) for p in s]),
                        thread=np.array([roots.index(p.root or p.id) for p in s]),
                        count=np.ones(len(s)), total=np.array([(p.tone or 0) / 1000 for p in s]))
               for s in sets]  # fmt: skip
        means = [float(np.mean([np.mean([(p.tone or 0) / 1000 for p in s if p.author == a])
                 for a in {p.author for p in s}])) for s in sets]  # fmt: skip
        split = by_voices(*got)
        return self.claim("change", "tone", slug, means[0] - means[1], "tone", places=places,
                          rows=self.pick(slug, places), baseline=BEFORE,
                          values={"now": means[0], "before": means[1]},
                          decomposition={"within": split.split.within,
                                         "between": split.split.between},
                          interval=split.same.interval())  # fmt: skip

    def ratio(self, slug: str, other: str, *places: str) -> Claim:
        who = sorted({p.author for p in self.pick("*", places)})
        a = {p.author for p in self.pick(slug, places)}
        b = {p.author for p in self.pick(other, places)}
        got = bootstrap_ratio([w in a for w in who], [w in b for w in who], seed="other seed")
        return self.claim("ratio", "voices", slug, len(a) / len(b), "times", places=places,
                          rows=self.pick(slug, places), values={"a": len(a), "b": len(b)},
                          query={"other": f"entity/{other}"},
                          interval=(got.low, got.high))  # fmt: skip

    def contrast(self, slug: str) -> Claim:
        sides, means = [], []
        for place in (ATTIC, DESKS):
            cells: dict[tuple[str, int], list[bool]] = {}
            own: dict[str, list[bool]] = {}
            for p in self.pick("*", (place,)):
                size = sum(len(p.text) > top for top in (100, 300, 1000))
                cells.setdefault((p.author, size), []).append(slug in p.entities)
                own.setdefault(p.author, []).append(slug in p.entities)
            who = sorted(own)
            sides.append(Rows(author=np.array([who.index(a) for a, _ in cells]),
                              length_bin=np.array([b for _, b in cells]),
                              part=np.array([float(sum(v)) for v in cells.values()]),
                              whole=np.array([float(len(v)) for v in cells.values()])))  # fmt: skip
            means.append(float(np.mean([np.mean(v) for v in own.values()])))
        got = contrast(*sides)
        return self.claim("ratio", "contrast", slug, got.value, "points", places=(),
                          rows=self.pick(slug), query={"left": [ATTIC], "right": [DESKS]},
                          values={"left": means[0], "right": means[1], "raw": got.raw},
                          interval=(got.low, got.high))  # fmt: skip

    def pair(self, slug: str, other: str, *places: str) -> Claim:
        a = {p.author for p in self.pick(slug, places)}
        b = {p.author for p in self.pick(other, places)}
        rows = [p for p in self.pick(slug, places) if other in p.entities]
        both, everyone = {p.author for p in rows}, {p.author for p in self.pick("*", places)}
        n = len(both)
        got = lift(n, len(a) - n, len(b) - n, len(everyone) - len(a) - len(b) + n)
        return self.claim("cooccurrence", "pair", slug, n, "people", places=places, rows=rows,
                          query={"other": f"entity/{other}"},
                          values={"expected": len(a) * len(b) / len(everyone), "lift": got.value,
                                  "a": len(a), "b": len(b), "all": len(everyone)},
                          interval=(got.low, got.high))  # fmt: skip
