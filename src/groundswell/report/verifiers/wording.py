"""Every word of a sentence must rest on a cited claim or assert nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from groundswell.report.verifier import Evidence
from groundswell.report.verifiers import assertions, dates, numerals
from groundswell.report.verifiers.facts import Facts, facts_of
from groundswell.report.verifiers.lexicon import harmless, vocabulary
from groundswell.report.verifiers.naming import (
    Examined,
    check_capitals,
    check_lists,
    check_quote_places,
    check_scope,
    cover_names,
)
from groundswell.report.verifiers.spans import INVISIBLE, mark_clauses, parse
from groundswell.types import Claim, Sentence, Verdict

CITATION = re.compile(r"\[\d+(?:[-–, ]+\d+)*\]")
AHEAD = re.compile(r"\bnext (?:\w+ )?(?:days|weeks|week|month|months)\b")
MOST_FIGURES = 2
MARKS = frozenset(".,;:?!()[]—–-'’\"“”‘’…*&/")


class Wording:
    """Parses the text itself, with no trace of how it was made."""

    name: ClassVar[str] = "wording"

    def __call__(
        self, sentence: Sentence, claims: Sequence[Claim], show: Evidence
    ) -> list[Verdict]:
        """One verdict per word or number that rests on nothing."""
        cited = tuple(claim.id for claim in claims)
        return [Verdict(finding="false", sentence=sentence.text, reason=reason, by=self.name,
                        claims=cited) for reason in faults(sentence, claims, show)]  # fmt: skip


def faults(sentence: Sentence, claims: Sequence[Claim], show: Evidence) -> list[str]:
    """What a sentence says that its claims do not."""
    seen = Examined(sentence, parse(sentence.text), facts_of(claims, show), show)
    parsed = seen.parsed
    if INVISIBLE.search(parsed.text):
        seen.fault("holds an invisible character")
    cover_names(seen)
    for pattern in (CITATION, *([AHEAD] if sentence.move == "watch" else []), harmless()):
        for m in pattern.finditer(parsed.low()):
            if parsed.open(m.start(), m.end()):
                parsed.cover(m.start(), m.end(), "harmless")
    _check_numbers(seen)
    check_scope(seen)
    check_quote_places(seen)
    check_lists(seen)
    assertions.check_equal(seen)
    assertions.check_first(seen)
    assertions.check_superlatives(seen)
    assertions.check_quantities(seen)
    assertions.check_never(seen)
    assertions.check_negations(seen)
    assertions.check_directions(seen)
    assertions.check_comparisons(seen)
    assertions.check_differences(seen)
    assertions.check_stance(seen)
    assertions.check_hedge(seen)
    assertions.check_read(seen)
    check_capitals(seen)
    _check_words(seen)
    return parsed.faults


def _check_numbers(seen: Examined) -> None:
    """Dates first, since they hold numbers; then every number left."""
    parsed = seen.parsed
    mark_clauses(parsed, _rough(seen))
    whens = list(dates.read(parsed, seen.facts))
    seen.numbers = numerals.read(parsed)
    mark_clauses(parsed, [w.start for w in whens] + [n.at for n in seen.numbers])
    for when in whens:
        reason = when.why or _told_apart(seen, when)
        if reason:
            seen.fault(f"{when.text!r}: {reason}")
    if len(seen.numbers) > MOST_FIGURES:
        seen.fault(f"holds {len(seen.numbers)} figures, more than {MOST_FIGURES}")
    for number in seen.numbers:
        near = seen.spoken_of(number.at)
        if not seen.carried(number, numerals.matching(number, near)):
            seen.fault(_wrong(seen, number))
        parsed.cover_tokens(number.tokens, "number")
        _cover_around(seen, number)


def _rough(seen: Examined) -> list[int]:
    return [t.start for t in seen.parsed.tokens if t.text[0].isdigit() and not t.covered]


def _told_apart(seen: Examined, when: dates.When) -> str:
    """A date beside the name of one claim must be that claim's."""
    near = seen.spoken_of(when.start)
    names = seen.names_in(seen.parsed.clause_at(when.start))
    told = [f for f in near if f.claim.kind == "attribution"]
    each = [[f for f in told if name in f.places] for name in names]
    date = any(c.isdigit() for c in when.text) and " " in when.text  # "7 April", not "a day later"
    pools = [pool for pool in each if date and pool and len(pool) < len(seen.facts)]
    if len(near) < len(seen.facts):
        pools.append(near)
    return next((why for pool in pools if (why := _dated(seen, when, pool))), "")


def _dated(seen: Examined, when: dates.When, near: list[Facts]) -> str:
    again = parse(seen.parsed.text)
    for token, old in zip(again.tokens, seen.parsed.tokens, strict=True):
        token.covered = old.covered if old.covered != "date" else ""
    for other in dates.read(again, near):
        if other.start == when.start:
            return other.why
    return ""


def _cover_around(seen: Examined, number: numerals.Number) -> None:
    """Words that belong to a number: about, more than, nearly, up to."""
    tokens = seen.parsed.tokens
    first = tokens.index(number.tokens[0])
    last = tokens.index(number.tokens[-1])
    if number.kind == "times" and [t.low for t in tokens[last + 1 : last + 3]] in (
        ["as", "many"], ["as", "often"], ["as", "much"], ["more", "often"]
    ):  # fmt: skip
        seen.parsed.cover_tokens(tokens[last + 1 : last + 3], "number")
    words = {"about": 1, "below": 1, "above": 2, "atleast": 2, "atmost": 2}.get(number.lean, 0)
    for token in tokens[max(0, first - words) : first]:
        if token.low in ("about", "roughly", "around", "some", "approximately", "nearly", "almost",
                         "more", "than", "over", "at", "least", "fewer", "less", "most", "up", "to",
                         "under"):  # fmt: skip
            token.covered = token.covered or "number"


def _wrong(seen: Examined, number: numerals.Number) -> str:
    near = seen.spoken_of(number.at)
    known = sorted({f"{fact.value:g} ({fact.unit})" for facts in near for fact in facts.numbers
                    if fact.unit and not fact.typed})  # fmt: skip
    noun = f" {number.noun}" if number.noun and number.kind in ("plain", "pair") else ""
    given = "; ".join(known[:8]) or "no number"
    return f"{number.text + noun!r}: the claims cited for it give {given}"


def _check_words(seen: Examined) -> None:
    known, tokens = vocabulary(), seen.parsed.tokens
    for n, token in enumerate(tokens):
        if token.covered or token.text in MARKS:
            continue
        # against a number or a time it compares; against anything else it takes a side
        if token.low == "against" and any(t.covered in ("number", "date")
                                          for t in tokens[n + 1 : n + 4]):  # fmt: skip
            continue
        low = token.low.removesuffix("'s")
        if low in known or ("-" in low and all(part in known for part in low.split("-"))):
            continue
        kind = "uncovered word" if token.word else "uncovered mark"
        seen.fault(f"{kind} {token.text!r}")
