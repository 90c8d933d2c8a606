"""A record in the making."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.types import join_body

DAY = 86_400


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """One post, reply or article before it gets its id and its final names.

    `at` counts seconds from the start of day 0; `place` is the key of a community or of an
    outlet; `key` is that of a hand-written post, "" for scripted ones; `link` is what it
    shares; `copied` marks the planted copies, which the six-word rule does not bind.
    """

    place: str
    topic: str
    at: int
    title: str = ""
    text: str = ""
    parent: Draft | None = None
    author: str = ""
    voice: str = ""
    key: str = ""
    link: str = ""
    copied: bool = False

    @property
    def day(self) -> int:
        """Days since day 0."""
        return self.at // DAY

    @property
    def body(self) -> str:
        """What is read: title, blank line, text."""
        return join_body(self.title, self.text)

    @property
    def root(self) -> Draft:
        """The first post of its thread."""
        return self.parent.root if self.parent else self
