"""What became of each registered part of a hypothesis, in a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.desk import Desk, Duty
from groundswell.report.licence import FIRM
from groundswell.report.measured import AS_READ, unaudited
from groundswell.report.prose.dates import between
from groundswell.report.prose.lists import capital, join
from groundswell.report.prose.numbers import WORDS as NUMBERS
from groundswell.report.prose.numbers import count, figure, times
from groundswell.types import Claim, Obligation, Signal
from groundswell.types.signal import OUTCOMES, Outcome

TESTED = ("coverage", "cooccurrence", "volume", "tone")
WORDS: dict[Outcome, str] = {
    "found": "The tests of this night found it.",
    "not collected": "What would answer this was not collected.",
    "too few people": "Too few people wrote about it to tell.",
    "could not tell": "The tests of this night could not tell.",
    "no difference": "The tests of this night showed no difference worth telling.",
    "not tested yet": "This version has no test for it.",
}
NEEDED = {
    "frame": "That needs every mention read as a matter of right or as a technical word, here and"
    " for {others}; this version does not read for it.",
    "analogy": "That needs posts that explain the one by the other told apart from posts that"
    " just name them; this version has no test for it.",
    "contradiction": "That needs the projects' own figures, such as open and answered issues;"
    " this version collects none.",
    "convergence": "That needs {places} communities whose people can be counted, and a test of"
    " whether they disagree elsewhere; this version has none.",
}


def obligations(duties: Sequence[Duty], signals: Sequence[Signal], claims: Sequence[Claim],
                desk: Desk) -> tuple[Obligation, ...]:  # fmt: skip
    """One outcome and one sentence for every part, in the order in which they were registered."""
    told = []
    for duty in duties:
        ended = outcome(duty, signals, claims)
        told.append(Obligation(kind=duty.kind, question=duty.question, outcome=ended,
                               sentence=_sentence(duty, ended, claims, desk)))  # fmt: skip
    return tuple(told)


def outcome(duty: Duty, signals: Sequence[Signal], claims: Sequence[Claim]) -> Outcome:
    """How a part ended: from its tests, and for outlets from the number it asks for."""
    if duty.kind not in TESTED or (duty.kind == "cooccurrence" and "margin" in duty.options):
        return "not tested yet"  # equivalence has no test in this version
    tests = [s for s in signals if s.kind in (duty.kind, f"{duty.kind}-level") and _fits(duty, s)]
    if not tests:  # outlets are tested on every night on which one of them wrote about it
        return "too few people" if duty.kind == "coverage" else "not tested yet"
    best = min(tests, key=lambda s: (OUTCOMES.index(s.outcome), s.p)).outcome
    if best == "found" and duty.kind == "coverage" and _seen(claims) < _wanted(duty):
        return "could not tell"
    return best


def _sentence(duty: Duty, ended: Outcome, claims: Sequence[Claim], desk: Desk) -> str:
    tellers = {"coverage": _coverage, "cooccurrence": _company, "convergence": _convergence,
               "analogy": _analogy}  # fmt: skip
    teller = tellers.get(duty.kind)
    told = teller(duty, ended, claims, desk) if teller else ""
    others = [desk.label(f"entity/{slug}") for slug in duty.options.get("controls", ())]
    needed = NEEDED.get(duty.kind, WORDS[ended]).format(
        others=join(others) or "ordinary technical words",
        places=figure(int(duty.options.get("min_communities", 2))),
    )
    return told or needed


def _coverage(duty: Duty, ended: Outcome, claims: Sequence[Claim], desk: Desk) -> str:
    claim = next((c for c in claims if c.kind == "coverage"), None)
    if claim is None:
        return "No outlet wrote about it in the week."
    seen, wanted = claim.estimate, _wanted(duty)
    outlets = capital(count(seen, "independent outlet", "independent outlets"))
    asked = f", where {figure(wanted)} were asked for" if wanted > 1 else ""
    told = f"{outlets} wrote about it {between(claim.values['first'], claim.values['last'])}"
    if ended == "found":
        return f"{told}{asked}; by chance so many hardly fall so close together."
    if seen < wanted:
        return f"{told}{asked}."
    return f"{told}{asked}; but as many could fall in one week by chance."


def _company(duty: Duty, ended: Outcome, claims: Sequence[Claim], desk: Desk) -> str:
    told = []
    for key in ("a", "b", "other"):
        pair = _pair(claims, str(duty.options.get(key, "")))
        if pair:
            lift = round(pair.values["lift"], 1)
            by = "about" if lift == 1 else times(lift)
            told.append(f"{count(pair.estimate, 'person', 'people')} named"
                        f" {desk.label(pair.subject[1])} beside it,"
                        f" {by} what chance would bring")  # fmt: skip
    if not told:
        return "Too few people named them beside it to tell." if ended == "not tested yet" else ""
    open_ = ended == "not tested yet" and len(told) > 1
    tail = "; a test that the two are alike does not exist in this version." if open_ else "."
    return capital("; ".join(told)) + tail


def _convergence(duty: Duty, ended: Outcome, claims: Sequence[Claim], desk: Desk) -> str:
    local = [c for c in claims if c.kind == "share" and c.query["op"] == "warm"
             and len(c.query["communities"]) == 1 and c.values["whole"] >= FIRM]  # fmt: skip
    if len(local) < 2:
        return ""
    most = sum("most" in c.licence.quantifiers for c in local)
    many = sum("many" in c.licence.quantifiers for c in local)
    whole = count(len(local), "community", "communities")
    tail = "; whether they disagree elsewhere is not tested yet."
    where = f"of the {whole} where 40 people or more wrote about it"
    did = "appear to have done" if any(c.licence.hedged for c in local) else "did"
    read = f", {AS_READ}" if any(map(unaudited, local)) else ""
    if not most:
        return f"In {_of(many)} {where}, many {did} so warmly{read}{tail}"
    alike = "all of them" if many == len(local) else _of(many)
    return f"In {_of(most)} {where}, most {did} so warmly, and in {alike} many{read}{tail}"


def _analogy(duty: Duty, ended: Outcome, claims: Sequence[Claim], desk: Desk) -> str:
    pairs = [pair for key in ("source_a", "source_b")
             if (pair := _pair(claims, str(duty.options.get(key, ""))))]  # fmt: skip
    told = join([f"{count(p.estimate, 'person', 'people')} named {desk.label(p.subject[1])}"
                 for p in pairs])  # fmt: skip
    tail = "whether the one explains the other is not tested yet"
    return f"Beside it {told}; {tail}." if told else ""


def _pair(claims: Sequence[Claim], slug: str) -> Claim | None:
    return next((c for c in claims if c.kind == "cooccurrence"
                 and c.query.get("other") == f"entity/{slug}"), None)  # fmt: skip


def _of(n: int) -> str:
    return "none" if not n else NUMBERS[n] if n < len(NUMBERS) else str(n)


def _seen(claims: Sequence[Claim]) -> float:
    return max((c.estimate for c in claims if c.kind == "coverage"), default=0)


def _wanted(duty: Duty) -> float:
    return float(duty.options.get("outlets", 1))


def _fits(duty: Duty, signal: Signal) -> bool:
    community = duty.options.get("community")
    return community is None or signal.community == community
