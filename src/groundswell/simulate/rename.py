"""Worlds of other seeds: the same story under other names and other dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from groundswell.simulate.dice import Dice
from groundswell.simulate.plan import OUTLETS

# Names of one kind that change places; those after the bar are new, so that worlds differ more.
KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Kestrel", "Tamarind", "Gantry", "Stevedore", "Corvane", "Pelican", "Marlow", "LessonForge",
      "Quillpad"), ("Oriole", "Sorrelwood", "Tidewick", "Halyard")),
    (("Brightwater",), ("Fernhollow", "Castlemere", "Dunlowe")),
    (("Zephyr",), ("Monsoon", "Sirocco", "Levanter")),
    (("Ostrava",), ("Utrecht", "Tampere", "Coimbra")),
    (("Hexham",), ("Wexcombe", "Alderby", "Norhaven")),
    (("Tallow",), ("Barrow", "Sedge", "Ashlar")),
    (("Okafor", "Renn"), ("Lindqvist", "Moreau")),
    (tuple(OUTLETS.values()), ()),
    (("AtticModels", "DeskJobs"), ()),
    (("inkwell", "chalkdust"), ()),
)  # fmt: skip
ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
WEEKS = 20  # at most so many weeks earlier or later


@dataclass(frozen=True, slots=True)
class Renaming:
    """Old names to new ones, and by how many weeks everything moves."""

    names: Mapping[str, str]
    weeks: int

    @classmethod
    def of(cls, seed: int) -> Renaming:
        """Nothing changes for seed 0."""
        if seed == 0:
            return cls({}, 0)
        dice = Dice(seed, 1)
        names: dict[str, str] = {}
        for old, fresh in KINDS:
            new = [*old, *fresh]
            dice.shuffle(new)
            names.update(zip(old, new, strict=False))
        weeks = 1 + dice.below(WEEKS)
        return cls(names, -weeks if dice.chance(0.5) else weeks)

    def words(self, text: str) -> str:
        """A text with the new names, whole words only, in the same case.

        >>> Renaming({"Gantry": "Kestrel", "Kestrel": "LessonForge"}, 0).words("Gantry's KESTREL")
        "Kestrel's LESSONFORGE"
        """
        if not self.names:
            return text
        known = {old.lower(): new for old, new in self.names.items()}
        longest = sorted(self.names, key=lambda name: (-len(name), name))
        pattern = "|".join(re.escape(name) for name in longest)

        def other(match: re.Match[str]) -> str:
            found = match.group()
            new = known[found.lower()]
            if found.islower():
                return new.lower()
            return new.upper() if found.isupper() else new

        return re.sub(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", other, text, flags=re.IGNORECASE)

    def dates(self, text: str) -> str:
        """A text with every ISO date moved.

        >>> Renaming({}, 1).dates("clock = 2026-04-13T06:00:00Z")
        'clock = 2026-04-20T06:00:00Z'
        """
        return ISO.sub(lambda m: str(self.day(date(int(m[1]), int(m[2]), int(m[3])))), text)

    def day(self, day: date) -> date:
        """A date moved."""
        return day + timedelta(weeks=self.weeks)

    def both(self, text: str) -> str:
        """Names and dates."""
        return self.dates(self.words(text))
