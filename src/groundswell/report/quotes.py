"""Choosing words worth printing: whole sentences on the subject that point at nobody private."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundswell.query.figures import Figures, Post

FEWEST_WORDS, MOST_WORDS = 8, 30
EASY = range(10, 25)  # words that read well in print
FEWEST_TITLE = 5
ROUND = range(12, 61)  # words of a record that says one thing
STRONG = 400  # thousandths of tone from which a record clearly leans
LEAST_ACTIVE = 100  # authors in 28 days under which a community is never quoted
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]+(?=\s|$)")
ADDRESS = re.compile(r"https?:|www\.|(?<!\w)[@#/]\w|\bu/\w|\w+\.(?:com|org|net|io|dev)\b", re.I)
LEANING = frozenset({"Also", "And", "But", "So", "Or", "Because", "Which", "Plus", "Then"})
MARKUP = re.compile(r"[\"“”„«»*`_\[\]{}<>|\\~^=]|\.\.\.|…|--|—|/")
CAPITAL = re.compile(r"(?<![\w'’])[A-Z][\w'’-]*")
VERBS = re.compile(  # what makes a line of words a sentence, near enough
    r"\b(?:am|is|are|was|were|be|been|have|has|had|do|does|did|can|could|will|would|shall|should"
    r"|may|might|must|let|get|gets|got|make|makes|made|keep|keeps|kept|want|wants|need|needs|know"
    r"|knew|think|thought|feel|felt|run|runs|ran|use|uses|work|works|say|says|said|see|saw|take"
    r"|took|give|gives|gave|go|goes|went|come|came|tell|told|find|found|pay|paid|write|wrote"
    r"|\w{3,}ed|(?:it|he|she|that|there|what|who|here)['’]s|\w+['’](?:re|ve|ll|d|m)|\w+n['’]t)\b",
    re.I,
)
TONES = {  # words that a voice of the other side does not use
    1: re.compile(r"\b(?:lov\w+|great|good|thank\w*|glad|happ\w+|nice|best|better|fine|enjoy\w*"
                  r"|amazing|wonderful|brilliant|grateful|proud|beautiful\w*|perfect\w*|fair"
                  r"|favou?rite|excellent|fun|works|free|kind|deserv\w+|saved)\b", re.I),
    -1: re.compile(r"\b(?:hat\w+|bad\w*|worse|worst|awful|terribl\w+|angr\w+|broken?|breaks"
                   r"|useless|sick|tired|sad|scam|lies?|lying|stole\w*|steal\w*|theft|fail\w*"
                   r"|wrong|never|nobody|not|scared?|afraid|shame\w*|wast\w+|ruin\w*"
                   r"|\w+n['’]t)\b", re.I),
}  # fmt: skip
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
        """Up to `want` sentences from different authors, threads and communities.

        `lean` above zero asks for warm records, below zero for cold ones, zero for any.
        """
        return self._fresh((p for p in self._picks if not lean or p.warm * lean > 0), want, used)

    def against(self, lean: int, used: Sequence[Pick] = ()) -> list[Pick]:
        """One sentence of a record that clearly leans the other way; none where none does."""
        clear = (p for p in self._picks
                 if p.warm * -lean >= STRONG and not TONES[lean].search(p.text))  # fmt: skip
        return self._fresh(clear, 1, used)

    def _fresh(self, picks: Iterable[Pick], want: int, used: Sequence[Pick]) -> list[Pick]:
        taken: list[Pick] = []
        for pick in self._ranked(picks):
            if len(taken) < want and not any(alike(pick, other) for other in (*used, *taken)):
                taken.append(pick)
        return taken

    def _ranked(self, picks: Iterable[Pick]) -> list[Pick]:
        return sorted(picks, key=lambda p: (
            len(p.post.body.split()) not in ROUND, len(p.text.split()) not in EASY,
            bool(p.post.parent), -abs(p.warm), _shuffled(p)))  # fmt: skip

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
            if not readable(text) or not opens(post.body, first):
                continue
            on_subject = any(first <= start and stop <= last for start, stop in spans)
            if self._entity and not on_subject:
                continue
            known = self.known(post) if known is None else known
            if not _private(text, first, known):
                yield Pick(post=post, first=first, last=last, warm=post.tone or 0)

    def known(self, post: Post) -> list[tuple[int, int]]:
        """Spans that name something the desk knows, private persons left out."""
        desk = self._figures.desk
        spans = []
        for row in self._figures.named(post.id):
            entity = desk.entity(row["value"])
            if entity and (entity.type != "person" or entity.public) and row["start"] is not None:
                spans.append((row["start"], row["stop"]))
        return spans


def alike(one: Pick, other: Pick) -> bool:
    """Whether two sentences come from one person, thread or community."""
    a, b = one.post, other.post
    return a.author == b.author or a.root == b.root or a.community == b.community


def headline(post: Post, known: Sequence[tuple[int, int]]) -> int:
    """How many characters of an article's title may be quoted; 0 when it may not."""
    words = post.title.split()
    plain = not ADDRESS.search(post.title) and not re.search(r"[“”\"\n]", post.title)
    fits = FEWEST_TITLE <= len(words) <= MOST_WORDS and post.body.startswith(post.title)
    return len(post.title) if fits and plain and not _private(post.title, 0, known) else 0


def opens(body: str, first: int) -> bool:
    """Whether a sentence begins here: at the start, on a new line or after another's end."""
    before = body[:first].rstrip(" ")
    return not before or before[-1] in "\n.!?"


def readable(text: str) -> bool:
    """Whether a span is a plain sentence of printable length, without addresses or markup.

    >>> readable("Gantry answered every mail I had while I slept")
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
        and not any(c.isdigit() for c in text)
        and VERBS.search(text) is not None
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
