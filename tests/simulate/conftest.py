from __future__ import annotations

import gzip
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from groundswell.desk import Desk
from groundswell.simulate import Summary, write_demo
from groundswell.simulate.names import Names
from groundswell.types import join_body

DEMO = Path(__file__).parents[2] / "desks" / "demo"
Row = dict[str, Any]


@dataclass
class Written:
    """A world as it was written: rows, with their day, body and the entities they name."""

    folder: Path
    summary: Summary

    @cached_property
    def rows(self) -> list[Row]:
        lines = gzip.decompress((self.folder / "records.ndjson.gz").read_bytes()).splitlines()
        return [json.loads(line) for line in lines]

    @cached_property
    def desk(self) -> Desk:
        return Desk.load(self.folder)

    @cached_property
    def truth(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "truth.toml").read_text("utf-8"))

    @cached_property
    def start(self) -> datetime:
        assert self.desk.clock
        return self.desk.clock.replace(hour=0) - timedelta(days=70)

    @cached_property
    def records(self) -> list[Row]:
        names = Names(self.desk.entities, self.start.date())
        found = [row for row in self.rows if "exposure" not in row]
        for row in found:
            row["at"] = datetime.fromisoformat(row["published_at"]).astimezone(UTC)
            row["day"] = (row["at"] - self.start).days
            row["body"] = join_body(row["title"], row["text"])
            row["names"] = names.found(row["body"], row["day"])
        return found

    @cached_property
    def posts(self) -> list[Row]:
        return [row for row in self.records if row["kind"] != "article"]

    def naming(self, *slugs: str, start: int = 0, stop: int = 70, place: str = "") -> list[Row]:
        return [row for row in self.posts if row["names"].issuperset(slugs)
                and start <= row["day"] < stop and place in ("", row["community"])]  # fmt: skip

    def people(self, *slugs: str, start: int = 0, stop: int = 70, place: str = "") -> set[str]:
        found = self.naming(*slugs, start=start, stop=stop, place=place)
        return {row["author_hash"] for row in found}

    def daily(self, *slugs: str, place: str = "") -> list[int]:
        seen: dict[int, set[str]] = defaultdict(set)
        for row in self.naming(*slugs, place=place):
            seen[row["day"]].add(row["author_hash"])
        return [len(seen[day]) for day in range(70)]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Written]:
    made: dict[int, Written] = {}

    def world(seed: int) -> Written:
        if seed not in made:
            folder = tmp_path_factory.mktemp(f"world{seed}")
            made[seed] = Written(folder, write_demo(DEMO / "posts", folder, seed=seed))
        return made[seed]

    return world


@pytest.fixture(scope="session")
def demo(written: Callable[[int], Written]) -> Written:
    return written(0)
