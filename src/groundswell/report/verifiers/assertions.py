"""Words that assert: directions, comparisons, quantities, firsts, negations, hedges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundswell.report.verifiers.audited import as_read
from groundswell.report.verifiers.facts import Facts
from groundswell.report.verifiers.lexicon import family, found, noun_kinds, values
from groundswell.report.verifiers.naming import Examined
from groundswell.report.verifiers.tally import stands_on
from groundswell.types.moment import as_date

NEVER = {"causal": "claims a cause", "universal": "speaks for all", "certain": "claims certainty",
         "intense": "is stronger than any number licenses", "vague": "is a number nobody can check",
         "cohort": "speaks for a group that no cited claim counted"}  # fmt: skip
ENOUGH, THREADS = 5, 3  # authors and threads behind "some"
AS_READ = re.compile(r"\bas our reader labels them\b")
SHORT_NOT = re.compile(r"\b\w+n't\b")
CORPUS = re.compile(
    r"\bin our (?:corpus|records)\b|\bof those we (?:read|follow)\b|\bthat we (?:read|have)\b"
)
SUPERLATIVE = re.compile(r"\b(?:the )?(?:(\w+)[ -])?(most|least)[ -](\w+)(?= |,|\.|-|$)")
WHOLE_PEOPLE = frozenset({"once", "warm", "cold"})


def check_never(seen: Examined) -> None:
    """Words no number licenses."""
    for key, why in NEVER.items():
        for m in _open(seen, "never", key):
            seen.fault(f"{m.group()!r} {why}")
            seen.parsed.cover(m.start(), m.end(), "refused")
    for m in _open(seen, "comparison", "refused"):
        seen.fault(f"{m.group()!r} compares what no claim measures")
        seen.parsed.cover(m.start(), m.end(), "refused")


def check_equal(seen: Examined) -> None:
    """Sameness needs a shown equivalence, never a missing difference."""
    for m in (*_open(seen, "comparison", "equal"), *_open(seen, "direction", "steady")):
        if not any(f.equal for f in seen.facts):
            seen.fault(f"{m.group()!r}: no cited claim shows equivalence")
        elif re.search(r"\balmost\b", m.group()) and not any(
            f.equal and f.claim.estimate <= 1 for f in seen.facts
        ):
            seen.fault(f"{m.group()!r}: the first is not the smaller")
        seen.parsed.cover(m.start(), m.end(), "equal")


def check_directions(seen: Examined) -> None:
    """Rise and fall need a change whose interval is clear of none; surge and collapse more."""
    tonal = family("direction", "tone")
    for key, sign in (("rise", 1), ("fall", -1), ("surge", 1), ("collapse", -1)):
        for m in _open(seen, "direction", key):
            near = [f for f in seen.spoken_of(m.start()) if f.claim.kind == "change"]
            if m.group() in tonal:
                near = [f for f in near if f.op == "tone"]
            if not any(_moved(f, key, sign) for f in near):
                seen.fault(f"{m.group()!r}: {_why_not(near, sign)}")
            seen.parsed.cover(m.start(), m.end(), "direction")


def check_superlatives(seen: Examined) -> None:
    """ "Most named" is rank one, "second most named" rank two, a peak is a burst's."""
    kinds, types = values("kinds"), seen.show.entity_types()
    ranked = [f for f in seen.facts if f.claim.kind == "rank"]
    for token in seen.parsed.tokens if ranked else []:
        own = {types.get(s.partition("/")[2]) for f in ranked for s in f.subjects}
        if token.low in kinds and not token.covered and kinds[token.low] not in own:
            seen.fault(f"{token.text!r}: the cited rank is among {', '.join(map(str, own))}")
    for m in SUPERLATIVE.finditer(seen.parsed.low()):
        ordinal, word, what = m.groups()
        if what not in family("comparison", "named"):
            continue
        rank = values("ordinals").get(ordinal or "", 1)
        start = m.start() if ordinal in values("ordinals") else m.start(2)
        if not seen.parsed.open(m.start(2), m.end()):
            continue
        if word == "least" or not _ranked(seen, m.start(2), rank):
            seen.fault(f"{m.group()!r}: no cited claim ranks it so")
        seen.parsed.cover(start, m.end(), "rank")
    for m in _open(seen, "comparison", "top"):
        if not _ranked(seen, m.start(), 1):
            seen.fault(f"{m.group()!r}: no cited claim ranks it first")
        seen.parsed.cover(m.start(), m.end(), "rank")
    for m in _open(seen, "comparison", "bottom"):
        seen.fault(f"{m.group()!r}: no claim ranks from below")
        seen.parsed.cover(m.start(), m.end(), "refused")
    for m in _open(seen, "comparison", "peak"):
        if not any(f.claim.kind == "burst" or "peak" in f.claim.values for f in seen.facts):
            seen.fault(f"{m.group()!r}: no cited claim gives a peak")
        seen.parsed.cover(m.start(), m.end(), "peak")


def check_comparisons(seen: Examined) -> None:
    """ "More ... than" needs a difference clear of none, the right way round."""
    for key, sign in (("more", 1), ("fewer", -1)):
        for m in _open(seen, "comparison", key):
            near = [f for f in seen.facts if f.claim.kind in ("change", "ratio", "cooccurrence")
                    and _counts(seen, f, m.end())]  # fmt: skip
            if m.group() in family("comparison", "tone"):
                near = [f for f in near if f.op in ("tone",)]
            if not any(_turned(seen, f, m.start()) * f.sign == sign for f in near):
                seen.fault(f"{m.group()!r}: {_why_not(near, sign)}")
            seen.parsed.cover(m.start(), m.end(), "comparison")


def check_differences(seen: Examined) -> None:
    """To say that things differ needs a difference clear of none."""
    for m in _open(seen, "comparison", "differ"):
        if not any(f.sign for f in seen.facts):
            seen.fault(f"{m.group()!r}: no cited claim shows a difference")
        seen.parsed.cover(m.start(), m.end(), "comparison")


def check_quantities(seen: Examined) -> None:
    """some, many, most, nearly all: what the intervals license; all and none: never."""
    rules = (("nearly", lambda f: _above(f, 0.9)), ("most", lambda f: _above(f, 0.5)),
             ("many", _many), ("some", _some))  # fmt: skip
    for key, licensed in rules:
        for m in _open(seen, "quantity", key):
            near = [f for f in seen.spoken_of(m.start()) if _counts(seen, f, m.end())]
            denied = key == "most" and _denied(seen, m.end())
            ok = any(_below_half(f) for f in near) if denied else any(licensed(f) for f in near)
            if not ok:
                seen.fault(f"{m.group()!r} is not licensed by the numbers of a cited claim")
            seen.parsed.cover(m.start(), m.end(), "quantity")
    for m in _open(seen, "quantity", "never"):
        if m.group() in ("none", "nothing") and _absent(seen, m.start()):
            seen.parsed.cover(m.start(), m.end(), "absence")
            continue
        seen.fault(f"{m.group()!r} is never licensed")
        seen.parsed.cover(m.start(), m.end(), "refused")


def check_stance(seen: Examined) -> None:
    """Warm and cold are shares or changes of tone."""
    for key, sign in (("warm", 1), ("cold", -1)):
        for m in _open(seen, "stance", key):
            near = seen.spoken_of(m.start())
            if not any(f.op == key or (f.op == "tone" and f.sign == sign) for f in near):
                seen.fault(f"{m.group()!r}: no cited claim counts what is {key}")
            seen.parsed.cover(m.start(), m.end(), "stance")


def check_first(seen: Examined) -> None:
    """ "First" only in our corpus, and not within a tie."""
    for m in re.finditer(r"\bfirst\b|\bearliest\b", seen.parsed.low()):
        if not seen.parsed.open(m.start(), m.end()):
            continue
        seen.parsed.cover(m.start(), m.end(), "first")
        if not CORPUS.search(seen.parsed.low()):
            seen.fault("'first' is not said of our corpus")
        elif not any(_is_first(seen, f) for f in seen.facts):
            seen.fault("'first': no cited claim is the first, or it is a tie")


def check_negations(seen: Examined) -> None:
    """A denial is an assertion: only an absence, or the smaller part of a share, licenses it."""
    low = seen.parsed.low()
    short = [m for m in SHORT_NOT.finditer(low) if seen.parsed.open(m.start(), m.end())]
    denials = [*_open(seen, "negation", "words"), *short]
    nones = sum(token.covered == "absence" for token in seen.parsed.tokens)
    if len(denials) + nones > 1:
        seen.fault(f"{denials[-1].group()!r} denies a denial")
    for m in denials:
        before = seen.parsed.low()[: m.start()]
        if not _absent(seen, m.start()) and not (
            re.search(r"\bmost\b[^,;:]*$", before)
            and any(_below_half(f) for f in seen.spoken_of(m.start()))
        ):
            seen.fault(f"{m.group()!r} denies what no cited claim denies")
        seen.parsed.cover(m.start(), m.end(), "negation")


def check_read(seen: Examined) -> None:
    """A level of labels that nobody checked is told as the reader's; a corrected one is not."""
    said = AS_READ.search(seen.parsed.low())
    bare = [f for f in seen.facts if as_read(f.claim)]
    if bare and not said:
        seen.fault(f"no 'as our reader labels them', but {bare[0].claim.kind} claim "
                   f"{bare[0].claim.id} counts its labels as they are")  # fmt: skip
    if said and not bare:
        seen.fault(f"{said.group()!r}: no cited claim counts labels that nobody checked")


def check_hedge(seen: Examined) -> None:
    """A provisional claim needs appears, seems or likely."""
    hedges = list(_open(seen, "hedge", "words"))
    for m in hedges:
        seen.parsed.cover(m.start(), m.end(), "hedge")
    bare = [f for f in seen.facts if f.hedged]
    if bare and not hedges:
        seen.fault(f"no 'appears', 'seems' or 'likely', but {bare[0].claim.kind} claim "
                   f"{bare[0].claim.id} is provisional")  # fmt: skip


def _open(seen: Examined, table: str, key: str) -> Iterator[re.Match[str]]:
    for m in found(table, key, seen.parsed.low()):
        if seen.parsed.open(m.start(), m.end()):
            yield m


def _moved(facts: Facts, key: str, sign: int) -> bool:
    if facts.sign != sign or facts.claim.interval is None:
        return False
    if key in ("surge", "collapse") and facts.op != "voices":
        return False
    if key == "surge":
        return facts.claim.interval.low >= 2
    return key != "collapse" or facts.claim.interval.high <= 0.5


def _why_not(near: list[Facts], sign: int) -> str:
    if not near:
        return "no cited claim compares here"
    if all(f.sign == 0 for f in near):
        return "the interval of the cited claim holds no difference"
    if any(f.sign == -sign for f in near):
        return "the cited claim points the other way"
    return "the interval of the cited claim does not reach so far"


def _ranked(seen: Examined, place: int, rank: int) -> bool:
    return any(f.claim.kind == "rank" and f.claim.estimate == rank for f in seen.spoken_of(place))


def _turned(seen: Examined, facts: Facts, place: int) -> int:
    """1 when the claim's first side is said to be the greater or smaller, -1 when its second."""
    if facts.claim.kind == "change":
        return 1
    query, show = facts.claim.query, seen.show
    if facts.op == "contrast":
        sides = [{show.place(p) for p in query.get(key, ())} for key in ("left", "right")]
    else:
        sides = [{n for n, s in facts.things.items() if s == str(query.get(key))}
                 for key in ("subject", "other")]  # fmt: skip
    than = seen.parsed.low().find(" than ", place)
    if facts.claim.kind == "cooccurrence" or than < 0:
        than = len(seen.parsed.text)
    named = [(start, next((i for i in (0, 1) if name in sides[i]), None))
             for start, _, name in seen.parsed.named]  # fmt: skip
    before = [side for start, side in named if start < than and side is not None]
    after = [side for start, side in named if start > than and side is not None]
    if facts.claim.kind == "cooccurrence":
        return 1
    if after and before[-1:] == after[:1]:
        return 0  # one side against itself
    if after:
        return -1 if after[0] == 0 else 1
    if before:
        return -1 if before[-1] == 1 and before[0] == 1 else 1
    return 1


def _above(facts: Facts, bound: float) -> bool:
    claim = facts.claim
    return (claim.kind == "share" and facts.op in WHOLE_PEOPLE and claim.interval is not None
            and claim.interval.low > bound)  # fmt: skip


def _below_half(facts: Facts) -> bool:
    claim = facts.claim
    return (claim.kind == "share" and facts.op in WHOLE_PEOPLE and claim.interval is not None
            and claim.interval.high < 0.5)  # fmt: skip


def _many(facts: Facts) -> bool:
    claim = facts.claim
    whole = max(claim.n.authors, claim.n.outlets if facts.voices == "outlets" else 0)
    return (claim.kind == "share" and claim.interval is not None and claim.interval.low >= 0.2
            and whole >= 30)  # fmt: skip


def _some(facts: Facts) -> bool:
    n = facts.claim.n
    return max(n.authors, n.outlets) >= ENOUGH and n.threads >= THREADS


def _denied(seen: Examined, place: int) -> bool:
    return re.match(r"[^,;:]*\b(?:not|never|n't)\b", seen.parsed.low()[place:]) is not None


def _counts(seen: Examined, facts: Facts, place: int) -> bool:
    """Whether the unit named after a place is the one a claim counts."""
    at = seen.parsed.index(place)
    for token in seen.parsed.tokens[at : at + 4]:
        if token.low in noun_kinds():
            return noun_kinds()[token.low] in (facts.voices, "entities", "names", "points")
        if token.text in ",;:." or token.covered:
            break
    return True


def _absent(seen: Examined, place: int) -> bool:
    return any(f.claim.kind == "absence" for f in seen.spoken_of(place))


def _is_first(seen: Examined, facts: Facts) -> bool:
    """Whether a claim bears out a first: a day of its own, or the outlet that came before all."""
    claim = facts.claim
    if claim.kind in ("burst", "rename") or (claim.kind, facts.op) == ("count", "shared"):
        return _dated(seen, facts)
    if claim.kind == "coverage":
        return _dated(seen, facts) and not _places_told(seen, facts)
    if claim.kind != "attribution":
        return False
    row = seen.show.row(claim.snapshot, facts.record)
    wide = [f for f in seen.facts if f.claim.kind in ("coverage", "count", "burst")]
    if row is None or not wide:
        return False
    start, stop = wide[0].claim.window
    subject = next(iter(wide[0].subjects), "*")
    rows = [r for r in seen.show.rows(claim.snapshot, start, stop)
            if r.unit == row.unit and stands_on(r, subject)]  # fmt: skip
    place = row.outlet or row.community
    others = [r for r in rows if (r.outlet or r.community) != place]
    return all(_before(row.published, row.exact, row.day, r.published, r.exact, r.day)
               for r in others)  # fmt: skip


def _before(a: int, a_exact: bool, a_day: int, b: int, b_exact: bool, b_day: int) -> bool:
    return a < b if a_exact and b_exact else a_day < b_day


def _dated(seen: Examined, facts: Facts) -> bool:
    """Whether the date printed is the claim's first day, or none is printed."""
    firsts = facts.days.get("first") or facts.days.get("first_days") or facts.days.get("day") or ()
    printed = re.findall(r"\b(\d{1,2})(?:st|nd|rd|th)?\b(?= [A-Z][a-z]+)", seen.parsed.text)
    return not printed or any(as_date(day).day == int(p) for day in firsts for p in printed)


def _places_told(seen: Examined, facts: Facts) -> bool:
    return any(name in f.places for _, _, name in seen.parsed.named
               for f in seen.facts if f.claim.kind == "attribution")  # fmt: skip
