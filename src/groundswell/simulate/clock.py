"""When people write: the hours of a place, and replies soon after what they answer."""

from __future__ import annotations

from groundswell.simulate.dice import Dice
from groundswell.simulate.draft import DAY
from groundswell.simulate.plan import CAUGHT_UP, DAYS, LATE, PLACES, Stream

HOURS = tuple(range(24))
NEWSROOM = (0, 0, 0, 0, 0, 4, 8, 8, 6, 5, 5, 4, 4, 3, 4, 4, 4, 3, 2, 1, 1, 0, 0, 0)
STOP = DAYS * DAY


def moment(dice: Dice, place: str, day: int) -> int:
    """A second of a day, by the hours of the place; articles on the minute."""
    known = PLACES.get(place)
    hour = dice.weighted(HOURS, known.hours if known else NEWSROOM)
    second = hour * 3600 + dice.below(3600)
    at = day * DAY + max(1, second)
    return at if known else at - at % 60 + (60 if at % DAY < 60 else 0)


def reply_moment(dice: Dice, after: int, stop: int) -> int:
    """A second within hours after another, before `stop`."""
    wait = 60 + int(21_000 * dice.unit() ** 2.2)
    if after + wait < stop:
        return after + wait
    return after + 1 + dice.below(max(1, stop - after - 1))


def base(place: str, day: int) -> float:
    """Posts expected that day when nothing special happens."""
    known = PLACES[place]
    seen = CAUGHT_UP if place == "lantern" and day >= LATE else 1.0
    return known.base * known.week[day % 7] * seen


def wanted(stream: Stream, place: str, day: int) -> float:
    """People of a stream expected that day."""
    rate = stream.rate(place, day)
    if stream.weekday is not None or stream.surges(place, day):
        return rate
    return rate * PLACES[place].week[day % 7]
