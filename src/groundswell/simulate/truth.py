"""What is planted, for whoever compares it with what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from groundswell.simulate import plan
from groundswell.simulate.plan import PLACES
from groundswell.simulate.rename import Renaming

HEAD = """# What is planted in this invented world (`stop` is the day after the last).
# A story must be found: one signal or claim of each of its `kinds`. A decoy must stay silent: no
# signal of a kind in `must_not` may be found for its subject (or pair), there if it names a place.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Something true: the signals and claims that must be found."""

    slug: str
    subject: str
    kinds: tuple[str, ...]
    days: tuple[int, int]
    expect: str
    communities: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # subjects that rise or fall with it, truly


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """Something that looks true to a careless test."""

    name: str
    subject: str
    must_not: tuple[str, ...]
    days: tuple[int, int]
    expect: str
    community: str = ""
    pair: tuple[str, ...] = ()


STORIES = (
    Story(slug="open-source", subject="entity/open-source", days=(plan.LATE, plan.DAYS),
          kinds=("volume", "coverage", "cooccurrence"), communities=tuple(PLACES),
          outlets=("ledger", "commons", "circuit", "northquay"),
          also=("entity/china", "entity/openai", "entity/android", "entity/apple"),
          expect="twice as many people a day name it in every community, nearly all warmly; four "
                 "independent outlets carry one warning on days 65 to 68; China is named with it "
                 "almost as often as OpenAI"),
    Story(slug="gantry", subject="entity/gantry", days=(plan.GANTRY_SHOWN, plan.DAYS),
          kinds=("volume", "rename"), communities=("attic", "deskjobs", "lantern"),
          expect="from a few people a day to 15 to 35; the second name begins on day 64"),
    Story(slug="brightwater-notes", subject="entity/brightwater-notes", days=(57, plan.DAYS),
          kinds=("tone",), communities=("deskjobs", "chalkdust", "lantern"),
          expect="falls, and by the same voices: who praised it in weeks 5 to 8 is angry from "
                 "day 57"),
    Story(slug="classroom-tools-act", subject="entity/classroom-tools-act",
          days=(plan.ACT_OPEN, plan.DAYS), kinds=("coverage", "volume"),
          communities=("chalkdust",), also=("entity/tallow-county", "entity/dalia-renn"),
          outlets=("harbor", "ledger", "relay", "register", "commons"),
          expect="five independent outlets on days 64 to 66; 12 to 20 people a day in one "
                 "community"),
)  # fmt: skip
DECOYS = (
    Decoy(name="corvane", subject="entity/corvane", must_not=("volume",), community="lantern",
          days=(plan.LATE, plan.DAYS),
          expect="three times the mentions, since the collector sees three times as much"),
    Decoy(name="pelican", subject="entity/pelican", must_not=("volume",),
          days=(plan.PELICAN_DAY, plan.PELICAN_DAY + 1), expect="one thread with ninety answers"),
    Decoy(name="thursday-stack", subject="entity/thursday-stack", must_not=("volume",),
          days=(plan.PELICAN_DAY, plan.PELICAN_DAY + 1), expect="high on every Thursday"),
    Decoy(name="zephyr-trade", subject="entity/zephyr-trade", must_not=("volume",),
          days=(65, plan.DAYS), expect="45 near-identical advertisements"),
    Decoy(name="tamarind", subject="entity/tamarind", must_not=("tone",),
          days=(plan.LATE, plan.DAYS),
          expect="those who always disliked it speak more; nobody changes their mind"),
    Decoy(name="ostrava-protocol", subject="entity/ostrava-protocol", must_not=("volume",),
          days=(63, plan.DAYS), expect="one author, forty posts"),
    Decoy(name="kestrel-openai", subject="entity/kestrel", must_not=("cooccurrence",),
          days=(plan.DAYS - 28, plan.DAYS), pair=("kestrel", "openai"),
          expect="both frequent, together no more than chance"),
    Decoy(name="marlow", subject="entity/marlow", must_not=("convergence", "tone", "volume"),
          days=(0, plan.DAYS), expect="adored in two communities, detested in two, always"),
    Decoy(name="hexham", subject="entity/hexham", must_not=("coverage",), days=(66, 68),
          expect="one wire story in eight outlets, word for word"),
    Decoy(name="lessonforge", subject="entity/lessonforge", must_not=("volume", "tone"),
          days=(60, plan.DAYS), expect="three accounts pretend to be teachers"),
    Decoy(name="quillpad", subject="entity/quillpad", must_not=("volume",), days=(63, plan.DAYS),
          expect="five prolific authors; by people nothing"),
    Decoy(name="privacy", subject="entity/privacy", must_not=("volume", "contrast"),
          days=(0, plan.DAYS), community="patchwork",
          expect="longer posts name it more often; at equal length no difference"),
)  # fmt: skip


def truth_toml(renaming: Renaming) -> str:
    """The truth file of a world."""
    blocks = [_story(story, renaming) for story in STORIES]
    blocks += [_decoy(decoy, renaming) for decoy in DECOYS]
    return HEAD + "".join(f"\n{block}" for block in blocks)


def _story(story: Story, renaming: Renaming) -> str:
    lines = ["[[story]]", _pair("slug", story.slug), _pair("subject", story.subject),
             _pair("kinds", story.kinds), *_days(story.days, renaming)]  # fmt: skip
    if story.communities:
        lines.append(_pair("communities", tuple(PLACES[p].name for p in story.communities)))
    if story.outlets:
        lines.append(_pair("outlets", tuple(plan.OUTLETS[key] for key in story.outlets)))
    if story.also:
        lines.append(_pair("also", story.also))
    return renaming.words("\n".join([*lines, _pair("expect", story.expect)]) + "\n")


def _decoy(decoy: Decoy, renaming: Renaming) -> str:
    lines = ["[[decoy]]", _pair("name", decoy.name), _pair("subject", decoy.subject),
             _pair("must_not", decoy.must_not), *_days(decoy.days, renaming)]  # fmt: skip
    if decoy.community:
        lines.append(_pair("community", PLACES[decoy.community].name))
    if decoy.pair:
        lines.append(_pair("pair", decoy.pair))
    return renaming.words("\n".join([*lines, _pair("expect", decoy.expect)]) + "\n")


def _days(days: tuple[int, int], renaming: Renaming) -> list[str]:
    start, stop = (renaming.day(plan.FIRST + timedelta(days=day)) for day in days)
    return [f"start = {start}", f"stop = {stop}"]


def _pair(key: str, value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return f'{key} = "{value}"'
    quoted = ", ".join(f'"{one}"' for one in value)
    return f"{key} = [{quoted}]"
