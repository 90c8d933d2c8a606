"""One person going through drawn records in order; every answer is kept at once.

What is asked lies in a `Sheet`, which records in a draw. Nobody is shown what the reader or another
person said. A sitting may be left and taken up again at any time, on another day too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from groundswell.errors import UsageError
from groundswell.mask import pseudonym
from groundswell.store import Row, Store

SKIPPED, NONE = "", "none"
HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn text around


@dataclass(frozen=True, slots=True)
class Option:
    """One label a person may give, and how it is put to them."""

    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is asked of every record; `several`: any number of the options, or none."""

    question: str
    options: tuple[Option, ...]
    several: bool = False

    def checked(self, values: Sequence[str]) -> str:
        """Given labels as they are kept. UsageError for one that was not asked for."""
        known = [option.value for option in self.options]
        wrong = [value for value in values if value not in known]
        if wrong or (not self.several and len(values) != 1):
            told = wrong[0] if wrong else " ".join(values)
            raise UsageError(f"{told!r} is no answer; give {' or '.join(known)}")
        return " ".join(value for value in known if value in values) or NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A record as a person is shown it: its words, where and when, no label of anybody's."""

    record_id: str
    n: int
    community: str
    day: int
    title: str
    text: str


class Sitting:
    """One rater's way through one draw. Raises UsageError where somebody else has that part."""

    def __init__(self, store: Store, draw: str, sheet: Sheet, *, rater: str, part: int = 1) -> None:
        self._store, self._draw, self.sheet, self.part = store, draw, sheet, part
        self.rater = pseudonym(store.key, "rater", rater)
        for row in store.rows("judge_raters", draw=draw):
            if (row["part"] == part) != (row["rater"] == self.rater):
                raise UsageError(_taken(row["part"] == part, part))
        self._rows = store.rows("judge_shown", draw=draw)

    @property
    def total(self) -> int:
        """How many records there are to judge."""
        return len(self._rows)

    @property
    def done(self) -> int:
        """How many of them were judged or skipped."""
        said = self._said()
        return sum(row["record_id"] in said for row in self._rows)

    def shown(self) -> Shown | None:
        """The next record to judge; None at the end."""
        said = self._said()
        row = next((row for row in self._rows if row["record_id"] not in said), None)
        return _shown(row) if row else None

    def answer(self, record_id: str, values: Sequence[str]) -> None:
        """Keep what the rater says of a record; saying it a second time changes nothing."""
        self._keep(record_id, self.sheet.checked(values))

    def skip(self, record_id: str) -> None:
        """Leave a record without a label; it is not shown again."""
        self._keep(record_id, SKIPPED)

    def undo(self) -> bool:
        """Take the last answer back, so that its record is shown again; False if there is none."""
        with self._store.write() as writer:
            said = writer.rows("judge_by", draw=self._draw, rater=self.rater)
            if not said:
                return False
            last = said[-1]["record_id"]
            seq = writer.entry("judgement", last)
            writer.do("judge_close", draw=self._draw, record_id=last, rater=self.rater, seq=seq)
        return True

    def _said(self) -> set[str]:
        rows = self._store.rows("judge_by", draw=self._draw, rater=self.rater)
        return {row["record_id"] for row in rows}

    def _keep(self, record_id: str, value: str) -> None:
        if record_id not in {row["record_id"] for row in self._rows}:
            raise UsageError(f"record {record_id!r} is not among those to judge")
        with self._store.write() as writer:
            said = writer.rows("judge_by", draw=self._draw, rater=self.rater)
            if record_id in {row["record_id"] for row in said}:
                return
            seq = writer.entry("judgement", record_id)
            writer.do("judge_save", draw=self._draw, record_id=record_id, rater=self.rater,
                      part=self.part, value=value, seq=seq)  # fmt: skip


def printable(text: str) -> str:
    """Other people's text without what would steer a terminal or turn letters around.

    >>> printable("a\\x1b[2Jb\\u202ec")
    'a[2Jbc'
    """
    return "".join(c for c in text if c in "\n\t"
                   or (unicodedata.category(c) != "Cc" and c not in HIDDEN))  # fmt: skip


def _shown(row: Row) -> Shown:
    return Shown(
        record_id=row["record_id"], n=row["n"], community=row["community"], day=row["day"],
        title=printable(row["title"]).strip(), text=printable(row["text"]).strip(),
    )  # fmt: skip


def _taken(same: bool, part: int) -> str:
    if not same:
        return "this rater already judges the other part of the sample; a second person is needed"
    name = "first" if part == 1 else "second"
    hint = "; somebody else adds --second" if part == 1 else ""
    return f"the sample has a {name} rater already: use the same --rater{hint}"
