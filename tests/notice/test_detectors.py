import pytest

from groundswell.notice.detectors.cooccurrence import Cooccurrence
from groundswell.notice.detectors.coverage import Coverage
from groundswell.notice.detectors.tone import Tone
from groundswell.notice.detectors.volume import Volume
from groundswell.notice.discovery import discover
from groundswell.notice.settings import SETTINGS
from groundswell.types import Pair

from .conftest import NIGHT, START

WEEK = range(NIGHT - 6, NIGHT + 1)
BEFORE, AFTER = range(NIGHT - 41, NIGHT - 13), range(NIGHT - 13, NIGHT + 1)


def night_of(world, detector, subject="entity/x", **more):
    tests = list(detector(world.sample(subject, **more)))
    found = discover(tests, {}, NIGHT, SETTINGS)
    return {(s.kind, s.community): s for s in found}


@pytest.fixture
def towns(make_world):
    """Three communities that talk, and now and then about x."""

    def made(seed, mean=4.0, until=NIGHT):
        world = make_world(seed)
        for community in "abc":
            world.usual("*", community, 40)
            world.usual("entity/x", community, mean, range(START, until + 1))
        return world

    return made


def test_a_surge_is_found_with_its_parts(towns):
    world = towns(1)
    for community in "abc":
        world.usual("entity/x", community, 10, WEEK)
    found = night_of(world, Volume())
    whole = found["volume", "*"]
    assert whole.outcome == "found"
    assert whole.low > 1.5
    assert whole.window == (NIGHT - 6, NIGHT + 1)
    assert whole.detail["now"] > 2 * whole.detail["before"]
    assert abs(whole.detail["started"] - (NIGHT - 6)) <= 2
    assert whole.level > 0.9
    assert [found["volume", c].outcome for c in "abc"] == ["found"] * 3


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_found_where_nothing_is(towns, seed):
    whole = night_of(towns(seed + 10), Volume())["volume", "*"]
    assert whole.outcome in ("could not tell", "no difference")
    assert "people" in whole.reason


def test_a_surge_that_began_ten_days_ago_does_not_hide_itself(towns):
    world = towns(2)
    for community in "abc":
        world.usual("entity/x", community, 8, range(NIGHT - 9, NIGHT + 1))
    assert night_of(world, Volume())["volume", "*"].outcome == "found"


def test_decoy_collection_surge(make_world):
    world = make_world(3)
    for community in "abc":
        world.usual("*", community, 40)
        world.usual("entity/x", community, 4)
    world.usual("*", "a", 80, AFTER)
    world.usual("entity/x", "a", 9, AFTER)
    assert night_of(world, Volume())["volume", "*"].outcome != "found"


def test_decoy_ledger_says_collection_stopped(towns):
    world = towns(4)
    world.exposure = {c: dict.fromkeys(WEEK, 100) for c in "abc"}
    assert night_of(world, Volume())["volume", "*"].outcome == "not collected"


def test_decoy_viral_thread(towns):
    world = towns(5)
    for number in range(90):
        world.say("entity/x", "a", NIGHT - 3, f"a/v{number}", thread="viral")
    whole = night_of(world, Volume())["volume", "*"]
    assert whole.outcome == "could not tell"
    assert "one thread" in whole.reason


def test_decoy_weekday(make_world):
    world = make_world(6)
    thursdays = [day for day in range(START, NIGHT + 1) if day % 7 == NIGHT % 7]
    for community in "abc":
        world.usual("*", community, 40)
        world.usual("entity/x", community, 0.3)
        world.usual("entity/x", community, 8, thursdays)
    assert night_of(world, Volume())["volume", "*"].outcome != "found"


def test_decoy_copies_one_author_and_a_prolific_few(make_world):
    world = make_world(7)
    for community in "abc":
        world.usual("*", community, 40)
        world.usual("entity/x", community, 0.5)
    for day in WEEK:
        for number in range(12):
            world.say("entity/x", "a", day, f"a/bot{number}{day}", records=0, copies=1,
                      cluster="ad")  # fmt: skip
            world.say("entity/x", "b", day, "b/fan")
            world.say("entity/x", "c", day, f"c/keen{number % 5}")
    whole = night_of(world, Volume())["volume", "*"]
    assert whole.n.records > 100
    assert whole.outcome == "too few people"
    assert "15 are needed" in whole.reason


def test_something_new_is_tested_as_an_emergence(make_world):
    world = make_world(8)
    for community in "abc":
        world.usual("*", community, 40)
        world.usual("entity/x", community, 9, WEEK)
    whole = night_of(world, Volume())["volume", "*"]
    assert whole.outcome == "found"
    assert "emergence" in whole.reason


def test_the_same_people_changing_is_found(make_world):
    world = make_world(20)
    for community in "abc":
        world.usual("entity/x", community, 4, BEFORE, tone=0.5, pool=60)
        world.usual("entity/x", community, 4, AFTER, tone=-0.3, pool=60)
    whole = night_of(world, Tone())["tone", "*"]
    assert whole.outcome == "found"
    assert whole.detail["within_high"] < 0
    assert whole.high < -0.5


@pytest.mark.parametrize("seed", range(4))
def test_decoy_composition(make_world, seed):
    world = make_world(seed + 30)
    for community, tone, now in (("a", 0.5, 3), ("b", 0.4, 3), ("c", -0.6, 14)):
        world.usual("entity/x", community, 4, BEFORE, tone=tone, pool=60)
        world.usual("entity/x", community, now, AFTER, tone=tone, pool=60)
    whole = night_of(world, Tone())["tone", "*"]
    assert whole.effect < -0.1
    assert whole.outcome == "could not tell"
    assert abs(whole.detail["within"]) < abs(whole.detail["between"])


def test_decoy_other_people(make_world):
    world = make_world(40)
    for day in BEFORE:
        for number in range(6):
            world.say("entity/x", "a", day, f"a/old{(day + number) % 40}", read=1, score_sum=500)
    for day in AFTER:
        for number in range(6):
            world.say("entity/x", "a", day, f"a/new{(day + number) % 40}", read=1, score_sum=-500)
    whole = night_of(world, Tone())["tone", "*"]
    assert whole.outcome == "could not tell"
    assert "spoke in both" in whole.reason


def test_steady_tone_shows_equivalence_and_levels(make_world):
    world = make_world(41)
    for community in "abc":
        world.usual("entity/x", community, 5, range(NIGHT - 41, NIGHT + 1), tone=0.4, pool=80)
    found = night_of(world, Tone())
    assert found["tone", "*"].outcome == "no difference"
    level = found["tone-level", "a"]
    assert level.outcome == "found"
    assert 0.3 < level.low < level.high < 0.5
    assert level.detail["share_warm"] > 0.7
    assert level.detail["firm"]


@pytest.fixture
def press(make_world):
    def made(seed):
        world = make_world(seed)
        for number in range(8):
            for day in range(START, NIGHT + 1):
                if world.random.random() < 0.4:
                    world.article("*", f"o{number}", day)
        return world

    return made


def test_independent_outlets_together_are_found(press):
    world = press(50)
    for number, ago in enumerate((6, 6, 5, 4, 4)):
        world.article("entity/x", f"o{number}", NIGHT - ago, owner="Group" if number < 2 else "")
    whole = night_of(world, Coverage())["coverage", "*"]
    assert whole.outcome == "found"
    assert whole.effect == 4.0
    assert whole.detail["articles"] == 5


def test_decoy_wire_story(press):
    world = press(51)
    for number in range(8):
        world.article("entity/x", f"o{number}", NIGHT - 1, cluster="wire")
    whole = night_of(world, Coverage())["coverage", "*"]
    assert whole.outcome == "too few people"
    assert whole.effect == 1.0


def test_decoy_outlets_that_always_write_about_it(press):
    world = press(52)
    for number in range(8):
        for day in range(START, NIGHT + 1):
            if world.random.random() < 0.15:
                world.article("entity/x", f"o{number}", day)
    assert night_of(world, Coverage())["coverage", "*"].outcome == "could not tell"


def named(world, share_a, share_b, together=0.0):
    """People of three towns naming a and b, with a pair per town as `query` makes them."""
    people = {}
    for town in "abc":
        for number in range(150):
            author = f"{town}/{number}"
            a, b, both = world.random.random(3) < (share_a, share_b, together)
            people[author] = (a or both, b or both, (a and b) or both)
            world.say("entity/a" if a or both else "*", town, NIGHT - 3, author)

    def pair(town):
        own = [kinds for author, kinds in people.items() if town in (None, author[0])]
        both = sum(k[2] for k in own)
        a, b = sum(k[0] for k in own) - both, sum(k[1] for k in own) - both
        return Pair(a="a", b="b", both=both, only_a=a, only_b=b, neither=len(own) - a - b - both,
                    communities=1 if town else 3)  # fmt: skip

    return tuple(pair(town) for town in (None, "a", "b", "c"))


def test_names_that_go_together_are_found(make_world):
    world = make_world(60)
    pairs = named(world, 0.1, 0.1, together=0.1)
    found = night_of(world, Cooccurrence(), "entity/a", pairs=pairs)["cooccurrence", "*"]
    assert found.outcome == "found"
    assert found.detail["partner"] == "entity/b"
    assert found.low > 1.2


@pytest.mark.parametrize("seed", range(5))
def test_decoy_popular_but_independent_names(make_world, seed):
    world = make_world(seed + 70)
    pairs = named(world, 0.4, 0.3)
    found = night_of(world, Cooccurrence(), "entity/a", pairs=pairs)["cooccurrence", "*"]
    assert found.outcome in ("no difference", "could not tell")


def test_a_pair_of_few_people_is_not_tested(make_world):
    world = make_world(80)
    pairs = named(world, 0.05, 0.05)
    assert night_of(world, Cooccurrence(), "entity/a", pairs=pairs) == {}
