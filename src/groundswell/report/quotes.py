"""Choosing words worth printing: whole sentences on the subject that point at nobody private."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundswell.query.figures import Figures, Post

FEWEST_WORDS, MOST_WORDS = 6, 30
EASY = range(9, 25)  # words that read well in print
LEAST_ACTIVE = 100  # authors in 28 days under which a community is never quoted
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]+(?=\s|$)")
ADDRESS = re.compile(r"https?:|www\.|(?<!\w)[@#/]\w|\bu/\w|\w+\.(?:com|org|net|io|dev)\b", re.I)
LEANING = frozenset({"Also", "And", "But", "So", "Or", "Because", "Which", "Plus", "Then"})
MARKUP = re.compile(r"[\"“”„«»*`_\[\]{}<>|\\~^=]|\.\.\.|…|--|—|/")
CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w'’-]*")
PLAIN_CAPITALS = frozenset({
    "I", "I'm", "I've", "I'd", "I'll", "I’m", "I’ve", "I’d", "I’ll", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March",
    "April", "May", "June", "July", "August", "September", "October", "November", "December",
    "English",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A span of a record's body that may be quoted."""

    post: Post
    first: int
    last: int
    warm: int  # tone of the record in thousandths; 0 when unread

    @property
    def text(self) -> str:
        """The words themselves."""
        return self.post.body[self.first : self.last]


class Quotes:
    """All quotable sentences on a subject, and the rule for taking few of them."""

    def __init__(self, subject: str, posts: Iterable[Post], figures: Figures) -> None:
        self._figures = figures
        self._entity = subject.startswith("entity/")
        self._spans: Mapping[str, list[tuple[int, int]]] = (
            figures.spans(subject) if self._entity else {}
        )
        self._open: dict[str, bool] = {}
        self._picks = [pick for post in posts if post.lead and self._allowed(post)
                       for pick in self._sentences(post)]  # fmt: skip

    def of(self, record_id: str) -> Pick | None:
        """The best sentence of one record."""
        return next(iter(self._ranked(p for p in self._picks if p.post.id == record_id)), None)

    def take(self, want: int, *, lean: int = 0, used: Sequence[Pick] = ()) -> list[Pick]:
        """Up to `want` sentences from different authors and communities.

        `lean` above zero asks for warm records, below zero for cold ones, zero for any.
        """
        taken: list[Pick] = []
        authors = {pick.post.author for pick in used}
        places = {pick.post.community for pick in used}
        fitting = [p for p in self._picks if not lean or p.warm * lean > 0]
        for pick in self._ranked(fitting):
            fresh = pick.post.author not in authors and pick.post.community not in places
            if fresh and len(taken) < want:
                taken.append(pick)
                authors.add(pick.post.author)
                places.add(pick.post.community)
        return taken

    def _ranked(self, picks: Iterable[Pick]) -> list[Pick]:
        return sorted(picks, key=lambda p: (len(p.text.split()) not in EASY, bool(p.post.parent),
                                            -abs(p.warm), _shuffled(p)))  # fmt: skip

    def _allowed(self, post: Post) -> bool:
        if post.community not in self._open:
            known = self._figures.desk.community(post.community)
            quotable = known is not None and known.quote == "ok"
            self._open[post.community] = (
                quotable and self._figures.busiest(post.community) >= LEAST_ACTIVE
            )
        return post.unit == "person" and bool(post.author) and self._open[post.community]

    def _sentences(self, post: Post) -> Iterator[Pick]:
        spans = self._spans.get(post.id, [])
        known = None
        for match in SENTENCE.finditer(post.body):
            first = match.start() + len(match[0]) - len(match[0].lstrip())
            last = match.end() - (1 if match[0].endswith(".") and match[0][-2] != "." else 0)
            text = post.body[first:last]
            if not readable(text):
                continue
            on_subject = any(first <= start and stop <= last for start, stop in spans)
            if self._entity and not on_subject:
                continue
            known = self._known(post) if known is None else known
            if not _private(text, first, known):
                yield Pick(post=post, first=first, last=last, warm=post.tone or 0)

    def _known(self, post: Post) -> list[tuple[int, int]]:
        """Spans that name something the desk knows, private persons left out."""
        desk = self._figures.desk
        spans = []
        for row in self._figures.named(post.id):
            entity = desk.entity(row["value"])
            if entity and (entity.type != "person" or entity.public) and row["start"] is not None:
                spans.append((row["start"], row["stop"]))
        return spans


def readable(text: str) -> bool:
    """Whether a span is a plain sentence of printable length, without addresses or markup.

    >>> readable("Gantry answered every mail while I slept")
    True
    >>> readable("see https://x.example for the full list of things")
    False
    """
    words = text.split()
    return (
        FEWEST_WORDS <= len(words) <= MOST_WORDS
        and text[0].isupper()
        and words[0].rstrip(",") not in LEANING
        and not ADDRESS.search(text)
        and not MARKUP.search(text)
        and "\n" not in text
        and sum(c.isalpha() or c in " '’,-" for c in text) > 0.93 * len(text)
        and sum(w.isupper() and len(w) > 1 for w in words) <= 2
    )


def _private(text: str, offset: int, known: Sequence[tuple[int, int]]) -> bool:
    """Whether a capitalised word stands in the text that the desk does not know."""
    for match in CAPITAL.finditer(text):
        at = match.start() + offset
        starts_sentence = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".!?:"
        acronym = match[0].isupper() and len(match[0]) <= 5
        inside = any(start <= at < stop for start, stop in known)
        if not (starts_sentence or acronym or inside or match[0] in PLAIN_CAPITALS):
            return True
    return False


def _shuffled(pick: Pick) -> str:
    return hashlib.sha256(f"{pick.post.id}:{pick.first}".encode()).hexdigest()
