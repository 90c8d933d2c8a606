"""A sentence as tokens, each to be covered by something that is true."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"[ru]/[A-Za-z0-9_]+|@[\w.]+|[A-Za-z0-9][\w-]*(?:\.[A-Za-z][\w-]*)+"  # r/name, @name, domain
    r"|\d+(?:st|nd|rd|th)\b|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"  # 31st, 1,234, 2.5
    r"|[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*"  # words
    r"|\S"
)
BREAKS = frozenset(",;:—–()")
TURNS = frozenset({"while", "whereas", "but", "against"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(slots=True)
class Token:
    """One token; `covered` says what it rests on, "" when nothing yet."""

    text: str
    start: int
    stop: int
    covered: str = ""
    clause: int = 0

    @property
    def low(self) -> str:
        """In lower case, with plain apostrophes."""
        return self.text.lower().replace("’", "'")

    @property
    def word(self) -> bool:
        """Whether it is a word, not a number or a mark."""
        return self.text[0].isalpha()


@dataclass(slots=True)
class Parsed:
    """A sentence under examination."""

    text: str
    tokens: list[Token]
    faults: list[str] = field(default_factory=list)
    named: list[tuple[int, int, str]] = field(default_factory=list)  # start, stop, name

    def cover(self, start: int, stop: int, why: str) -> None:
        """Mark the tokens between two character places as resting on something."""
        for token in self.tokens:
            if start <= token.start and token.stop <= stop:
                token.covered = token.covered or why

    def cover_tokens(self, tokens: Iterable[Token], why: str) -> None:
        """Mark tokens as resting on something."""
        for token in tokens:
            token.covered = token.covered or why

    def open(self, start: int, stop: int) -> bool:
        """Whether no token between two places rests on anything yet."""
        return not any(t.covered for t in self.tokens if start < t.stop and t.start < stop)

    def low(self) -> str:
        """The text in lower case with plain apostrophes; places stay the same."""
        return "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text).replace("’", "'")

    def index(self, place: int) -> int:
        """Number of the first token at or after a place."""
        return next((i for i, t in enumerate(self.tokens) if t.start >= place), len(self.tokens))

    def clause_at(self, place: int) -> int:
        """Number of the clause a place is in."""
        i = min(self.index(place), len(self.tokens) - 1)
        return self.tokens[i].clause if self.tokens else 0


def parse(text: str) -> Parsed:
    """Tokens and clauses of a sentence.

    >>> [t.text for t in parse("In r/Attic, 1,234 people wrote.").tokens]
    ['In', 'r/Attic', ',', '1,234', 'people', 'wrote', '.']
    """
    plain = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u202f", " ")
    tokens = [Token(m.group(), m.start(), m.end()) for m in TOKEN.finditer(plain)]
    for token in [t for t in tokens if t.text[0] == "@" and t.text.endswith(".")]:
        token.text = token.text[:-1]
    return Parsed(plain, tokens)


def mark_clauses(parsed: Parsed, figures: Iterable[int]) -> None:
    """Number the clauses: broken at marks, turns, and at an "and" between two figures.

    `figures` are the places of numbers and dates. Marks inside covered spans break nothing.
    """
    places = sorted(figures)
    clause = 0
    for n, token in enumerate(parsed.tokens):
        if token.covered in ("quote", "name", "date"):
            token.clause = clause
            continue
        if (
            (token.text in BREAKS and not _lists(parsed, n))
            or token.low in TURNS
            or (token.low == "and" and _between(parsed, n, places))
        ):
            clause += 1
        token.clause = clause


def _lists(parsed: Parsed, at: int) -> bool:
    """Whether a comma stands between two names of a list that goes on to its "and"."""
    after = parsed.tokens[at + 1 :]
    if parsed.tokens[at].text != "," or not at or not after:
        return False
    if parsed.tokens[at - 1].covered != "name" or after[0].covered != "name":
        return False
    rest = next((token for token in after if token.covered != "name"), None)
    return rest is not None and rest.low in (",", "and", "or")


def _between(parsed: Parsed, at: int, places: list[int]) -> bool:
    """Whether figures stand on both sides of a token, before any other break."""
    left = right = None
    for token in reversed(parsed.tokens[:at]):
        if token.text in BREAKS and token.covered not in ("name", "date"):
            break
        left = token.start
    for token in parsed.tokens[at + 1 :]:
        if token.text in BREAKS and token.covered not in ("name", "date"):
            break
        right = token.stop
    here = parsed.tokens[at].start
    if left is None or right is None:
        return False
    return any(left <= p < here for p in places) and any(here < p < right for p in places)
