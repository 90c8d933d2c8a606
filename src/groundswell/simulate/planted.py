"""The planted events and decoys that need more than a rate."""

from __future__ import annotations

from groundswell.simulate import plan
from groundswell.simulate.clock import STOP
from groundswell.simulate.draft import DAY, Draft
from groundswell.simulate.world import World

HOUR = 3600


def plant(world: World) -> None:
    """Add them all."""
    _brightwater(world)
    _pelican(world)
    _zephyr(world)
    _hexham(world)
    _voices(world, "ostrava", plan.OSTRAVA_PLACE, ("patchwork-o1",), plan.OSTRAVA_POSTS,
            plan.OSTRAVA_DAYS)  # fmt: skip
    _voices(world, "lessonforge", plan.LESSONFORGE_PLACE,
            ("chalkdust-s1", "chalkdust-s2", "chalkdust-s3"), plan.LESSONFORGE_POSTS,
            plan.LESSONFORGE_DAYS)  # fmt: skip
    _voices(world, "quillpad", plan.QUILLPAD_PLACE,
            tuple(f"patchwork-q{n}" for n in range(1, 6)), plan.QUILLPAD_POSTS,
            plan.QUILLPAD_DAYS)  # fmt: skip


def _brightwater(world: World) -> None:
    """The same voices, warm in weeks 5 to 8 and angry from day 57; and a few of either only."""
    before, after = plan.SPANS["brightwater-before"], plan.SPANS["brightwater-after"]
    for place, number in plan.MORE_VOICES.items():
        known = {d.voice for d in world.drafts if d.place == place and d.voice
                 and d.topic.startswith("brightwater")}  # fmt: skip
        for n in range(number):
            voice = f"{place}-x{n}"
            for _ in range(1 + world.dice.below(2)):
                _brightwater_post(world, place, voice, before, warm=True)
                _brightwater_post(world, place, voice, after, warm=False)
            known.add(voice)
        for voice in sorted(known):
            if world.dice.chance(plan.EARLY_SHARE):
                _brightwater_post(world, place, voice, (0, before[0] - 1), warm=True)
        for n in range(plan.ONE_SIDED[place]):
            _brightwater_post(world, place, f"{place}-b{n}", before, warm=True)
            _brightwater_post(world, place, f"{place}-a{n}", after, warm=False)


def _brightwater_post(
    world: World, place: str, voice: str, span: tuple[int, int], *, warm: bool
) -> None:
    table = "brightwater_warm" if warm else "brightwater_angry"
    topic = "brightwater-before" if warm else "brightwater-after"
    day = span[0] + world.dice.below(span[1] - span[0] + 1)
    world.say(place, topic, day, world.composer.moody(place, table),
              world.people.voice(place, voice), replies=0.5)  # fmt: skip


def _pelican(world: World) -> None:
    """One thread and its ninety answers in a day."""
    place, day = plan.PELICAN_PLACE, plan.PELICAN_DAY
    thread = [d for d in world.on_day(place, day) if d.topic == "pelican"]
    root = min(thread, key=lambda d: d.at).root
    answers = [root]
    items = world.composer.items("pelican")
    start = root.at + 600
    times = sorted(start + int((day * DAY + DAY - start) * world.dice.unit() ** 1.4)
                   for _ in range(plan.PELICAN_REPLIES))  # fmt: skip
    for at in times:
        parent = root if world.dice.chance(0.65) else world.dice.pick(answers)
        author = world.people.on(place, "pelican", day, 1)
        text = world.composer.about(place, items, plain=True)
        answers.append(world.add(Draft(place=place, topic="pelican", at=at, parent=parent,
                                       author=author, text=text)))  # fmt: skip


def _zephyr(world: World) -> None:
    """Advertisements, nearly the same, by accounts that never write anything else."""
    first, last = plan.ZEPHYR_DAYS
    for place, number in plan.ZEPHYR.items():
        for n in range(number):
            day = first + world.dice.below(last - first + 1)
            draft = world.say(place, "zephyr", day, world.composer.advert(), f"{place}/z{n}")
            draft.copied = True


def _hexham(world: World) -> None:
    """One wire story, word for word in every outlet within a day."""
    wire = next(d for d in world.drafts if d.topic == "hexham" and d.copied)
    for outlet in plan.OUTLETS:
        if outlet != wire.place:
            at = wire.at + HOUR + world.dice.below(20 * HOUR)
            world.add(Draft(place=outlet, topic="hexham", at=min(at - at % 60, STOP - 60),
                            title=wire.title, text=wire.text, copied=True))  # fmt: skip


def _voices(world: World, topic: str, place: str, voices: tuple[str, ...], posts: int,
            span: tuple[int, int]) -> None:  # fmt: skip
    """A few voices write until there are so many posts."""
    have = sum(d.topic == topic and d.place == place for d in world.drafts)
    items = world.composer.items(topic)
    for n in range(posts - have):
        day = span[0] + world.dice.below(span[1] - span[0] + 1)
        author = world.people.voice(place, voices[n % len(voices)], only=True)
        world.say(place, topic, day, world.composer.about(place, items), author, replies=0.5)
