"""Each kind on rows written by hand, where the answer is known by counting on fingers."""

from typing import Any

import pytest

from groundswell.types import Numbers, Signal

NIGHT = 100


def crowd(
    world: Any, people: int, text: str, *, day: int = NIGHT, first: int = 0, **how: Any
) -> None:
    for n in range(people):
        world.post(f"p{first + n}", text, day=day, **how)


def test_count_voices_leaves_out_copies_and_the_nameless(world: Any) -> None:
    first = world.post("ann", "Crane works.")
    world.lead(first)
    for author in ("bob", "cid", "dan"):
        world.post(author, "Crane works.", copy_of=first)
    crowd(world, 4, "Crane lifts.", place="cellar.example")
    world.post("", "Crane without a name.")
    claim = world.measured().ask("count", "voices")
    assert (claim.estimate, claim.unit) == (5, "people")
    assert claim.values == {"records": 6, "communities": 2}
    assert claim.n == Numbers(records=6, authors=5, threads=6, communities=2)


def test_no_count_of_people_where_too_many_have_no_name(world: Any) -> None:
    crowd(world, 3, "Crane lifts.")
    world.post("", "Crane?")
    assert world.measured().ask("count", "voices") is None


def test_count_answered_is_others_anywhere_in_the_thread(world: Any) -> None:
    root = world.post("ann", "Crane, anyone?")
    reply = world.post("bob", "yes", root=root, parent=root)
    world.post("ann", "thanks", root=root, parent=reply)
    world.post("cid", "no", root=root, parent=reply)
    claim = world.measured().ask("count", "answered", subject="*", root=root)
    assert claim.estimate == 2
    assert claim.values == {"day": NIGHT}
    assert claim.evidence[0] == root


def test_count_shared_counts_people_not_posts(world: Any) -> None:
    for author in ("ann", "ann", "bob"):
        world.post(author, "look", url="https://x.example/1")
    claim = world.measured().ask("count", "shared", subject="*", url="https://x.example/1")
    assert claim.estimate == 2


def test_share_once_is_of_everybody_active(world: Any) -> None:
    crowd(world, 10, "Crane lifts.")
    crowd(world, 40, "Other things.", first=10)
    claim = world.measured().ask("share", "once")
    assert claim.estimate == 0.2
    assert claim.values == {"part": 10, "whole": 50}
    assert claim.status == "proven"
    assert claim.interval.low < 0.2 < claim.interval.high


def test_share_mean_gives_each_author_one_vote(world: Any) -> None:
    crowd(world, 20, "Crane lifts.")
    crowd(world, 20, "Other things.")
    for _ in range(10):
        world.post("loud", "Crane Crane.")
    claim = world.measured().ask("share", "mean")
    assert claim.estimate == pytest.approx((20 * 0.5 + 1) / 21)
    assert claim.status == "provisional"


def test_no_share_under_fifteen_people(world: Any) -> None:
    crowd(world, 14, "Crane lifts.", tone="positive")
    world.measured()
    assert world.ask("share", "once") is None
    assert world.ask("share", "warm") is None


def test_share_warm_and_cold_are_of_authors(world: Any) -> None:
    crowd(world, 30, "Crane lifts.", tone="positive")
    crowd(world, 10, "Crane breaks.", tone="negative", first=30)
    crowd(world, 10, "Crane again.", tone="negative")
    world.measured()
    assert world.ask("share", "warm").values == {"part": 20, "whole": 40}
    assert world.ask("share", "cold").values == {"part": 10, "whole": 40}
    assert "most" not in world.ask("share", "warm").licence.quantifiers


def volume(outcome: str = "found") -> Signal:
    return Signal(kind="volume", family="volume", subject="entity/crane", community="*",
                  window=(94, 101), baseline=(66, 94), effect=4, low=2.2, high=7, unit="times",
                  p=0.001, q=0.01, outcome=outcome, n=Numbers(), maker="volume@1")  # type: ignore[arg-type]  # fmt: skip


def test_change_in_voices_is_a_ratio_of_daily_means(world: Any) -> None:
    for day in range(66, 94):
        crowd(world, 2, "Crane lifts.", day=day)
    for day in range(94, 101):
        crowd(world, 8, "Crane lifts.", day=day, first=(day - 94) * 8)
    claim = world.measured().ask("change", "voices", signal=volume(), baseline=(66, 94))
    assert claim.estimate == 4
    assert (claim.values["now"], claim.values["before"], claim.values["peak"]) == (8, 2, 8)
    assert "surged" in claim.licence.verbs
    dull = world.ask("change", "voices", signal=volume("could not tell"), baseline=(66, 94))
    assert dull.status == "insufficient"
    assert dull.licence.verbs == ()


def test_change_in_tone_splits_same_and_other_voices(world: Any) -> None:
    crowd(world, 40, "Crane lifts.", day=90, tone="positive")
    crowd(world, 40, "Crane breaks.", day=98, tone="negative")
    claim = world.measured().ask("change", "tone", baseline=(80, 94))
    assert claim.estimate == pytest.approx(-1.4)
    assert claim.decomposition["within"] == pytest.approx(-1.4)
    assert "soured" in claim.licence.verbs


def test_other_voices_are_no_change_of_mind(world: Any) -> None:
    crowd(world, 40, "Crane lifts.", day=90, tone="positive")
    crowd(world, 40, "Crane breaks.", day=98, tone="negative", first=40)
    claim = world.measured().ask("change", "tone", baseline=(80, 94))
    assert claim.decomposition["within"] == 0
    assert claim.licence.verbs == ()


def test_ratio_of_voices_and_its_bootstrap(world: Any) -> None:
    crowd(world, 60, "Crane lifts.")
    crowd(world, 20, "Barge floats.", first=50)
    claim = world.measured().ask("ratio", "voices", other="entity/barge")
    assert claim.estimate == 3
    assert claim.interval.low < 3 < claim.interval.high
    assert claim == world.ask("ratio", "voices", other="entity/barge")


def test_contrast_only_where_raw_and_standardised_agree(world: Any) -> None:
    crowd(world, 40, "Crane lifts.")
    crowd(world, 5, "Other things.", first=40)
    crowd(world, 40, "Other things.", place="cellar.example", first=60)
    crowd(world, 5, "Crane lifts.", place="cellar.example", first=100)
    world.measured()
    sides = {"left": ["r/Attic"], "right": ["cellar.example"]}
    both = ("r/Attic", "cellar.example")
    claim = world.ask("ratio", "contrast", communities=both, **sides)
    assert claim.values["left"] == pytest.approx(40 / 45)
    assert claim.interval.low > 0
    assert world.ask("ratio", "contrast", subject="entity/barge", communities=both, **sides) is None


def test_rank_among_its_type(world: Any) -> None:
    crowd(world, 5, "Crane lifts.")
    crowd(world, 7, "Barge floats.")
    claim = world.measured().ask("rank", "entities")
    assert claim.estimate == 2
    assert claim.values == {"of": 3, "voices": 5, "type": "product", "next": 0}


def test_burst_names_the_earliest_fullest_day(world: Any) -> None:
    crowd(world, 1, "Crane lifts.", day=95)
    crowd(world, 3, "Crane lifts.", day=97)
    crowd(world, 3, "Crane lifts.", day=99)
    claim = world.measured().ask("burst", "peak")
    assert (claim.estimate, claim.values) == (3, {"day": 97, "first": 95})


def test_coverage_collapses_owners_and_reprints(world: Any) -> None:
    first = world.post("", "Crane fell.", outlet="Quay Post", place="Quay Post", day=95)
    world.lead(first)
    world.post("", "Crane fell.", outlet="Hill Review", place="Hill Review", copy_of=first)
    world.post("", "On Crane, again.", outlet="Quay at Dusk", place="Quay at Dusk", day=96)
    world.post("", "Why Crane.", outlet="Far Paper", place="Far Paper", day=99)
    claim = world.measured().ask("coverage", "outlets", unit="outlet")
    assert (claim.estimate, claim.values) == (2, {"articles": 3, "first": 95, "last": 99})


def test_cooccurrence_against_chance(world: Any) -> None:
    crowd(world, 20, "Crane and Barge.")
    crowd(world, 20, "Other things.", first=20)
    claim = world.measured().ask("cooccurrence", "pair", other="entity/barge")
    assert claim.estimate == 20
    assert claim.values["expected"] == 10
    assert claim.interval.low > 1


def test_quote_is_cut_from_the_body_and_never_long(world: Any) -> None:
    record = world.post("ann", "Crane lifts whole houses. Really.", title="News")
    world.measured()
    claim = world.ask("quote", "verbatim", record=record, first=6, last=30)
    assert claim.values["text"] == "Crane lifts whole houses"
    long = world.post("bob", "Crane " * 31)
    assert world.ask("quote", "verbatim", record=long, first=0, last=186) is None


def test_attribution_prints_the_place(world: Any) -> None:
    record = world.post("", "Crane.", outlet="quay", place="quay")
    claim = world.measured().ask("attribution", "published", unit="outlet", record=record)
    assert claim.values == {"record": record, "day": NIGHT, "place": "Quay Post"}


def test_absence_says_how_much_was_searched(world: Any) -> None:
    crowd(world, 30, "Other things.")
    claim = world.measured().ask("absence", "none")
    assert (claim.estimate, claim.values) == (0, {"searched": 30})
    assert claim.interval.high == pytest.approx(0.1)
    world.post("ann", "Crane.")
    assert world.measured().ask("absence", "none") is None


def test_rename_needs_both_names_read(world: Any) -> None:
    world.post("ann", "Crane lifts.", day=95)
    assert world.measured().ask("rename", "alias", start=0) is None
    world.post("bob", "Derrick lifts.", day=98)
    claim = world.measured().ask("rename", "alias", start=0)
    assert claim.estimate == 2
    assert claim.values == {"names_in_order": ["Crane", "Derrick"], "first_days": [95, 98],
                            "switch": 97}  # fmt: skip


def test_context_is_the_desks_own_phrase(world: Any) -> None:
    world.post("ann", "Crane.")
    claim = world.measured().ask("context", "population", subject="community/attic")
    assert claim.values == {"text": "r/Attic, a forum for people who tinker in attics"}
    assert claim.names == ("r/Attic",)
    assert world.ask("context", "population", subject="community/ward") is None
