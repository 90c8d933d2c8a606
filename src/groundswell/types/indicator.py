"""One day's value of a series that counts something other than records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What a series stood at on one day, such as how often a page was read.

    `series` names it ("en.wikipedia/Tide_clock"), `source` who counted, `day` is days since 1970
    (UTC); a week's value stands at the week's last day. `unit` says what is counted; shares are
    integers in thousandths ("permille"). `n` is the size of the panel it was counted in, such as
    the number of repositories (0: there is none). `low` and `high` are its 95 % interval where one
    was computed. `break_`: from this day on something else is counted than before, so the two
    must not be compared. ValueError for an interval that does not hold the value.
    """

    series: str
    day: int
    value: int
    unit: str
    source: str
    n: int = 0
    low: int | None = None
    high: int | None = None
    break_: bool = False

    def __post_init__(self) -> None:
        if (self.low is not None and self.low > self.value) or (
            self.high is not None and self.high < self.value
        ):
            raise ValueError(f"{self.series}: {self.value} lies outside {self.low} to {self.high}")
