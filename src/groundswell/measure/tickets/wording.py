"""What a ticket says in its own words: its repository's template and policy texts left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from groundswell.types.ticket import Ticket

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
LINK = re.compile(r"https?://\S+|!?\[[^\]]*\]\([^)]*\)")
BOX = re.compile(r"[-*]\s*\[[ xX]\]")
WORD = re.compile(r"[^\W\d_](?:[\w.:\-]*\w)?|\d+(?:\.\d+)+")
RUN = 4  # words of a run that counts as boilerplate when many tickets have it
SHARE = 0.02  # of a repository's tickets
FEWEST = 4  # tickets a run must stand in
LASTING = 21  # days between the first and the last of them: a template stays, an outage does not

# How programs report what went wrong, in many languages at once; the message is cut by _said.
RAISED = re.compile(
    r"\b((?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Panic|Fault|Violation|Interrupt)|"
    r"panic|fatal error|fatal|[Ee]rror(?:\s?\[?[A-Z]{1,4}\d{2,5}\]?)?|API Error|"
    r"E[A-Z]{4,}|SIG[A-Z]{3,4})\s*[:(]\s*(\S[^\n`]{6,160})"
)
FRAME = re.compile(
    r"""\bat\s+([\w$.<>\[\]]+)\s+\(|File\s"[^"]*?([\w.]+\.py)",\sline\s\d+,\sin\s(\w+)|"""
    r"""\b([\w./]+\.\(?\*?\w+\)?\.\w+)\(0x"""
)
VARIES = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{7,}\b|\d+|(?:[a-z]:)?[\\/][\w.@~\\/-]+", re.IGNORECASE)
LONGEST_SAID = 9  # words of an error's message that tell it from others


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one ticket: of its title, of its text, and the errors it quotes."""

    title: tuple[str, ...]
    text: tuple[str, ...]
    errors: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        """Every word, once."""
        return frozenset(self.title) | frozenset(self.text)


def wordings(tickets: Sequence[Ticket]) -> list[Wording]:
    """The wording of each ticket of one repository, what all of them repeat left out."""
    texts = [words_of(ticket.text) for ticket in tickets]
    common = _boilerplate(texts, [ticket.opened for ticket in tickets])
    return [
        Wording(tuple(words_of(ticket.title)), tuple(_without(text, common)), errors_of(ticket))
        for ticket, text in zip(tickets, texts, strict=True)
    ]


def words_of(text: str) -> list[str]:
    """Words and version numbers in lower case; comments, links and check boxes left out.

    >>> words_of("Crash in v2.4.1 <!-- hidden --> of `tide.read()`")
    ['crash', 'in', 'v2.4.1', 'of', 'tide.read']
    """
    bare = BOX.sub(" ", LINK.sub(" ", COMMENT.sub(" ", text)))
    return [word.casefold() for word in WORD.findall(bare)]


def errors_of(ticket: Ticket) -> frozenset[str]:
    """The error messages and stack frames a ticket quotes, numbers and paths masked."""
    body = f"{ticket.title}\n{COMMENT.sub(' ', ticket.text)}"
    found = {f"{name.casefold()}: {said}" for name, rest in RAISED.findall(body)
             if len((said := _said(rest)).split()) > 1}  # fmt: skip
    frames = {" ".join(filter(None, parts)) for parts in FRAME.findall(body)}
    return frozenset(found | {f"at {frame}" for frame in frames if len(frame) > 3})


def _said(message: str) -> str:
    words = WORD.findall(VARIES.sub(" ", message))
    return " ".join(words[:LONGEST_SAID]).casefold()


def _boilerplate(texts: Sequence[Sequence[str]], when: Sequence[datetime]) -> set[tuple[str, ...]]:
    """Runs of words that stand in many tickets over a long time."""
    seen: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], datetime] = {}
    last: defaultdict[tuple[str, ...], datetime] = defaultdict(lambda: min(when))
    for words, at in zip(texts, when, strict=True):
        for run in set(_runs(words)):
            seen[run] += 1
            first[run] = min(first.get(run, at), at)
            last[run] = max(last[run], at)
    fewest = max(FEWEST, SHARE * len(texts))
    return {
        run
        for run, n in seen.items()
        if n >= fewest and (last[run] - first[run]).days >= min(LASTING, _span(when) / 2)
    }


def _span(when: Sequence[datetime]) -> float:
    return (max(when) - min(when)).total_seconds() / 86_400


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))


def _without(words: Sequence[str], common: set[tuple[str, ...]]) -> list[str]:
    drop = {i + k for i, run in enumerate(_runs(words)) if run in common for k in range(RUN)}
    return [word for i, word in enumerate(words) if i not in drop]
