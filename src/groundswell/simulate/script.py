"""What the script adds: people who keep naming the planted subjects, and ordinary small talk."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.simulate import plan
from groundswell.simulate.clock import STOP, base, moment, wanted
from groundswell.simulate.draft import DAY, Draft
from groundswell.simulate.plan import PLACES, Stream
from groundswell.simulate.world import MEMORY, World, set_words

NOT_BEFORE_THE_DEMO = ("demo", "inbox", "week")
RECENT = plan.DAYS - 28
Slot = tuple[str, int]  # place and day


def run_streams(world: World) -> None:
    """Fill every subject of the plan up to its rate."""
    for stream in plan.STREAMS:
        slots = [slot for place in stream.rates for slot in _slots(world, stream, place)]
        tables = _tables(world, slots) if stream.topic == "os" else {}
        casts = {place: _cast(world, stream, place) for place in stream.rates}
        for number, (place, day) in enumerate(slots):
            table = tables.get(number, stream.items)
            author = world.people.on(place, stream.topic, day, stream.gap, casts[place])
            world.say(place, stream.topic, day, _text(world, place, table, day), author,
                      replies=stream.replies)  # fmt: skip


def run_together(world: World) -> None:
    """Kestrel and OpenAI in one post, no more often than chance would have it."""
    first, second = world.composer.items("kestrel"), world.composer.items("openai")
    for place, rate in plan.TOGETHER.items():
        for day in range(plan.DAYS):
            seen = plan.CAUGHT_UP if place == "lantern" and day >= plan.LATE else 1.0
            for _ in range(world.dice.poisson(rate * seen)):
                both = [f"{world.dice.pick(first)}, {world.dice.pick(second)}" for _ in range(40)]
                author = world.people.on(place, "kestrel", day, 14)
                world.people.remember(author, "openai", day)
                world.say(place, "kestrel", day, world.composer.about(place, both), author)


def run_shares(world: World) -> None:
    """Let posts on the planted events carry the link everybody passes on."""
    for topic, first, last, number, link in plan.SHARES:
        able = [draft for draft in world.drafts if draft.topic == topic and not draft.key
                and draft.parent is None and first <= draft.day <= last]  # fmt: skip
        taken: set[str] = set()
        world.dice.shuffle(able)
        for draft in able:
            article = world.by_key.get(link)
            if (
                draft.author not in taken
                and len(taken) < number
                and (article is None or draft.at > article.at)
            ):
                taken.add(draft.author)
                draft.link = link


def run_reposts(world: World) -> None:
    """Titles of articles, passed on bare."""
    articles = [draft for draft in world.drafts if draft.place in plan.OUTLETS
                and draft.topic == "life"]  # fmt: skip
    for _ in range(plan.REPOSTS):
        article, place = world.dice.pick(articles), world.dice.pick(tuple(PLACES))
        at = article.at + 1800 + world.dice.below(DAY)
        if at < STOP and world.used.fits(article.title):
            world.used.add(article.title)
            draft = Draft(place=place, topic="life", at=at, link=article.key,
                          author=world.people.anybody(place))  # fmt: skip
            set_words(draft, article.title)
            world.add(draft)


def run_small_talk(world: World) -> None:
    """Fill every day of every place up to its ordinary size."""
    filled: dict[str, list[Draft]] = {place: [] for place in PLACES}
    for place in PLACES:
        for day in range(plan.DAYS):
            usual = base(place, day)
            least = world.dice.poisson(plan.LEAST_FILL * usual)
            said = sum(d.topic not in plan.FEW_PEOPLE for d in world.on_day(place, day))
            missing = world.dice.poisson(usual) - said
            filled[place] += [_talk(world, place, day) for _ in range(max(least, missing))]
    for place, drafts in filled.items():
        _let_all_speak(world, place, drafts)


def _slots(world: World, stream: Stream, place: str) -> list[Slot]:
    """What the script must add a day; a day with too many hand-written posts lowers the next."""
    slots: list[Slot] = []
    debt, rate_before = 0, -1.0
    for day in range(plan.DAYS):
        want = _want(world, stream, place, day)
        if stream.rate(place, day) > 1.5 * rate_before:
            debt = 0
        rate_before = stream.rate(place, day)
        missing = want - world.count(stream.topic, place, day) - debt
        debt = min(6, max(0, -missing))
        slots += [(place, day)] * max(0, missing)
    return slots


def _want(world: World, stream: Stream, place: str, day: int) -> int:
    rate = wanted(stream, place, day)
    if stream.surges(place, day):
        return world.dice.about(rate, 0.16)
    return world.dice.about(rate, 0.45) if stream.even else world.dice.poisson(rate)


def _tables(world: World, slots: Sequence[Slot]) -> dict[int, str]:
    """Which of the warm posts on open source also name something else."""
    tables: dict[int, str] = {}
    recent = [n for n, (_, day) in enumerate(slots) if day >= RECENT]
    older = [n for n, (_, day) in enumerate(slots) if day < RECENT]
    world.dice.shuffle(recent)
    world.dice.shuffle(older)
    for table, slug, people in plan.ALSO:
        have = {d.author for d in world.drafts if d.topic == "os" and d.day >= RECENT
                and d.place in PLACES and slug in world.names.found(d.body, d.day)}  # fmt: skip
        number = max(0, people - len(have))
        for _ in range(number):
            tables[recent.pop()] = table
        for _ in range(number * len(older) // max(1, len(recent))):
            tables[older.pop()] = table
    return tables


def _text(world: World, place: str, table: str, day: int) -> str:
    if table in plan.MOODS:
        return world.composer.moody(place, table)
    return world.composer.about(place, _items(world, table, day))


def _items(world: World, table: str, day: int) -> tuple[str, ...]:
    if table != "gantry":
        return world.composer.items(table)
    if day >= plan.GANTRY_RENAMED:
        return world.composer.items("stevedore")
    return world.composer.items("gantry", NOT_BEFORE_THE_DEMO if day < plan.GANTRY_SHOWN else ())


def _cast(world: World, stream: Stream, place: str) -> list[str]:
    if not stream.cast:
        return []
    known = [d.author for d in world.drafts if d.topic == stream.topic and d.place == place]
    cast = list(dict.fromkeys(known))
    return cast + world.people.cast(place, max(0, stream.cast - len(cast)))


def _talk(world: World, place: str, day: int) -> Draft:
    people = world.people
    author = people.new(place) if world.dice.chance(0.2) else people.anybody(place)
    kind = world.dice.unit()
    if kind < plan.REACTIONS:
        at = moment(world.dice, place, day)
        near = world.before(place, at, 2 * MEMORY)
        if near:
            parent = world.dice.pick(near)
            return world.add(Draft(place=place, topic="life", at=at, parent=parent, author=author,
                                   text=world.composer.reaction(place)))  # fmt: skip
    elif kind < plan.REACTIONS + plan.LINKS and world.dice.chance(0.9):
        draft = world.say(place, "life", day, world.composer.title(), author)
        draft.link = f"https://pages-{world.dice.below(900)}.example/{len(world.drafts)}"
        return draft
    return world.say(place, "life", day, world.composer.small_talk(place), author,
                     replies=0.35, kin=("control",))  # fmt: skip


def _let_all_speak(world: World, place: str, drafts: list[Draft]) -> None:
    """Those who have not written yet take over a post of somebody who wrote others."""
    written: dict[str, int] = {}
    for draft in world.drafts:
        if draft.place == place:
            written[draft.author] = written.get(draft.author, 0) + 1
    world.dice.shuffle(drafts)
    for person in world.people.silent(place):
        while drafts:
            draft = drafts.pop()
            if written[draft.author] > 1:
                written[draft.author] -= 1
                draft.author = person
                break
