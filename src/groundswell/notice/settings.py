"""Every number that decides what is found, in one place. No desk may change one."""

from __future__ import annotations

from dataclasses import dataclass, field

from groundswell.stats.surveillance import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The thresholds of all tests; windows and histories are in days."""

    # everywhere
    q: float = 0.05  # false-discovery rate of one kind in one night
    level: float = 0.95  # of intervals before selection
    people: int = 15  # fewer authors: no change, share or tone is told
    firm: int = 40  # from so many on a figure may be proven
    series_people: int = 5  # a community's series needs so many voices in 28 days
    top_share: float = 0.30  # most of a signal that one author or thread may supply
    copies_share: float = 0.50  # most of its records that may be copies
    backfill_share: float = 0.10  # most of a window's voices that may be gathered afterwards
    jackknife_p: float = 0.05  # what must hold without the largest thread, author or cluster
    # volume
    volume_windows: tuple[int, ...] = (7, 3, 1)
    volume_baseline: int = 28
    volume_held: int = 14  # what began up to two weeks ago must not be part of its own baseline
    volume_history: float = 14.0  # exposure-adjusted days, else tested as emergence
    volume_effect: float = 1.2  # times
    volume_same: float = 1.5  # "no difference larger than"
    collection_factor: float = 1.5  # a total that moves more than this is the collector's doing
    collection_voices: int = 30  # a total needs so many voices to have moved at all
    exposure_least: float = 0.5  # a window collected less than this says nothing
    rules: Rules = field(default_factory=Rules)
    # tone, on the -1..1 scale
    tone_windows: tuple[int, ...] = (14, 7)
    tone_baseline: int = 28
    tone_effect: float = 0.05
    tone_same: float = 0.10
    tone_level_days: int = 28
    tone_warm: float = 0.15  # an author whose mean is above this is warm, below minus it cold
    # coverage
    coverage_windows: tuple[int, ...] = (7, 3)
    coverage_days: int = 63
    coverage_outlets: int = 3
    coverage_weekly: int = 35  # outlets with fewer articles are not told apart by weekday
    coverage_draws: int = 9999
    # co-occurrence
    together_days: int = 28
    together_people: int = 10
    together_communities: int = 2
    together_effect: float = 1.2
    together_same: float = 1.5
    # calibration on past weeks
    past_kinds: tuple[str, ...] = ("coverage", "tone", "volume")  # the past is mostly dull
    past_nights: tuple[int, ...] = (7, 14, 21, 28)  # days ago
    past_days: int = 63
    past_gap: int = 7  # last week may hold what is tested tonight
    past_least: int = 4  # nights stored, else tonight's tests are run again in past weeks
    past_enough: int = 400  # so many tests re-run for one kind are enough
    past_tail: float = 0.25  # p below this shape the tail
    past_prior: float = 40.0  # weight of "already calibrated", in tests


SETTINGS = Settings()
