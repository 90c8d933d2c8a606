"""Names in a sentence: which cited claims may carry them, and which claims a clause speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from groundswell.report.verifier import Evidence
from groundswell.report.verifiers.facts import Fact, Facts
from groundswell.report.verifiers.lexicon import noun_kinds, vocabulary
from groundswell.report.verifiers.marks import quoted
from groundswell.report.verifiers.numerals import Number
from groundswell.report.verifiers.spans import Parsed
from groundswell.types import Sentence

FOLLOWED = re.compile(
    r"\b(?:communities|places|forums|subreddits)(?: (?:that )?we (?:follow|read|can count))\b"
)
EVERY = re.compile(
    r"\b(?:every|each|all(?: \w+)?) (?:of the )?(?:\w+ )?"
    r"(?:community|communities|forum|forums|place|places) we (?:follow|read|can count)\b"
)
FIGURE = frozenset(
    {"count", "share", "change", "ratio", "rank", "burst", "cooccurrence", "absence"}
)
DOING = {"answered": frozenset({"answered", "answer", "replied", "reply", "replies", "responded"}),
         "shared": frozenset({"shared", "share", "linked", "link", "links", "posted"})}  # fmt: skip
TELLING = frozenset({"quote", "attribution"})


@dataclass(slots=True)
class Examined:
    """A sentence, its claims and what was found in it so far."""

    sentence: Sentence
    parsed: Parsed
    facts: list[Facts]
    show: Evidence
    numbers: list[Number] = field(default_factory=list)

    def fault(self, reason: str) -> None:
        """Note a fault, once."""
        if reason not in self.parsed.faults:
            self.parsed.faults.append(reason)

    def names_in(self, clause: int) -> list[str]:
        """Names in a clause; a clause without a place, or a thing, takes that of the one before,
        if that one had no figure of its own."""
        here = [name for start, _, name in self.parsed.named
                if self.parsed.clause_at(start) == clause]  # fmt: skip
        figured = {self.parsed.clause_at(n.at) for n in self.numbers}
        everywhere = {p for f in self.facts for p in (*f.places, *f.lines)}
        places = any(name in everywhere for name in here)
        things = any(name not in everywhere for name in here)
        if clause > 0 and clause - 1 not in figured:
            here += [name for name in self.names_in(clause - 1)
                     if not (places if name in everywhere else things)]  # fmt: skip
        if clause in figured and clause + 1 not in figured and not everywhere & set(here):
            after = [name for start, _, name in self.parsed.named
                     if self.parsed.clause_at(start) == clause + 1]  # fmt: skip
            here += [name for name in after if name in everywhere]
        return here

    def spoken_of(self, place: int) -> list[Facts]:
        """The claims that the clause around a place speaks of."""
        names = set(self.names_in(self.parsed.clause_at(place)))
        does = self._doing(self.parsed.clause_at(place))
        return [
            facts
            for facts in self.facts
            if _speaks(facts, names, self.facts)
            and (not does or facts.op not in ("answered", "shared") or facts.op in does)
        ]

    def _doing(self, clause: int) -> set[str]:
        """Which of answering and sharing a clause speaks of."""
        here = {t.low for t in self.parsed.tokens if t.clause == clause}
        return {op for op, words in DOING.items() if here & words}

    def carried(self, number: Number, found: Iterator[tuple[Facts, Fact]]) -> bool:
        """Whether one of these fields is of the thing or place the clause names."""
        names = set(self.names_in(self.parsed.clause_at(number.at)))
        peak = re.search(r"\bpeak|\bbusiest|\bup to\b", self.parsed.low())
        found = ((facts, fact) for facts, fact in found if fact.key != "peak" or peak)
        return any(_sided(facts, fact, names, self.show) for facts, fact in found)


def cover_names(seen: Examined) -> None:
    """Cover quotations and every name a cited claim allows; refuse other names of the desk."""
    parsed = seen.parsed
    for start, stop, _ in quoted(parsed.text):
        parsed.cover(start, stop, "quote")
    surfaces = {name for f in seen.facts for name in (*f.lines, *f.places, *f.things) if name}
    for name in sorted(surfaces, key=len, reverse=True):
        for start, stop in occurrences(name, parsed.text):
            if parsed.open(start, stop):
                parsed.cover(start, stop, "name")
                parsed.named.append((start, stop, name))
    parsed.named.sort()
    for slug in seen.show.entity_types():
        for alias, _, _ in seen.show.aliases(slug):
            for start, stop in occurrences(alias, parsed.text):
                common = start == 0 and alias.lower() in vocabulary()
                if not common and _free(parsed, start, stop):
                    seen.fault(f"{alias!r} ({slug}) is in no cited claim")
                    parsed.cover(start, stop, "refused")


def check_scope(seen: Examined) -> None:
    """ "The communities we follow" is wider than one community; "every" needs each of them."""
    low = seen.parsed.low()
    figures = [f for f in seen.facts if f.claim.kind in FIGURE]
    for m in EVERY.finditer(low):
        there = {seen.show.place(row.community) for f in figures
                 for row in seen.show.rows(f.claim.snapshot, *f.claim.window)
                 if row.unit == "person"}  # fmt: skip
        told = {name for f in figures for name in f.communities}
        if not figures or there - told:
            seen.fault(f"{m.group()!r}: no cited claim speaks of {', '.join(sorted(there - told))}")
        seen.parsed.cover(m.start(), m.end(), "scope")
    for m in FOLLOWED.finditer(low):
        if seen.parsed.open(m.start(), m.end()) and figures:
            near = [f for f in figures if f in seen.spoken_of(m.start())] or figures
            if all(len(f.communities) == 1 or f.op == "contrast" for f in near):
                seen.fault(f"{m.group()!r} is wider than {', '.join(sorted(near[0].communities))}")
            seen.parsed.cover(m.start(), m.end(), "scope")


def check_capitals(seen: Examined) -> None:
    """A capitalised word inside a sentence is a name, and a name must be in a cited claim."""
    fresh = True
    for token in seen.parsed.tokens:
        capital = (
            token.text[0].isupper()
            or token.text[:2] in ("r/", "u/")
            or ("@" in token.text or ("." in token.text and token.text[0].isalnum() and token.word))
        )
        if (
            capital
            and not token.covered
            and (not fresh or not token.text[1:].islower() or len(token.text) == 1)
            and token.text not in ("A", "An")
        ):
            seen.fault(f"name {token.text!r} is in no cited claim")
            token.covered = "refused"
        if token.text in (".", "?", "!", ":") or token.word or token.text[0].isdigit():
            fresh = token.text in (".", "?", "!", ":")


def check_lists(seen: Examined) -> None:
    """A name stands once in a list; "the same people" are those of a change of tone."""
    run: list[str] = []
    last = 0
    for start, stop, name in seen.parsed.named:
        between = seen.parsed.text[last:start].strip(" ,")
        run = [*run, name] if between in ("", "and", "or") and run else [name]
        if run.count(name) > 1:
            seen.fault(f"{name!r} stands twice in one list")
        last = stop
    low = seen.parsed.low()
    for m in re.finditer(r"\bsame (\w+)\b", low):
        kind = noun_kinds().get(m.group(1))
        if kind and seen.parsed.open(m.start(1), m.end()):
            people = kind == "people" and any(f.op == "tone" for f in seen.facts)
            if not people:
                seen.fault(f"{m.group()!r}: no cited claim follows the same {m.group(1)}")
    for m in re.finditer(r"\b(\w+) who\b", low):
        if noun_kinds().get(m.group(1), "people") in ("records", "communities", "threads"):
            seen.fault(f"{m.group()!r}: {m.group(1)} are not people")


def check_quote_places(seen: Examined) -> None:
    """The place named nearest to a quotation must be where its record stands."""
    quotes = [f for f in seen.facts if f.claim.kind == "quote"]
    everywhere = {p for f in seen.facts for p in (*f.places, *f.lines)}
    if not quotes:
        return
    for start, stop, words in quoted(seen.parsed.text):
        own = [f for f in quotes if str(f.claim.values.get("text", "")).strip(" ,.") in words
               or words.strip(" ,.") in str(f.claim.values.get("text", ""))] or quotes  # fmt: skip
        near = sorted((min(abs(start - e), abs(s - stop)), name)
                      for s, e, name in seen.parsed.named if name in everywhere)  # fmt: skip
        if near and not any(near[0][1] in (*f.places, *f.lines) for f in own):
            seen.fault(f"the quotation is not from {near[0][1]!r}")


def occurrences(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands as a whole; at the start of a sentence its first letter may be large.

    >>> list(occurrences("open source", "Open source is in open sources and open source."))
    [(35, 46), (0, 11)]
    """
    for form in dict.fromkeys((name, name[:1].upper() + name[1:])):
        for m in _whole(form).finditer(text):
            if form == name or m.start() == 0 or text[: m.start()].rstrip()[-1:] in '.:?!“"':
                yield m.start(), m.end()


@cache
def _whole(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/@.-]){re.escape(form)}(?:['’]s)?(?![\w/-])")


def _free(parsed: Parsed, start: int, stop: int) -> bool:
    return not any(t.covered for t in parsed.tokens if start < t.stop and t.start < stop)


def _speaks(facts: Facts, names: set[str], every: list[Facts]) -> bool:
    """Whether a claim is among those a clause with these names speaks of."""
    places = {n for n in names if any(n in f.places or n in f.lines for f in every)}
    things = names - places
    if things and facts.things and not things & facts.things.keys():
        return False
    if not places:
        return True
    if facts.claim.kind in FIGURE:
        if places & facts.lines or not _communities_named(places, every):
            return True
        if facts.op in ("contrast",):
            return bool(facts.communities & places)
        if not facts.claim.query.get("communities") and facts.claim.kind in ("count", "burst"):
            return facts.heard <= places  # counted everywhere, but heard only there
        return bool(facts.communities) and facts.communities <= places
    return facts.claim.kind not in TELLING or bool(places & (facts.places | facts.lines))


def _communities_named(places: set[str], every: list[Facts]) -> bool:
    """Whether any of these names limits a figure: an outlet's name does not."""
    limits = {name for f in every for name in (*f.communities, *f.lines)}
    return bool(places & limits)


def _sided(facts: Facts, fact: Fact, names: set[str], show: Evidence) -> bool:
    """A number of one side may not stand beside the name of the other side alone."""
    query = facts.claim.query
    if fact.key in ("left", "right"):
        sides = {
            side: {show.place(p) for p in _list(query.get(side))} for side in ("left", "right")
        }
        other = "right" if fact.key == "left" else "left"
        return bool(names & sides[fact.key]) or not names & sides[other]
    if fact.key in ("a", "b") and "other" in query:
        own, other = str(query.get("subject")), str(query["other"])
        own, other = (own, other) if fact.key == "a" else (other, own)
        told = {facts.things[name] for name in names if name in facts.things}
        return own in told or other not in told
    return True


def _list(value: object) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else list(value)
        if isinstance(value, (list, tuple))
        else []
    )
