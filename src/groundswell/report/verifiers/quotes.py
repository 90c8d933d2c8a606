"""Quoted words must stand, letter for letter, where the cited claim says they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol, runtime_checkable

from groundswell.report.verifier import Evidence
from groundswell.report.verifiers.marks import quoted
from groundswell.types import Claim, Sentence, Verdict

MOST_WORDS = 30
WITHDRAWN = "[withdrawn]"
MARKED = re.compile(r"\s*(?:\[…\]|\[\.\.\.\])\s*")
STRAY = '“”"«»„'


@runtime_checkable
class Quotability(Protocol):
    """Evidence that also knows which communities may be quoted."""

    def quotable(self, community: str) -> bool:
        """Whether the desk lets people of a community be quoted."""


class Quotes:
    """Every quoted string is a verbatim span of a cited quote claim's record."""

    name: ClassVar[str] = "quotes"

    def __call__(
        self, sentence: Sentence, claims: Sequence[Claim], show: Evidence
    ) -> list[Verdict]:
        """One verdict per quoted string that does not stand, and per claim that may not."""
        cited = [claim for claim in claims if claim.kind == "quote"]
        found = []
        for reason in (*_printed(sentence.text, claims, cited, show), *_barred(cited, show)):
            finding, words = reason
            found.append(Verdict(finding=finding, sentence=sentence.text, reason=words,  # type: ignore[arg-type]  # one of two literals
                                 by=self.name, claims=tuple(c.id for c in cited)))  # fmt: skip
        return found


def same(printed: str, source: str) -> bool:
    """Whether printed words are the source's: whole, or cut only where […] marks it.

    >>> same("it runs […] at home,", "it runs quite well at home")
    True
    >>> same("it runs at home", "it runs quite well at home")
    False
    """
    words, whole = _flat(printed), _flat(source)
    if words.endswith(",") and not whole.endswith(","):
        words = words[:-1]
    parts = MARKED.split(words)
    if len(parts) == 1:
        return words == whole and bool(words)
    pattern = r"(?!\w).*?(?<!\w)".join(re.escape(part) for part in parts)
    pattern = r"(?<!\w)" + pattern if not parts[0] else pattern
    return re.fullmatch(pattern, whole, re.DOTALL) is not None


def _printed(text: str, claims: Sequence[Claim], cited: Sequence[Claim],
             show: Evidence) -> Iterator[tuple[str, str]]:  # fmt: skip
    spans = quoted(text)
    rest = text
    for start, stop, _ in spans:
        rest = rest[:start] + " " * (stop - start) + rest[stop:]
    if any(mark in rest for mark in STRAY):
        yield "false", "a quotation mark has no partner"
    names = {_flat(name).casefold() for claim in claims for name in _called(claim)}
    for _, _, words in spans:
        if _flat(words).casefold() in names:
            continue
        if words == WITHDRAWN:
            yield "withdrawn", "holds; 1 of 1 quotations withdrawn"
            continue
        if len(words.split()) > MOST_WORDS:
            yield "false", f"quotes {len(words.split())} words, more than {MOST_WORDS}"
        if not any(same(words, _source(claim, show)) for claim in cited):
            yield "false", f"{words!r} is not what a cited record says{_nearest(words, cited)}"


def _barred(cited: Sequence[Claim], show: Evidence) -> Iterator[tuple[str, str]]:
    for claim in cited:
        row = show.row(claim.snapshot, _record(claim))
        if row is None or row.withdrawn:
            continue
        if isinstance(show, Quotability) and not show.quotable(row.community):
            yield "false", f"{show.place(row.community)} may not be quoted"
        if not _source(claim, show):
            yield "false", f"its words do not stand at their place in {_record(claim)!r}"


def _source(claim: Claim, show: Evidence) -> str:
    """The words at a claim's offsets, when they are the claim's own text."""
    body = show.body(claim.snapshot, _record(claim))
    if body is None:
        return ""
    start, stop = int(claim.values.get("start", 0)), int(claim.values.get("stop", 0))
    if not 0 <= start < stop <= len(body):
        return ""
    words = body[start:stop]
    cut_off = (start > 0 and body[start - 1].isalnum() and body[start : start + 1].isalnum()) or (
        stop < len(body) and body[stop - 1 : stop].isalnum() and body[stop].isalnum()
    )
    if cut_off or _flat(words) != _flat(str(claim.values.get("text", ""))):
        return ""
    return words


def _record(claim: Claim) -> str:
    return str(claim.query.get("record", claim.values.get("record", claim.evidence[0])))


def _called(claim: Claim) -> list[str]:
    more = [v for key in ("place", "names_in_order") for v in _texts(claim.values.get(key))]
    return [*claim.names, *more]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(v) for v in value] if isinstance(value, (list, tuple)) else []


def _nearest(words: str, cited: Sequence[Claim]) -> str:
    if not cited:
        return " (no quote claim is cited)"
    own = set(_flat(words).split())
    best = max(cited, key=lambda c: len(own & set(str(c.values.get("text", "")).split())))
    changed = sorted(own ^ set(_flat(str(best.values.get("text", ""))).split()))
    return f" (differs in {', '.join(map(repr, changed[:4]))})" if changed else ""


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
