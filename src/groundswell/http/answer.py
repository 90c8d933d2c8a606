"""What a platform answered, as sources see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Params = Mapping[str, str | int | Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a site asks of those who read its pages, from robots.txt, headers and the page itself.

    `index`: may it be found by search. `archive`: may its text be kept. `ai_input`: may a
    language model be shown it. `ai_train`: may models be trained on it. What nobody said is
    allowed; what anybody forbade is forbidden.
    """

    index: bool = True
    archive: bool = True
    ai_input: bool = True
    ai_train: bool = True

    @property
    def unreserved(self) -> bool:
        """Whether nothing is forbidden, so that the whole text may be kept and read here."""
        return self.index and self.archive and self.ai_input and self.ai_train

    def __and__(self, other: Wishes) -> Wishes:
        """Both sets of wishes at once: a refusal in either stands."""
        return Wishes(
            index=self.index and other.index,
            archive=self.archive and other.archive,
            ai_input=self.ai_input and other.ai_input,
            ai_train=self.ai_train and other.ai_train,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered: header names in lower case, the body decompressed and capped.

    A 304 has no body; every other status that is not 2xx raises a SourceError before this.
    `wishes` is filled for pages only.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    wishes: Wishes | None = None
