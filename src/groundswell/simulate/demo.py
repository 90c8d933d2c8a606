"""Write the demo desk: read the material, make the world, put it down under its names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from groundswell.desk import Desk
from groundswell.simulate import plan
from groundswell.simulate.compose import Composer
from groundswell.simulate.dice import Dice
from groundswell.simulate.emit import Emitter, write_packed
from groundswell.simulate.material import read_fragments, read_posts
from groundswell.simulate.names import Names
from groundswell.simulate.people import People
from groundswell.simulate.planted import plant
from groundswell.simulate.rename import Renaming
from groundswell.simulate.schedule import place_articles, place_threads
from groundswell.simulate.script import (
    run_reposts,
    run_shares,
    run_small_talk,
    run_streams,
    run_together,
)
from groundswell.simulate.truth import truth_toml
from groundswell.simulate.words import Used
from groundswell.simulate.world import World

DESK = ("desk.toml", "beats.toml", "entities.toml", "communities.toml", "sources.toml",
        "hypotheses.toml")  # fmt: skip
RECORDS = "records.ndjson.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written: records and people in all and by place, and the names that changed."""

    records: int
    hand_written: int
    authors: int
    articles: int
    places: Mapping[str, tuple[int, int]]
    renamed: Mapping[str, str]
    weeks: int


def write_demo(posts: Path, out: Path, *, seed: int = 0) -> Summary:
    """Write a complete desk folder, records and truth included, into `out`.

    `posts` is the folder of hand-written posts, in the desk folder whose TOML files are taken
    over. Seed 0 is the world as committed; others have other chances, names and dates.
    """
    renaming = Renaming.of(seed)
    world = make_world(posts, seed)
    emitter = Emitter(world.drafts, renaming, seed)
    out.mkdir(parents=True, exist_ok=True)
    for name in DESK:
        text = (posts.parent / name).read_text("utf-8")
        (out / name).write_bytes(renaming.both(text).encode())
    (out / "truth.toml").write_bytes(truth_toml(renaming).encode())
    write_packed(out / RECORDS, emitter.rows())
    return _summary(world, renaming)


def make_world(posts: Path, seed: int) -> World:
    """All records of a world as drafts, under the names of WORLD.md."""
    dice, used = Dice(seed, 0), Used()
    world = World(
        dice=dice, used=used, posts=read_posts(posts), people=People(dice),
        names=Names(Desk.load(posts.parent).entities, plan.FIRST),
        composer=Composer(dice, read_fragments(posts), used),
    )  # fmt: skip
    place_articles(world)
    place_threads(world)
    plant(world)
    run_streams(world)
    run_together(world)
    run_shares(world)
    run_reposts(world)
    run_small_talk(world)
    return world


def _summary(world: World, renaming: Renaming) -> Summary:
    places: dict[str, tuple[int, int]] = {}
    for place, known in plan.PLACES.items():
        there = [d for d in world.drafts if d.place == place]
        places[renaming.words(known.name)] = (len(there), len({d.author for d in there}))
    return Summary(
        records=len(world.drafts), hand_written=sum(bool(d.key) for d in world.drafts),
        authors=sum(people for _, people in places.values()),
        articles=sum(d.place in plan.OUTLETS for d in world.drafts), places=places,
        renamed=renaming.names, weeks=renaming.weeks,
    )  # fmt: skip
