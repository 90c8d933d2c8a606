import pytest

from groundswell.report.licence import licence
from groundswell.types import Interval, Numbers

CROWD = Numbers(records=90, authors=60, threads=20, communities=2)


def between(low: float, high: float, method: str = "wilson") -> Interval:
    return Interval(low=low, high=high, level=0.95, method=method)


@pytest.mark.parametrize(
    ("low", "words"),
    [
        (0.10, ("some",)),
        (0.21, ("some", "many")),
        (0.50, ("some", "many")),
        (0.51, ("some", "many", "most")),
        (0.91, ("some", "many", "most", "nearly all")),
    ],
)
def test_quantifiers_follow_the_lower_bound(low: float, words: tuple[str, ...]) -> None:
    assert licence(status="proven", n=CROWD, share=between(low, 0.99)).quantifiers == words


def test_some_needs_five_people_in_three_threads() -> None:
    assert licence(status="proven", n=Numbers(authors=5, threads=3)).quantifiers == ("some",)
    assert licence(status="proven", n=Numbers(authors=4, threads=3)).quantifiers == ()
    assert licence(status="proven", n=Numbers(authors=9, threads=2)).quantifiers == ()


@pytest.mark.parametrize(
    ("low", "high", "has", "lacks"),
    [
        (1.1, 3.0, "rose", "surged"),
        (2.0, 3.0, "surged", "fell"),
        (0.3, 0.9, "fell", "collapsed"),
        (0.2, 0.5, "collapsed", "rose"),
    ],
)
def test_verbs_of_rates(low: float, high: float, has: str, lacks: str) -> None:
    verbs = licence(status="proven", n=CROWD, rate=between(low, high)).verbs
    assert has in verbs
    assert lacks not in verbs


def test_no_verb_when_the_interval_holds_no_change() -> None:
    assert licence(status="proven", n=CROWD, rate=between(0.9, 1.4)).verbs == ()
    assert licence(status="proven", n=CROWD, within=between(-0.1, 0.2)).verbs == ()
    assert licence(status="proven", n=CROWD).verbs == ()


def test_tone_verbs_come_from_the_same_voices() -> None:
    assert "warmed" in licence(status="proven", n=CROWD, within=between(0.1, 0.3)).verbs
    assert "soured" in licence(status="proven", n=CROWD, within=between(-0.3, -0.1)).verbs


def test_hedged_when_provisional_or_touching_the_least_effect() -> None:
    rate = between(1.1, 3.0, "rate ratio of the volume test")
    assert licence(status="provisional", n=CROWD).hedged
    assert licence(status="proven", n=CROWD, rate=rate, interval=rate, effect_min=1.2).hedged
    clear = between(1.6, 3.0, "rate ratio of the volume test")
    assert not licence(status="proven", n=CROWD, rate=clear, interval=clear, effect_min=1.2).hedged


def test_insufficient_licenses_nothing() -> None:
    told = licence(status="insufficient", n=CROWD, rate=between(2, 3), share=between(0.9, 1))
    assert (told.verbs, told.quantifiers) == ((), ())
