"""The contract of readers, and of the parts that may answer some questions beside one.

A reader gives the vector and whatever else it can. A part has no vector; it takes over some of a
reader's answers: a second model for names, a classifier for tone, a language model on a server.
Both are found by name through entry points, or by the path of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from groundswell.errors import PluginError
from groundswell.types import Reading
from groundswell.types.reading import HEADS

Outputs = Mapping[str, tuple[int, ...]]
"""Answers by name as a `Reading` holds them, in thousandths."""
SPANS, ATTITUDES = "spans", "attitudes"
ANSWERS = (*HEADS, SPANS, ATTITUDES)
"""What can be asked of a text besides its vector: the heads, the names in it, and the attitudes
towards targets, which are kept under `TOWARDS` and the target."""


class Reads(Protocol):
    """A reader: one text in, one reading out, the same every time, whatever was read before.

    `name` changes whenever an answer may; it stands in the maker of every label. `languages` are
    ISO 639-1 codes: records in others are not read. An answer it does not have is left out of
    `Reading.outputs`, and the layers that need it have no label.
    """

    @property
    def name(self) -> str:
        """Who it is, and a hash of whatever decides its answers."""

    @property
    def languages(self) -> tuple[str, ...]:
        """What it reads."""

    @property
    def encoder(self) -> Reads:
        """Whose vectors these are; the desk's own texts are read by it alone."""

    @property
    def tells_attitudes(self) -> bool:
        """Whether it answers about targets."""

    def read(self, body: str, targets: Iterable[str] = ()) -> Reading:
        """What it sees in a body, and its attitude towards each target."""


@runtime_checkable
class Prepares(Protocol):
    """What a reader may also be: one that can do part of its work for several texts ahead."""

    def prepare(self, bodies: Iterable[str], targets: Iterable[str] = ()) -> None:
        """Texts that are read next, and the targets they are asked about."""


class Part(Protocol):
    """Answers some of ANSWERS, named in `gives`, in the place of the reader it stands beside."""

    @property
    def name(self) -> str:
        """Who it is, and a hash of whatever decides its answers."""

    @property
    def languages(self) -> tuple[str, ...]:
        """What it reads; none: whatever the reader does."""

    @property
    def gives(self) -> AbstractSet[str]:
        """What it answers."""

    def answer(self, body: str, targets: Sequence[str] = ()) -> Outputs:
        """What it says of a body; what it cannot tell is left out."""


class Kept(Protocol):
    """What a part was told before, by content hash: it is not asked for, or paid for, twice."""

    def get(self, part: str, content: str) -> Outputs | None:
        """What a part said of a content, if it did."""

    def put(self, part: str, content: str, outputs: Outputs) -> None:
        """Keep it; safe to call from several threads."""


Post = Callable[[str, bytes, str], bytes]
"""Sends JSON to an address, with the key that an environment variable of that name holds ("" for
none), and returns the answer. SourceError when there is none; its `status` is 0 only where the
question may have been paid for all the same."""


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a remote part may use besides its options; only whoever has a network has a `post`.

    `clock` gives microseconds since 1970. `bill` is the file in which what was spent is kept.
    `tell` says a sentence to whoever is watching.
    """

    post: Post | None = None
    clock: Callable[[], int] = int
    bill: Path | None = None
    tell: Callable[[str], None] = _silent
    kept: Kept | None = None


@runtime_checkable
class Remote(Protocol):
    """What a part may also be: one that asks a server.

    `here`: the server is on this machine, so that no text leaves it. `at_once`: how many texts it
    may be asked about at the same time. `name` as of any part.
    """

    name: str
    here: bool
    at_once: int

    def use(self, means: Means) -> None:
        """Take what asking needs. Without it, an answer that is not kept is PluginError."""

    def foresee(self, texts: int, characters: int) -> str:
        """What asking about so many texts will cost at most, as a sentence."""

    def told(self) -> str:
        """What was asked and what it cost so far, as a sentence; "" when nothing was."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A reader and its parts, which together are a reader.

    A text is read in the languages that all of them declare. What a part gives, the reader is not
    asked: two instruments are never mixed in one layer. PluginError when two parts give the same.
    """

    encoder: Reads
    parts: tuple[Part, ...]
    name: str = field(init=False)
    languages: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        given: set[str] = set()
        for part in self.parts:
            if given & part.gives:
                raise PluginError(
                    f"{part.name}: another part gives {min(given & part.gives)!r} already; let "
                    "only one of them give it"
                )
            given |= part.gives
        shared = [
            code for code in self.encoder.languages
            if all(not part.languages or code in part.languages for part in self.parts)
        ]  # fmt: skip
        if not shared:
            raise PluginError(
                f"{self.parts[-1].name}: declares no language that {self.encoder.name} reads, so "
                "nothing would be read; see languages in docs/label.md"
            )
        object.__setattr__(self, "languages", tuple(shared))
        names = [self.encoder.name, *(part.name for part in self.parts)]
        object.__setattr__(self, "name", " & ".join(names))

    @property
    def tells_attitudes(self) -> bool:
        """Whether the reader or a part answers about targets."""
        return self.encoder.tells_attitudes or any(ATTITUDES in p.gives for p in self.parts)

    @property
    def remote(self) -> tuple[Remote, ...]:
        """The parts that ask a server."""
        return tuple(part for part in self.parts if isinstance(part, Remote))

    def read(self, body: str, targets: Iterable[str] = ()) -> Reading:
        """The reader's vector, and the answers of whoever gives them."""
        wanted = tuple(targets)
        taken = {name for part in self.parts for name in part.gives}
        reading = self.encoder.read(body, () if ATTITUDES in taken else wanted)
        outputs = {name: said for name, said in reading.outputs.items() if name not in taken}
        for part in self.parts:
            outputs |= part.answer(body, wanted if ATTITUDES in part.gives else ())
        return replace(reading, reader=self.name, outputs=outputs)


def remote_parts(reader: Reads) -> tuple[Remote, ...]:
    """The parts of a reader that ask a server; none of most."""
    return reader.remote if isinstance(reader, Stack) else ()
