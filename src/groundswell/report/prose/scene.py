"""What the writer knows while it writes: claims by kind, what was already named and said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundswell.report.measured import AS_READ, unaudited
from groundswell.report.prose.choose import Chooser
from groundswell.report.prose.dates import again, day, within
from groundswell.report.prose.lists import capital, with_article
from groundswell.report.prose.numbers import figures_in
from groundswell.report.writer import Brief
from groundswell.types import Claim, Sentence
from groundswell.types.series import Unit
from groundswell.types.story import Move

Slot = str | Callable[[], str]
MOST_FIGURES = 2
VERBS = {"named": "wrote about", "names": "speaks of", "name": "write about", "naming":
         "writing about"}  # a beat is no name that anybody could name  # fmt: skip
READ = {"read": f", {AS_READ}", "read_": f", {AS_READ},"}  # where labels that nobody checked count


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence with its weight: when a story is too long, the lightest go first."""

    sentence: Sentence
    weight: int

    @property
    def figures(self) -> int:
        """How many figures it prints."""
        return figures_in(self.sentence.text)


class Slots(Mapping[str, str]):
    """What templates may ask for; places and names are worked out when they are asked for."""

    def __init__(self, scene: Scene, values: Mapping[str, Slot]) -> None:
        self._scene, self._values = scene, values

    def __getitem__(self, key: str) -> str:
        if key in ("it", "it_c"):
            name = self._scene.refer()
            return capital(name) if key == "it_c" else name
        if key in READ:
            return READ[key] if self._scene.as_read else ""
        if key in VERBS:
            return VERBS[key] if self._scene.beat else key
        value = self._values[key]
        return value if isinstance(value, str) else value()

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Scene:
    """One story in the making."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.told: list[Told] = []
        self._chooser = Chooser(brief.seed)
        self._introduced: set[str] = set()
        self._beside: list[Claim] = []
        self._section = "deck"
        self._named_in = ""
        self.as_read = False  # whether the sentence in the making counts unaudited labels
        self.deck: tuple[str, ...] = ()  # claims told of under the headline
        self.deck_text = ""
        self._last: tuple[int, int] | None = None  # the window told of last in this section

    @property
    def beat(self) -> bool:
        """Whether the subject is a beat, which people write about but do not name."""
        return self.brief.subject.startswith("beat/")

    @property
    def name(self) -> str:
        """The subject as it stands in a sentence; after a renaming by its newest name."""
        rename = self.one("rename", "alias")
        if rename:
            return str(rename.values["names_in_order"][-1])
        return with_article(self.brief.names.get(self.brief.subject, self.brief.label))

    def all(self, kind: str, op: str) -> list[Claim]:
        """The brief's claims of a kind and op, in its order."""
        return [c for c in self.brief.claims if c.kind == kind and c.query["op"] == op]

    def one(self, kind: str, op: str, *, everywhere: bool = False) -> Claim | None:
        """The first such claim; `everywhere`: one over all communities."""
        found = [c for c in self.all(kind, op) if not everywhere or not c.query["communities"]]
        return found[0] if found else None

    def local(self, kind: str, op: str) -> list[Claim]:
        """Such claims on one community each."""
        return [c for c in self.all(kind, op) if len(c.query["communities"]) == 1]

    @property
    def hooked(self) -> set[str]:
        """The claims that the first section rests on."""
        return {i for t in self.told if t.sentence.move == "hook" for i in t.sentence.claims}

    def quotes(self, unit: Unit = "person") -> list[Claim]:
        """Quotes of people, or of the titles of outlets."""
        return [c for c in self.all("quote", "verbatim") if c.population.unit == unit]

    def published(self, record: str) -> Claim | None:
        """The claim that says where and when a record was published."""
        return next((c for c in self.all("attribution", "published")
                     if c.values["record"] == record), None)  # fmt: skip

    def words(self, key: str, templates: Sequence[str], claims: Sequence[Claim],
              **slots: Slot) -> tuple[str, tuple[str, ...]]:  # fmt: skip
        """A filled template and the ids of every claim it rests on."""
        self._beside, self.as_read = [], any(map(unaudited, claims))
        text = tidy(capital(self._chooser.fill(key, templates, Slots(self, slots))))
        if self.as_read and AS_READ not in text:
            text = f"{text.removesuffix('.')}, {AS_READ}{'.' * text.endswith('.')}"
        ids = dict.fromkeys(c.id for c in (*claims, *self._beside))
        return text, tuple(ids)

    def say(self, move: Move, key: str, templates: Sequence[str], claims: Sequence[Claim], *,
            weight: int = 5, **slots: Slot) -> None:  # fmt: skip
        """Add a sentence to the story unless it would print too many figures."""
        if move != self._section:
            self._section, self._last = move, None
        before = set(self._introduced), self._named_in, self._last
        text, ids = self.words(key, templates, claims, **slots)
        told = Told(sentence=Sentence(move=move, text=text, claims=ids), weight=weight)
        if told.figures > MOST_FIGURES or any(t.sentence.text == text for t in self.told):
            self._introduced, self._named_in, self._last = before
            return
        self.told.append(told)

    def refer(self) -> str:
        """The subject by name where a section first speaks of it, then "it"."""
        if self._named_in == self._section:
            return "it"
        self._named_in = self._section
        return self.name

    def when(self, claim: Claim) -> dict[str, Slot]:
        """The window of a claim: in full where a section first tells of it, then "that week"."""

        def told() -> str:
            phrase = again(claim.window) if self._last == claim.window else within(claim.window)
            self._last = claim.window
            return phrase

        return {"window": told, "window_c": lambda: capital(told()),
                "end": day(claim.window[1] - 1)}  # fmt: skip

    def place(self, name: str, *, end: bool = False) -> Callable[[], str]:
        """A community by name, with who it is where it is first told of alone."""

        def told() -> str:
            context = self._context(name)
            if name in self._introduced or context is None:
                return name
            self._introduced.add(name)
            self._beside.append(context)
            phrase = str(context.values["text"]).rstrip(".")
            full = phrase if phrase.startswith(name) else f"{name}, {phrase}"
            return full if end or "," not in full else f"{full},"

        return told

    def name_of(self, claim: Claim) -> str:
        """The printed name of the one community of a claim."""
        place = claim.query["communities"][0]
        return self.brief.names.get(place, place)

    def _context(self, name: str) -> Claim | None:
        return next((c for c in self.all("context", "population")
                     if self.brief.names.get(c.subject[0]) == name), None)  # fmt: skip


def did(claims: Sequence[Claim]) -> str:
    """The verb of sentences on how people wrote, hedged where one of the claims must be."""
    return "appear to have done" if any(c.licence.hedged for c in claims) else "did"


def tidy(text: str) -> str:
    """The text without the second of two commas, or a comma before a stop; quotes untouched.

    >>> tidy("On it, a forum of libraries,, people wrote “a,, b”,.")
    'On it, a forum of libraries, people wrote “a,, b”.'
    """
    parts = re.split(r"(“[^”]*”)", text)
    parts[::2] = [re.sub(r",\s*,", ",", re.sub(r",(?=[.:;])", "", part)) for part in parts[::2]]
    return "".join(parts)


def quoted(claim: Claim) -> dict[str, Slot]:
    """A quote, with a comma where it stands before its speaker and does not end by itself."""
    text = str(claim.values["text"])
    stop = "" if text[-1] in "?!" else ","
    return {"quote": f"“{text}”{stop}", "quoted": f"“{text}”"}
