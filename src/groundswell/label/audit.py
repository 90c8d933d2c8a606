"""Audits: a stratified sample of a community, which two people label without seeing a label.

Strata are the reader's own labels. Within one, records are taken at even steps from an order by
length and week, so both are represented as they are; a stratum's share of the sample grows with the
square root of its size (Bankier 1988), since what is rare is misread most. Each record carries how
many of its stratum were taken, of how many: its inclusion probability.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.label.sitting import NONE, SKIPPED, Option, Sheet
from groundswell.mask import digest
from groundswell.stats.seed import generator
from groundswell.store import Row, Store, Writer
from groundswell.types import Snapshot, canonical

SIZE, LEAST = 200, 100  # records drawn by default; fewer than the second say too little
BINS = (100, 300, 1000)  # characters: the length bins of every comparison
WEEK = 7
BEATS, TONES = "beats", ("negative", "neutral", "positive")
IN, OUT = Option("in", "yes, it belongs"), Option("out", "no, it does not")
MOST_OPTIONS = 30  # labels a person can choose among
FEW = 10  # records of a stratum under which little is learnt of it
RATER = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One record of a draw: `taken` of the `held` records of its stratum were drawn."""

    record_id: str
    version: int
    stratum: str
    taken: int
    held: int


def sheet(store: Store, desk: Desk, layer: str) -> Sheet:
    """What is asked about a layer: sentiment, beats, beats/<slug>, or any with few labels.

    A layer that says something of each entity, such as stance, is asked about one: stance/<slug>.
    """
    name, _, slug = layer.partition("/")
    if name == BEATS and slug:
        beat = desk.beat(slug)
        if beat is None:
            raise UsageError(f"no beat {slug!r} in this desk; see beats.toml")
        return Sheet(question=f"Does this belong to the beat “{beat.name}”? {beat.description}",
                     options=(IN, OUT))  # fmt: skip
    if name == BEATS:
        options = tuple(Option(beat.slug, beat.name) for beat in desk.beats)
        return Sheet(question="Which beats does this belong to?", options=options, several=True)
    if layer == "sentiment":
        told = tuple(Option(tone, tone) for tone in TONES)
        return Sheet(question="Which tone does the writer express?", options=told)
    given = [row["value"] for row in store.rows("judge_values", layer=name)]
    values = sorted({about(value, slug) for value in given} - {""})
    if not 2 <= len(values) <= MOST_OPTIONS:
        raise UsageError(
            f"layer {layer!r}: an audit needs 2 to {MOST_OPTIONS} labels to choose among, and it "
            f"has {len(values)}; try sentiment, beats, beats/<slug> or stance/<entity>"
        )
    towards = f" towards {desk.label('entity/' + slug)}" if slug else ""
    return Sheet(question=f"Which {name}{towards} fits best?",
                 options=tuple(Option(value, value) for value in values))  # fmt: skip


def newest(store: Store, community: str, layer: str) -> str | None:
    """The newest draw for an audit of a layer in a community."""
    rows = store.rows("judge_draws", purpose="audit", layer=layer, community=community)
    return str(rows[0]["draw"]) if rows else None


def draw(
    store: Store, snapshot: Snapshot, community: str, layer: str, *, size: int = SIZE, seed: int = 1
) -> str:
    """Draw a sample as one entry of the log; return its name. The same asked again, the same drawn.

    UsageError when `size` is under 100, or the community holds fewer records with this layer.
    """
    if size < LEAST:
        raise UsageError(f"--size {size}: an audit says too little under {LEAST} records")
    strata = _population(store, snapshot, community, layer)
    known = sum(map(len, strata.values()))
    if known < LEAST:
        what = f"{known:,} labelled record" + ("s" if known != 1 else "")
        raise UsageError(f"{community}: holds {what} to draw from; an audit needs {LEAST}")
    taken = _ordered(list(_chosen(strata, min(size, known), f"{community} {layer} {seed}")), seed)
    name = draw_name(community, layer, seed, taken)
    with store.write() as writer:
        if not writer.rows("judge_draw", draw=name):
            save_draw(writer, name, {"purpose": "audit", "layer": layer, "community": community,
                                 "seed": seed}, taken)  # fmt: skip
    return name


def allotted(held: Mapping[str, int], size: int) -> dict[str, int]:
    """How many to take of each stratum: a few of each, the rest by the square root of its size.

    >>> allotted({"a": 10_000, "b": 100, "c": 4}, 100)
    {'a': 80, 'b': 16, 'c': 4}
    """
    few = min(FEW, size // (2 * max(len(held), 1)))
    taken = {name: min(n, few) for name, n in sorted(held.items())}
    left = min(size, sum(held.values())) - sum(taken.values())
    while left:
        root = {name: math.sqrt(held[name]) for name in taken if held[name] > taken[name]}
        ideal = {name: left * root[name] / sum(root.values()) for name in root}
        more = {name: min(held[name] - taken[name], int(ideal[name])) for name in root}
        if not any(more.values()):  # less than one for each: the largest remainders get one
            more = dict.fromkeys(sorted(root, key=lambda name: (-ideal[name], name))[:left], 1)
        for name, n in more.items():
            taken[name] += n
        left -= sum(more.values())
    return taken


def _population(store: Store, snapshot: Snapshot, community: str,
                layer: str) -> dict[str, list[Row]]:  # fmt: skip
    """Counted records by the reader's own label."""
    at = {"community": community, "seq": snapshot.seq}
    name, _, slug = layer.partition("/")
    strata: dict[str, list[Row]] = defaultdict(list)
    if name != BEATS:
        for row in store.stream("judge_labelled", layer=name, as_of=snapshot.as_of, **at):
            label = about(row["value"], slug)
            if label:
                strata[label].append(row)
        return strata
    labels: dict[str, list[str]] = defaultdict(list)
    for row in store.stream("judge_labels", layer=BEATS, **at):
        labels[row["record_id"]].append(row["value"])
    for row in store.stream("judge_read", as_of=snapshot.as_of, **at):
        own = labels.get(row["id"], [])
        strata[_own(own, slug)].append(row)
    return strata


def about(value: str, slug: str) -> str:
    """A label, or what it says of one entity; "" when it says nothing of it.

    >>> about("neutral", ""), about("gantry/favor", "gantry"), about("gantry/favor", "crane")
    ('neutral', 'favor', '')
    """
    return value.removeprefix(f"{slug}/") if not slug or value.startswith(f"{slug}/") else ""


def _own(labels: Sequence[str], slug: str) -> str:
    if slug:
        return IN.value if slug in labels else OUT.value
    return labels[0] if labels else ""


def _chosen(strata: Mapping[str, Sequence[Row]], size: int, seed: str) -> Iterator[Taken]:
    """Even steps through each stratum, in order of length and week, from a random start."""
    dice = generator(f"audit {seed}")
    for stratum, n in allotted({name: len(rows) for name, rows in strata.items()}, size).items():
        rows = sorted(strata[stratum], key=_length_and_week)
        step, start = len(rows) / max(n, 1), dice.random()
        for k in range(n):
            row = rows[min(int((k + start) * step), len(rows) - 1)]
            yield Taken(record_id=row["id"], version=row["seq_from"], stratum=stratum, taken=n,
                        held=len(rows))  # fmt: skip


def _length_and_week(row: Row) -> tuple[int, int, str]:
    mixed = hashlib.sha256(row["id"].encode()).hexdigest()  # within a week, no order of the log
    return sum(row["size"] > top for top in BINS), row["day"] // WEEK, mixed


def _ordered(taken: Sequence[Taken], seed: int) -> list[Taken]:
    """In random order: whoever stops half-way has judged a sample of the same kind."""
    order = generator(f"audit order {seed} {len(taken)}").permutation(len(taken))
    return [taken[int(at)] for at in np.asarray(order)]


def draw_name(community: str, layer: str, seed: int, taken: Iterable[Taken]) -> str:
    """Twelve hex digits that name a draw by what was drawn."""
    told = [community, layer, seed, [[t.record_id, t.stratum, t.taken, t.held] for t in taken]]
    return hashlib.sha256(canonical(told).encode()).hexdigest()[:12]


def save_draw(writer: Writer, name: str, about: Mapping[str, Any], taken: Sequence[Taken]) -> None:
    """Keep a draw with its records as one entry of the log."""
    writer.do("judge_save_draw", draw=name, seq=writer.entry("draw", name), **about)
    writer.many("judge_save_drawn", (
        {"draw": name, "n": n, "record_id": one.record_id, "version": one.version,
         "stratum": one.stratum, "taken": one.taken, "held": one.held}
        for n, one in enumerate(taken, 1)
    ))  # fmt: skip


def exported(store: Store, name: str) -> Iterator[str]:
    """A draw and all that was said of it as NDJSON lines, without a word of any record."""
    head = store.one("judge_draw", draw=name)
    if head is None:
        raise UsageError(f"no draw {name!r} in this state")
    about = {key: head[key] for key in ("draw", "purpose", "layer", "community", "seed")}
    yield canonical({"is": "draw", **about})
    for row in store.rows("judge_drawn", draw=name):
        yield canonical({"is": "drawn", **{k: row[k] for k in row if k != "version"}})
    for row in store.rows("judge_said", draw=name):
        said = {key: row[key] for key in ("record_id", "rater", "part", "value")}
        yield canonical({"is": "judgement", **said})


def imported(store: Store, lines: Iterable[str], sheet: Sheet, about: tuple[str, str]) -> int:
    """Add what another state exported; return how many judgements were new.

    `about` is the community and layer meant. Records that were erased or never gathered here are
    left out. UsageError for a line that is no export, an export of something else, and a label
    that is not on the sheet.
    """
    told = [_line(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    heads = [one for one in told if one["is"] == "draw"]
    if len(heads) != 1:
        raise UsageError("an export holds one draw, on its first line; export it again")
    if (heads[0]["community"], heads[0]["layer"]) != about:
        raise UsageError(f"this is an export of {heads[0]['layer']!r} in {heads[0]['community']!r},"
                         f" not of {about[1]!r} in {about[0]!r}")  # fmt: skip
    name, added = str(heads[0]["draw"]), 0
    with store.write() as writer:
        if not writer.rows("judge_draw", draw=name):
            kept = {key: heads[0][key] for key in ("purpose", "layer", "community", "seed")}
            save_draw(writer, name, kept, _here(writer, store.key, told))
        there = {row["record_id"] for row in writer.rows("judge_drawn", draw=name)}
        for one in (one for one in told if one["is"] == "judgement"):
            if one["value"] not in (SKIPPED, NONE if sheet.several else SKIPPED):
                sheet.checked(str(one["value"]).split())
            added += one["record_id"] in there and _add(writer, name, one)
    return added


def _here(writer: Writer, key: bytes, told: Iterable[Mapping[str, Any]]) -> list[Taken]:
    """The drawn records as they stand here, in their order."""
    found = []
    for one in sorted((o for o in told if o["is"] == "drawn"), key=lambda o: int(o["n"])):
        rows = writer.rows("current_record", id=one["record_id"])
        if rows and not writer.rows("erased", digest=digest(key, one["record_id"])):
            found.append(Taken(record_id=one["record_id"], version=rows[0]["seq_from"],
                               stratum=one["stratum"], taken=int(one["taken"]),
                               held=int(one["held"])))  # fmt: skip
    return found


def _add(writer: Writer, name: str, one: Mapping[str, Any]) -> bool:
    """Keep a judgement unless that rater, or another one of the same part, judged the record."""
    for row in writer.rows("judge_said", draw=name):
        if row["record_id"] == one["record_id"] and one["part"] == row["part"]:
            return False
    seq = writer.entry("judgement", one["record_id"])
    writer.do("judge_save", draw=name, record_id=one["record_id"], rater=one["rater"],
              part=int(one["part"]), value=one["value"], seq=seq)  # fmt: skip
    return True


def _line(n: int, line: str) -> dict[str, Any]:
    wanted = {"draw": ("draw", "purpose", "layer", "community", "seed"),
              "drawn": ("n", "record_id", "stratum", "taken", "held"),
              "judgement": ("record_id", "rater", "part", "value")}  # fmt: skip
    try:
        told = dict(json.loads(line))
        missing = [key for key in wanted[told["is"]] if key not in told]
    except (ValueError, TypeError, KeyError) as problem:
        raise UsageError(f"line {n} is no line of an export of judgements") from problem
    if missing:
        raise UsageError(f"line {n} lacks {missing[0]!r}; export the judgements again")
    if told["is"] == "judgement" and (
        not RATER.fullmatch(str(told["rater"])) or told["part"] not in (1, 2)
    ):
        raise UsageError(f"line {n} names no rater by pseudonym; export the judgements again")
    return told
