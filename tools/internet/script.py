"""What stands on a platform at an instant, worked out from its happenings."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from internet.world import Happening

Standing = Literal["live", "deleted", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as the platform has it: `number` counts items by when they were written, from 0.

    `shown` is when the platform first gave it out, `edited` the last edit, `changed` the last
    moment anything about it changed for those who read: shown, edited, deleted or left with its
    author. `standing` says whether it is still there.
    """

    number: int
    key: str
    author: str
    place: str
    title: str
    text: str
    parent: str
    root: str
    at: datetime
    shown: datetime
    changed: datetime
    edited: datetime | None = None
    standing: Standing = "live"
    private: bool = False

    @property
    def live(self) -> bool:
        """Whether it can be read."""
        return self.standing == "live"

    @property
    def due(self) -> bool:
        """Whether a gatherer must hold it."""
        return self.standing == "live" and not self.private


class Script:
    """The happenings of one platform, asked for the state at an instant.

    Cheap when the instants rise, as a clock does; asking for an earlier one starts over. An item
    that is deleted before it is shown is never shown live.
    """

    def __init__(self, happenings: Sequence[Happening]) -> None:
        self.happenings = tuple(happenings)
        self._order = sorted(self.happenings, key=_seen)
        self._times = [_seen(one) for one in self._order]
        published = [one for one in self.happenings if one.act == "publish"]
        self._numbers = {one.key: number for number, one in enumerate(published)}
        self._parents = {one.key: one.parent for one in published}
        self._done = 0
        self._items: dict[str, Item] = {}
        self._before: dict[str, list[Happening]] = {}

    def items(self, now: datetime) -> dict[str, Item]:
        """Everything shown by now, deleted things included, by key in order of showing.

        The mapping is the script's own and changes with the next call: read it at once.
        """
        upto = bisect.bisect_right(self._times, now)
        if upto < self._done:
            self._done, self._items, self._before = 0, {}, {}
        for happening in self._order[self._done : upto]:
            self._apply(happening)
        self._done = upto
        return self._items

    def live(self, now: datetime) -> Iterator[Item]:
        """What can be read now, in order of showing."""
        return (item for item in self.items(now).values() if item.live)

    def due(self, now: datetime) -> Iterator[Item]:
        """What a gatherer who was always there must hold now."""
        return (item for item in self.items(now).values() if item.due)

    def since(self, then: datetime, now: datetime) -> Iterator[Happening]:
        """What readers could see happen after `then`, up to now, in the order they saw it."""
        first = bisect.bisect_right(self._times, then)
        last = bisect.bisect_right(self._times, now)
        return iter(self._order[first:last])

    def root(self, key: str) -> str:
        """The first item of a thread: the item itself when it answers nothing."""
        while above := self._parents.get(key, ""):
            key = above
        return key

    def _apply(self, happening: Happening) -> None:
        seen = _seen(happening)
        if happening.act == "leave":
            for key, item in self._items.items():
                if item.author == happening.author and item.live:
                    self._items[key] = replace(item, standing="left", changed=seen)
            self._before.setdefault("@" + happening.author, []).append(happening)
        elif happening.act == "publish":
            self._items[happening.key] = self._publish(happening, seen)
        elif happening.key in self._items:
            self._items[happening.key] = _changed(self._items[happening.key], happening, seen)
        else:
            self._before.setdefault(happening.key, []).append(happening)

    def _publish(self, one: Happening, seen: datetime) -> Item:
        item = Item(
            number=self._numbers[one.key],
            key=one.key,
            author=one.author,
            place=one.place,
            title=one.title,
            text=one.text,
            parent=one.parent,
            root=self.root(one.key),
            at=one.at,
            shown=seen,
            changed=seen,
            private=one.private,
        )
        for earlier in self._before.pop(one.key, []):
            item = _changed(item, earlier, seen)
        if "@" + one.author in self._before and item.live:
            item = replace(item, standing="left")
        return item


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list of the newest items, `size` long, shows of one place or of some."""

    script: Script
    size: int

    def newest(self, now: datetime, keep: Callable[[Item], bool]) -> list[Item]:
        """The list at an instant, newest first by when things were written."""
        items = [one for one in self.script.live(now) if keep(one)]
        return sorted(items, key=lambda one: (one.at, one.number), reverse=True)[: self.size]

    def seen(self, now: datetime, keep: Callable[[Item], bool]) -> dict[str, Item]:
        """Everything such a list has ever shown up to an instant, as it was shown last.

        For platforms without deletions: what left the list before it was edited stays as it was.
        """
        items = sorted(
            (one for one in self.script.live(now) if keep(one)),
            key=lambda one: (one.at, one.number),
            reverse=True,
        )
        found: dict[str, Item] = {}
        newer: list[datetime] = []  # when the newer ones were shown, in order
        for item in items:
            gone = newer[self.size - 1] if len(newer) >= self.size else None
            if gone is None or item.shown < gone:
                found[item.key] = self._as_of(item, gone or now)
            bisect.insort(newer, item.shown)
        return found

    def _as_of(self, item: Item, when: datetime) -> Item:
        if item.changed <= when:
            return item
        acts = ("publish", "edit")
        told = [one for one in self.script.happenings
                if one.key == item.key and one.act in acts and one.at <= when]  # fmt: skip
        last = told[-1]
        edited = last.at if last.act == "edit" else None
        return replace(item, title=last.title, text=last.text, edited=edited, changed=when)


def _seen(happening: Happening) -> datetime:
    return happening.shown or happening.at


def _changed(item: Item, happening: Happening, seen: datetime) -> Item:
    if not item.live:
        return item
    if happening.act == "delete":
        return replace(item, standing="deleted", changed=seen)
    return replace(
        item, title=happening.title, text=happening.text, edited=happening.at, changed=seen
    )
