"""The hand-written material: posts by the line, fragments for the script."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundswell.errors import DeskError
from groundswell.simulate.plan import PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One hand-written post; see WORLD.md for the fields."""

    key: str
    place: str
    topic: str
    weeks: tuple[int, int]
    title: str
    text: str
    reply_to: str = ""
    voice: str = ""
    day: int | None = None
    wire: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """What the script puts together: reactions, openers and closers by place, items by table."""

    reactions: tuple[str, ...]
    openers: Mapping[str, tuple[str, ...]]
    closers: Mapping[str, tuple[str, ...]]
    items: Mapping[str, tuple[str, ...]]
    template: str
    blanks: Mapping[str, tuple[str, ...]]


def read_posts(folder: Path) -> dict[str, Post]:
    """All hand-written posts by key, in file order. DeskError names the line that is wrong."""
    posts: dict[str, Post] = {}
    for name in (*PLACES, "outlets"):
        path = folder / f"{name}.ndjson"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                post = _post(name, json.loads(line))
            except (ValueError, KeyError, TypeError) as problem:
                raise DeskError(f"{path.name}, line {number}: {problem!r}") from problem
            if post.key in posts or (post.reply_to and post.reply_to not in posts):
                raise DeskError(f"{path.name}, line {number}: {post.key} stands there twice or "
                                f"answers a post that does not come before it")  # fmt: skip
            posts[post.key] = post
    return posts


def read_fragments(folder: Path) -> Fragments:
    """The fragments beside the posts."""
    data: dict[str, Any] = tomllib.loads((folder / "fragments.toml").read_text("utf-8"))
    zephyr = data["zephyr"]
    return Fragments(
        reactions=tuple(data["reactions"]["generic"]),
        openers={place: tuple(data["openers"][place]) for place in PLACES},
        closers={place: tuple(data["closers"][place]) for place in PLACES},
        items={name: tuple(t["items"]) for name, t in data.items() if "items" in t},
        template=zephyr["template"], blanks={name: tuple(zephyr[name]) for name in "abc"},
    )  # fmt: skip


def _post(name: str, data: Mapping[str, Any]) -> Post:
    first, last = data["week"]
    return Post(
        key=data["key"], place=data.get("outlet", name), topic=data["topic"],
        weeks=(int(first), int(last)), title=data["title"] or "", text=data["text"] or "",
        reply_to=data["reply_to"] or "", voice=data.get("voice") or "", day=data.get("day"),
        wire=bool(data.get("wire")),
    )  # fmt: skip
