"""Numbers in a sentence, however they are written, and which fields they may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from groundswell.report.verifiers.facts import Fact, Facts
from groundswell.report.verifiers.lexicon import noun_kinds, values
from groundswell.report.verifiers.spans import Parsed, Token

PLAIN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
ABOUT = frozenset({"about", "roughly", "around", "some", "approximately"})
BELOW = frozenset({"nearly", "almost"})  # the true value is a little less
FRACTION_OFF, RATE_OFF = 0.025, 0.25
NOUN_REACH = 5  # words between a number and what it counts
DIRECTIONS = {"from": "from", "against": "from", "to": "to", "of": "of"}
WHOLE_KEYS = frozenset({"whole", "of", "all", "searched", "a", "b"})
EARLIER = frozenset({"before", "b", "right", "expected"})
LATER = frozenset({"now", "peak", "estimate", "a"})
WHOLES = {"part": ("whole",), "estimate": ("of", "all", "a", "b", "whole", "searched", "voices"),
          "voices": ("of",), "a": ("all",), "b": ("all",), "records": ("searched",)}  # fmt: skip
PARTING = frozenset({"in", "on", "and", "to", "than", "against", "from", "at", "over", "for",
                     "by", "as"})  # fmt: skip
SHARES = frozenset({"share", "points"})


@dataclass(frozen=True, slots=True)
class Number:
    """One printed number: what kind it is, its value, and the words around that bind it."""

    kind: str  # plain, percent, points, fraction, pair, times, ordinal
    value: float
    tokens: tuple[Token, ...]
    whole: float = 0.0
    decimals: int = 0
    noun: str = ""
    lean: str = ""  # about, below, above, atmost
    role: str = ""  # from, to
    a_day: bool = False

    @property
    def text(self) -> str:
        """As printed."""
        return " ".join(t.text for t in self.tokens)

    @property
    def at(self) -> int:
        """Where it begins."""
        return self.tokens[0].start


def read(parsed: Parsed) -> list[Number]:
    """All numbers of a sentence whose tokens rest on nothing yet."""
    tokens, found, i = parsed.tokens, list[Number](), 0
    while i < len(tokens):
        number = None if tokens[i].covered else _read_at(tokens, i)
        if number is None:
            i += 1
            continue
        found.append(_bound(parsed, number))
        i += len(number.tokens)
    return found


def matching(number: Number, claims: Iterable[Facts]) -> Iterator[tuple[Facts, Fact]]:
    """The fields of these claims a number may stand for."""
    for facts in claims:
        for fact in facts.numbers:
            if _fits(number, fact, facts):
                yield facts, fact


def _read_at(tokens: list[Token], i: int) -> Number | None:
    low = tokens[i].low
    if low in values("multiples"):
        return Number("times", float(values("multiples")[low]), (tokens[i],))
    # "more than half" is a quantity like "most", with its own licence
    majority = i > 0 and tokens[i - 1].low in ("than", "over")
    if low == "half" and not majority and not _is(tokens, i + 1, {"dozen"}):
        return Number("fraction", 1.0, (tokens[i],), 2.0)
    if low in values("ordinals") or re.fullmatch(r"\d+(st|nd|rd|th)", low):
        value = values("ordinals").get(low) or int(re.sub(r"\D", "", low))
        return Number("ordinal", float(value), (tokens[i],))
    if low in ("a", "one") and _is(tokens, i + 1, {"third", "quarter", "fifth", "tenth", "sixth"}):
        return Number("fraction", 1.0, tuple(tokens[i : i + 2]), values("parts")[tokens[i + 1].low])
    if re.fullmatch(r"[a-z]+-(thirds|quarters|fifths|tenths)", low):
        top, _, bottom = low.partition("-")
        if top in values("numbers"):
            return Number("fraction", values("numbers")[top], (tokens[i],), values("parts")[bottom])
    end = _cardinal(tokens, i)
    return _cardinal_at(tokens, i, end) if end else None


def _cardinal_at(tokens: list[Token], i: int, end: int) -> Number | None:
    value, decimals = _value(tokens[i:end])
    if tokens[i].low == "one" and end == i + 1 and not _counts(tokens, end):
        return None  # a pronoun: nothing is counted
    after = tokens[end] if end < len(tokens) else None
    if after is None:
        return Number("plain", value, tuple(tokens[i:end]), decimals=decimals)
    if after.low in ("%", "percent") or (after.low == "per" and _is(tokens, end + 1, {"cent"})):
        stop = end + (2 if after.low == "per" else 1)
        return Number("percent", value, tuple(tokens[i:stop]), decimals=decimals)
    if after.low in ("point", "points") or (
        after.low == "percentage" and _is(tokens, end + 1, {"point", "points"})
    ):
        stop = end + (2 if after.low == "percentage" else 1)
        return Number("points", value, tuple(tokens[i:stop]), decimals=decimals)
    if after.low in values("parts") and after.low.endswith("s"):
        return Number("fraction", value, tuple(tokens[i : end + 1]), values("parts")[after.low])
    if after.low == "times" or after.low == "fold":
        return Number("times", value, tuple(tokens[i : end + 1]), decimals=decimals)
    return _with_whole(tokens, i, end) or Number("plain", value, tuple(tokens[i:end]),
                                                 decimals=decimals)  # fmt: skip


def _with_whole(tokens: list[Token], i: int, end: int) -> Number | None:
    """ "two in five", "43 of about 485", "seven out of nine"."""
    at, kind = end, ""
    while _is(tokens, at, {"people", "authors", "outlets", "voices", "accounts"}):
        at += 1
    if _is(tokens, at, {"in"}):
        kind, at = "fraction", at + 1
        at += _is(tokens, at, {"every"})
    elif _is(tokens, at, {"out"}) and _is(tokens, at + 1, {"of"}):
        kind, at = "pair", at + 2
    elif _is(tokens, at, {"of"}):
        kind, at = "pair", at + 1
    while kind and _is(tokens, at, ABOUT | {"the", "those", "its", "all"}):
        at += 1
    stop = _cardinal(tokens, at) if kind else 0
    if not stop or _is(tokens, stop, {"days", "weeks", "months", "hours", "times", "%", "points"}):
        return None
    value, _ = _value(tokens[i:end])
    whole, _ = _value(tokens[at:stop])
    places = stop < len(tokens) and tokens[stop].low in noun_kinds()
    if kind == "fraction" and (value > whole or (places and noun_kinds()[tokens[stop].low]
                                                 in ("communities", "threads"))):  # fmt: skip
        return None  # three people in seven communities
    return Number(kind, value, tuple(tokens[i:stop]), whole)


def _is(tokens: list[Token], at: int, words: Set[str]) -> bool:
    return at < len(tokens) and not tokens[at].covered and tokens[at].low in words


def _cardinal(tokens: list[Token], i: int) -> int:
    """Where the number words or digits beginning at i end; 0 when there are none."""
    end = i
    while end < len(tokens) and not tokens[end].covered:
        low = tokens[end].low
        digits = PLAIN.fullmatch(low) is not None
        word = low in values("numbers") or all(p in values("numbers") for p in low.split("-"))
        scale = low in ("hundred", "thousand", "million", "dozen")
        if not (digits or word) or (end > i and not scale):
            break
        end += 1
    return end if end > i else 0


def _value(tokens: list[Token]) -> tuple[float, int]:
    total, decimals = 0.0, 0
    for token in tokens:
        low = token.low
        if PLAIN.fullmatch(low):
            total = float(low.replace(",", ""))
            decimals = len(low.partition(".")[2])
        elif low in ("hundred", "thousand", "million", "dozen") and total:
            total *= values("numbers")[low]
        elif low in values("numbers"):
            total += values("numbers")[low]
        else:
            total += sum(values("numbers")[part] for part in low.split("-"))
    return total, decimals


def _counts(tokens: list[Token], at: int) -> bool:
    """Whether "one" before this token is a number: one author, one in eleven."""
    return at < len(tokens) and bool(
        tokens[at].low in noun_kinds() or tokens[at].low in values("parts")
        or tokens[at].low in ("out", "on", "%", "per", "point", "day", "week")
        or (_is(tokens, at, {"in"}) and (_cardinal(tokens, at + 1)
                                         or _is(tokens, at + 1, {"every"})))
    )  # fmt: skip


def _bound(parsed: Parsed, number: Number) -> Number:
    """The number with its noun, its modifier and its role."""
    tokens = parsed.tokens
    first = tokens.index(number.tokens[0])
    last = tokens.index(number.tokens[-1])
    lean, role = _leaning(tokens, first)
    noun, a_day = "", False
    for step, token in enumerate(tokens[last + 1 : last + 1 + NOUN_REACH + 4]):
        if token.text in ",;:.()—" or (token.text[0].isdigit() and not token.covered):
            break
        if not noun and step < NOUN_REACH and token.low in noun_kinds():
            noun = noun_kinds()[token.low]
            noun = f"their {noun}" if tokens[last + step].low == "their" else noun
        if token.low == "day" and tokens[last + step].low in ("a", "per", "each"):
            a_day = True
        if not noun and number.kind != "times" and token.low in PARTING:
            break
    if not noun and tokens[max(0, first - 1)].low in ("number", "numbered"):
        before = [noun_kinds()[t.low] for t in tokens[: first - 1] if t.low in noun_kinds()]
        noun = before[0] if before else ""  # the people who named it number 37
    return Number(number.kind, number.value, number.tokens, number.whole, number.decimals,
                  noun, lean, role, a_day)  # fmt: skip


def _leaning(tokens: list[Token], first: int) -> tuple[str, str]:
    back = [t.low for t in tokens[max(0, first - 4) : first]][::-1]
    lean, used = "", 0
    if back[:1] and back[0] in ABOUT:
        lean, used = "about", 1
    elif back[:1] and back[0] in BELOW:
        lean, used = "below", 1
    elif back[:2] in (["than", "more"], ["least", "at"]) or back[:1] == ["over"]:
        lean, used = "above", 1 if back[0] == "over" else 2
        lean = "atleast" if back[0] == "least" else lean
    elif back[:2] in (["than", "fewer"], ["than", "less"], ["most", "at"], ["to", "up"]) or (
        back[:1] == ["under"]
    ):
        lean, used = "atmost", 1 if back[0] == "under" else 2
    before = back[used] if len(back) > used else ""
    return lean, DIRECTIONS.get(before, "")


def _fits(number: Number, fact: Fact, facts: Facts) -> bool:
    if fact.key in ("low", "high") and number.kind == "fraction":
        return False
    if number.role == "from" and fact.key in LATER and facts.claim.kind in ("change", "ratio"):
        return False
    if number.role == "to" and fact.key in EARLIER and facts.claim.kind in ("change", "ratio"):
        return False
    if number.role == "of" and fact.key not in WHOLE_KEYS and not fact.typed:
        return False
    value = fact.value
    if number.kind in ("fraction", "percent", "times") and not _of_people(number, facts):
        return False
    if number.kind == "plain":
        return _plain_fits(number, fact)
    if number.kind == "pair":
        return _pair_fits(number, fact, facts)
    if number.kind == "fraction":
        return fact.unit == "share" and _fraction_fits(number, value, facts)
    if number.kind == "percent":
        return fact.unit == "share" and _close(100 * value, number)
    if number.kind == "points":
        return fact.unit == "points" and _close(abs(100 * value), number)
    if number.kind == "ordinal":
        return fact.unit == "rank" and value == number.value
    if fact.unit != "times" or number.decimals > 1:
        return False
    off = RATE_OFF if len(number.tokens) == 1 else 0.5 * 10.0**-number.decimals
    return abs(value - number.value) <= off + 1e-9


def _of_people(number: Number, facts: Facts) -> bool:
    """A share is one of people, or of an author's records where it is a mean of such."""
    allowed = {"", "entities", "names", facts.voices}
    mean = facts.op == "mean" and number.noun in ("records", "their records")
    return number.noun in allowed or mean


def _plain_fits(number: Number, fact: Fact) -> bool:
    if fact.unit in SHARES or fact.unit == "times":
        return False
    if number.a_day and fact.unit != "a day" and fact.key != "estimate":
        return False
    if fact.unit == "a day":
        if number.noun not in ("", "people", "outlets"):
            return False
    elif number.noun and number.noun != fact.unit:
        return False
    if fact.typed and not number.noun:
        return False
    return _close(fact.value, number)


def _pair_fits(number: Number, fact: Fact, facts: Facts) -> bool:
    if number.noun and number.noun not in (fact.unit, "entities"):
        return False
    wholes = WHOLES.get(fact.key, ())
    known = {f.key: f.value for f in facts.numbers}
    if fact.value == number.value and any(known.get(key) == number.whole for key in wholes):
        return True
    small = number.whole <= 12 and fact.unit == "share"
    return small and _fraction_fits(number, fact.value, facts)


def _fraction_fits(number: Number, value: float, facts: Facts) -> bool:
    printed = number.value / number.whole if number.whole else -1.0
    if abs(printed - value) > FRACTION_OFF + 1e-9 or not 0 < printed <= 1:
        return False
    span = facts.claim.interval
    if span and value == facts.claim.estimate and not span.low <= printed <= span.high:
        return False
    if number.lean == "below":
        return value <= printed
    if number.lean in ("above", "atleast"):
        return value >= printed
    return number.lean != "atmost" or value <= printed


def _close(value: float, number: Number) -> bool:
    """Rounded to what is printed; "more than" and "nearly" may be a tenth off, the right way."""
    printed = number.value
    if number.lean in ("below", "atmost"):
        return 0.9 * printed <= value <= printed
    if number.lean in ("above", "atleast"):
        least = value >= printed if number.lean == "atleast" else value > printed
        return least and value <= 1.1 * printed
    return abs(value - number.value) <= 0.5 * 10.0**-number.decimals * (value % 1 > 0) + 1e-9
