"""The plan of the demo world: who talks where, how much, what is planted. All numbers live here.

Days count from 0, Monday 2 February 2026; rates are people a day. Names are those of WORLD.md;
worlds of other seeds get other names and dates at the very end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

FIRST = date(2026, 2, 2)
DAYS = 70
LATE = 56  # the first day of week 9
NOT_YET = 350  # permille of lantern that its collector saw before
CAUGHT_UP = 1000 / NOT_YET
THURSDAY = 3

WORK = (1, 1, 1, 1, 1, 2, 3, 5, 8, 10, 10, 9, 8, 8, 9, 9, 8, 6, 4, 4, 4, 3, 2, 1)
EVENING = (3, 2, 1, 1, 1, 1, 2, 3, 4, 4, 4, 4, 5, 4, 4, 4, 5, 6, 8, 9, 10, 10, 8, 5)
SCHOOL = (1, 1, 1, 1, 1, 2, 5, 8, 4, 3, 4, 4, 7, 4, 3, 6, 8, 7, 6, 7, 9, 9, 5, 2)
EVEN_WEEK = (1.03, 1.04, 1.05, 1.03, 1.0, 0.92, 0.93)
OFFICE_WEEK = (1.15, 1.16, 1.15, 1.13, 1.05, 0.66, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A community: its platform, its name in records, how many people, how much they write."""

    source: str
    name: str
    base: float  # posts a day before anything special
    hours: tuple[int, ...]
    week: tuple[float, ...] = EVEN_WEEK
    people: int = 290
    titled: bool = True
    long: float = 0.15  # share of scripted posts with several sentences
    forum: bool = True


PLACES: Mapping[str, Place] = {
    "attic": Place(source="reddit", name="r/AtticModels", base=13.4, hours=EVENING),
    "deskjobs": Place(source="reddit", name="r/DeskJobs", base=12.4, hours=WORK, week=OFFICE_WEEK),
    "lantern": Place(source="hackernews", name="lantern.example", base=8.2, hours=WORK,
                     week=OFFICE_WEEK),
    "inkwell": Place(source="mastodon", name="inkwell.example", base=12.0, hours=EVENING,
                     titled=False),
    "chalkdust": Place(source="mastodon", name="chalkdust.example", base=10.8, hours=SCHOOL,
                       titled=False),
    "patchwork": Place(source="discourse", name="forum.patchwork.example", base=12.4,
                       hours=EVENING, week=OFFICE_WEEK, long=0.7),
}  # fmt: skip
OUTLETS: Mapping[str, str] = {
    "harbor": "Harbor Gazette", "evening": "Evening Harbor", "ledger": "Ledger & Wire",
    "commons": "Commons Weekly", "relay": "Morning Relay", "circuit": "Circuit Post",
    "northquay": "North Quay Review", "register": "Open Register",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From day `start` until before `stop` the rates are multiplied, or (`raw`) are these."""

    start: int
    stop: int
    factor: float = 1.0
    raw: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A subject that people keep naming: hand-written posts count, the script adds the rest.

    `cast`: only so many people of a place ever name it. `gap`: days before the same person is
    taken again, if others are left. `weekday`: the day of the week it is talked about.
    """

    topic: str
    items: str
    rates: Mapping[str, float]
    steps: tuple[Step, ...] = ()
    cast: int = 0
    gap: int = 7
    weekday: int | None = None
    replies: float = 0.6
    even: bool = False  # little noise from day to day

    def rate(self, place: str, day: int) -> float:
        """People a day there and then."""
        rate = self.rates.get(place, 0.0)
        if place == "lantern" and day >= LATE:
            rate *= CAUGHT_UP
        for step in self.steps:
            if step.start <= day < step.stop:
                rate = step.raw.get(place, rate * step.factor)
        if self.weekday is not None and day % 7 != self.weekday:
            rate *= 0.03
        return rate

    def surges(self, place: str, day: int) -> bool:
        """Whether a step sets this place's rate that day."""
        return any(s.start <= day < s.stop and place in s.raw for s in self.steps)


EVERY = {"attic": 1.55, "deskjobs": 1.5, "lantern": 0.6, "inkwell": 1.55, "chalkdust": 1.5,
         "patchwork": 1.55}  # fmt: skip
STREAMS: tuple[Stream, ...] = (
    Stream(topic="os", items="os_warm", rates=EVERY, gap=35, even=True,
           steps=(Step(start=LATE, stop=DAYS, factor=2.9),)),
    Stream(topic="gantry", items="gantry", gap=3, even=True,
           rates={"attic": 1.2, "deskjobs": 0.85, "lantern": 0.35},
           steps=(Step(start=0, stop=20, factor=0.6),
                  Step(start=61, stop=DAYS, raw={"attic": 7.0, "deskjobs": 5.5, "lantern": 6.0}))),
    Stream(topic="act", items="act", rates={"chalkdust": 1.4}, gap=3,
           steps=(Step(start=63, stop=DAYS, raw={"chalkdust": 12.5}),)),
    Stream(topic="kestrel", items="kestrel", gap=14,
           rates={"attic": 1.0, "deskjobs": 0.55, "lantern": 0.35, "inkwell": 0.35,
                  "chalkdust": 0.45, "patchwork": 0.45}),
    Stream(topic="openai", items="openai", gap=14,
           rates={"attic": 0.8, "deskjobs": 0.8, "lantern": 0.35, "inkwell": 0.5,
                  "chalkdust": 0.6, "patchwork": 0.5}),
    Stream(topic="corvane", items="corvane", gap=5,
           rates={"attic": 0.35, "deskjobs": 0.3, "lantern": 1.0}),
    Stream(topic="thursday", items="thursday", weekday=THURSDAY, gap=5,
           rates={"attic": 3.5, "deskjobs": 2.0, "lantern": 1.6, "patchwork": 2.6}),
    Stream(topic="tamarind", items="tamarind_warm", cast=30, gap=4,
           rates={"attic": 0.5, "deskjobs": 0.5, "lantern": 0.15, "chalkdust": 0.4}),
    Stream(topic="tamarind", items="tamarind_cold", cast=36, gap=4, rates={"inkwell": 0.55},
           steps=(Step(start=LATE, stop=DAYS, raw={"inkwell": 3.2}),)),
    Stream(topic="marlow-love", items="marlow_love", gap=7, cast=60,
           rates={"attic": 0.85, "deskjobs": 0.85}),
    Stream(topic="marlow-hate", items="marlow_hate", gap=7, cast=60,
           rates={"inkwell": 0.85, "chalkdust": 0.85}),
    Stream(topic="pelican", items="pelican", gap=14,
           rates={"attic": 0.2, "deskjobs": 0.25, "lantern": 0.05, "inkwell": 0.15}),
    Stream(topic="quillpad", items="quillpad", gap=14,
           rates={"attic": 0.1, "deskjobs": 0.12, "lantern": 0.04, "inkwell": 0.1},
           steps=(Step(start=63, stop=DAYS, factor=0.5),)),
)  # fmt: skip
TOGETHER = {"attic": 0.1, "deskjobs": 0.09, "lantern": 0.025, "inkwell": 0.05, "chalkdust": 0.05,
            "patchwork": 0.05}  # fmt: skip  # Kestrel and OpenAI in one post: no more than chance

# What a warm post on open source also names: added until the last 28 days hold so many people.
ALSO: tuple[tuple[str, str, int], ...] = (
    ("os_china", "china", 49), ("os_openai", "openai", 55), ("os_android", "android", 25),
)  # fmt: skip
# People a day, in all places, whom hand-written posts may make name them: before week 9, and then.
NAMED_TOO: Mapping[str, tuple[float, float]] = {
    "china": (1.0, 2.0), "openai": (1.35, 2.2), "android": (0.35, 1.0),
}  # fmt: skip

# Hand-written posts that fall into a narrower span than their weeks: topic, first and last day.
SPANS: Mapping[str, tuple[int, int]] = {
    "brightwater-before": (28, 55), "brightwater-after": (57, 69), "lessonforge": (60, 69),
    "ostrava": (63, 69),
}  # fmt: skip
GANTRY_SHOWN = 61
GANTRY_RENAMED = 64
ACT_OPEN = 63

# Brightwater Notes: further voices a place beyond the hand-written ones, and one-sided ones.
MORE_VOICES = {"deskjobs": 8, "chalkdust": 7, "lantern": 4}
ONE_SIDED = {"deskjobs": 4, "chalkdust": 4, "lantern": 2}
EARLY_SHARE = 0.6  # of the voices also wrote, as warmly, in weeks 1 to 4

PELICAN_DAY, PELICAN_PLACE, PELICAN_REPLIES = 66, "lantern", 90
ZEPHYR_DAYS = (65, 69)
ZEPHYR = {"attic": 12, "deskjobs": 8, "lantern": 25}
OSTRAVA_PLACE, OSTRAVA_POSTS, OSTRAVA_DAYS = "patchwork", 40, (63, 69)
LESSONFORGE_PLACE, LESSONFORGE_POSTS, LESSONFORGE_DAYS = "chalkdust", 16, (60, 69)
QUILLPAD_PLACE, QUILLPAD_POSTS, QUILLPAD_DAYS = "patchwork", 60, (63, 69)
PRIVACY_SHARE = 0.045  # of scripted sentences without another subject
VERY_LONG = 0.05  # of small talk elsewhere runs to as many sentences
PRIVACY_SHARE_LONG = 0.011  # where posts hold many: at equal length it is the same

# Tables that carry a mood: posts often join two of their items, so that the mood is plain.
MOODS: Mapping[str, str] = {
    "os_warm": "os_warm", "os_china": "os_warm", "os_openai": "os_warm", "os_android": "os_warm",
    "brightwater_warm": "brightwater_warm", "brightwater_angry": "brightwater_angry",
    "tamarind_warm": "tamarind_warm", "tamarind_cold": "tamarind_cold",
    "marlow_love": "marlow_love", "marlow_hate": "marlow_hate",
}  # fmt: skip

REACTIONS = 0.58  # of what fills a day
LINKS = 0.14
FEW_PEOPLE = ("ostrava", "quillpad", "lessonforge")  # their posts do not quieten the others
LEAST_FILL = 0.04  # of a day's base is always ordinary talk
REPOSTS = 45

# Links that many people shared: topic of the posts, days, places, how many, where it leads.
SHARES: tuple[tuple[str, int, int, int, str], ...] = (
    ("gantry", 61, 63, 18, "https://demo.gantry.example/a-week-of-mail"),
    ("brightwater-after", 57, 62, 9, "https://brightwater.example/news/archive-plan"),
    ("act", 64, 67, 14, "outlets-005"),
    ("os", 65, 69, 14, "outlets-001"),
)
