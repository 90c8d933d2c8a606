"""What is planted is there in the size planned, and the decoys look as they should."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import mean
from typing import Any

import pytest

from groundswell.simulate.plan import PLACES

NAMES = [place.name for place in PLACES.values()]
LANTERN = PLACES["lantern"].name


@pytest.mark.parametrize("place", NAMES)
def test_open_source_more_than_doubles_everywhere(demo: Any, place: str) -> None:
    seen = 350 / 1000 if place == LANTERN else 1.0
    daily = demo.daily("open-source", place=place)
    before, now = mean(daily[:56]) / seen, mean(daily[56:])
    assert 2.0 <= now / before <= 4.5
    assert 60 <= len(demo.people("open-source", start=42, place=place)) <= 110
    assert len({r["author_hash"] for r in demo.posts
                if r["community"] == place and r["day"] >= 42}) >= 200  # fmt: skip
    recent = demo.naming("open-source", start=56, place=place)
    threads = Counter(row["root_id"] for row in recent)
    assert max(threads.values()) <= 0.3 * len(recent)


def test_open_source_is_named_with_others(demo: Any) -> None:
    assert 45 <= len(demo.people("open-source", "china", start=42)) <= 55
    assert 50 <= len(demo.people("open-source", "openai", start=42)) <= 60
    assert 20 <= len(demo.people("open-source", "android", "apple", start=42)) <= 36


def test_gantry_rises_in_three_places(demo: Any) -> None:
    daily = demo.daily("gantry")
    assert 2 <= mean(daily[20:61]) <= 4
    assert all(15 <= people <= 35 for people in daily[61:])
    recent = demo.naming("gantry", start=61)
    assert len({row["community"] for row in recent}) == 3
    assert max(Counter(row["root_id"] for row in recent).values()) < 0.1 * len(recent)
    assert not [row for row in demo.posts if "Stevedore" in row["body"] and row["day"] < 64]


def test_the_same_voices_turn_on_brightwater(demo: Any) -> None:
    before = demo.people("brightwater-notes", start=28, stop=56)
    after = demo.people("brightwater-notes", start=57)
    assert 44 <= len(before & after) <= 52
    assert before - after
    assert after - before
    share = {}
    for name, start, stop in (("before", 28, 56), ("after", 57, 70)):
        counts = {place: len(demo.people("brightwater-notes", start=start, stop=stop, place=place))
                  for place in NAMES}  # fmt: skip
        share[name] = {place: n / sum(counts.values()) for place, n in counts.items()}
    assert all(abs(share["before"][place] - share["after"][place]) < 0.05 for place in NAMES)


def test_the_act_is_talked_about_in_its_week(demo: Any) -> None:
    daily = demo.daily("classroom-tools-act")
    assert 1 <= mean(daily[:63]) <= 2
    assert all(9 <= people <= 18 for people in daily[63:])
    covered = {row["outlet"] for row in demo.records if row["kind"] == "article"
               and "classroom-tools-act" in row["names"] and 64 <= row["day"] <= 66}  # fmt: skip
    assert len(covered) == 5


def test_four_outlets_warn(demo: Any) -> None:
    days = {row["outlet"]: row["day"] for row in demo.records if row["kind"] == "article"
            and "open-source" in row["names"] and row["day"] >= 65}  # fmt: skip
    assert sorted(days.values()) == [65, 66, 67, 68]


def test_everything_in_lantern_seems_to_triple(demo: Any) -> None:
    per_day = Counter(row["day"] for row in demo.posts if row["community"] == LANTERN
                      and not row["names"] & {"pelican", "zephyr-trade"})  # fmt: skip
    before, now = mean(per_day[d] for d in range(56)), mean(per_day[d] for d in range(56, 70))
    assert 2.4 <= now / before <= 3.6
    corvane = demo.daily("corvane", place=LANTERN)
    assert 1.9 <= mean(corvane[56:]) / mean(corvane[:56]) <= 4.0


def test_decoys_of_few_people_or_copies(demo: Any) -> None:
    assert len(demo.naming("ostrava-protocol")) == 40
    assert len(demo.people("ostrava-protocol")) == 1
    assert len(demo.naming("lessonforge")) == 16
    assert len(demo.people("lessonforge")) == 3
    assert len(demo.naming("quillpad", start=63)) >= 60
    assert len(demo.people("quillpad", start=63)) <= 11
    assert len(demo.people("zephyr-trade")) == len(demo.naming("zephyr-trade")) == 45
    hexham = [row for row in demo.records if "hexham" in row["names"]]
    assert len({row["outlet"] for row in hexham}) == len(hexham) == 8
    assert len({row["body"] for row in hexham}) == 1


def test_pelican_is_one_thread(demo: Any) -> None:
    viral = [row for row in demo.naming("pelican") if row["day"] == 66]
    posts = max(Counter(row["root_id"] for row in viral).values())
    assert posts >= 90
    assert len(viral) - posts <= 5
    assert len(demo.naming("pelican", stop=66)) >= 25


def test_thursday_stack_is_steady_on_thursdays(demo: Any) -> None:
    daily = demo.daily("thursday-stack")
    thursdays = daily[3::7]
    assert mean(thursdays) > 6 * mean(n for day, n in enumerate(daily) if day % 7 != 3)
    assert mean(thursdays[-2:]) < 1.9 * mean(thursdays[:-2])


def test_tamarind_only_changes_its_company(demo: Any) -> None:
    cold = PLACES["inkwell"].name

    def share(start: int, stop: int) -> float:
        people = demo.people("tamarind", start=start, stop=stop)
        return len(demo.people("tamarind", start=start, stop=stop, place=cold)) / len(people)

    assert share(56, 70) > share(28, 56) + 0.15


def test_kestrel_and_openai_meet_by_chance(demo: Any) -> None:
    start = 42
    everybody = {row["author_hash"] for row in demo.posts if row["day"] >= start}
    kestrel, openai = demo.people("kestrel", start=start), demo.people("openai", start=start)
    expected = len(kestrel) * len(openai) / len(everybody)
    assert len(kestrel) >= 80
    assert 0.5 <= len(demo.people("kestrel", "openai", start=start)) / expected <= 1.5


def test_privacy_goes_with_length(demo: Any) -> None:
    shares: dict[bool, list[bool]] = defaultdict(list)
    middle: dict[bool, list[bool]] = defaultdict(list)
    for row in demo.posts:
        patchwork = row["community"] == PLACES["patchwork"].name
        shares[patchwork].append("privacy" in row["names"])
        if 100 < len(row["body"]) <= 300:
            middle[patchwork].append("privacy" in row["names"])
    assert mean(shares[True]) > 1.5 * mean(shares[False])
    assert 0.6 <= mean(middle[True]) / mean(middle[False]) <= 1.7
