"""Finding and removing the words of erased records in stories, claims, editions and charts."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundswell.store.sqlite import Row, Writer

WITHDRAWN = "[withdrawn]"
SHINGLE = 24  # characters in a row that betray a quotation where the record is cited
APART = 48  # and where it is not: shorter runs are common phrases
WORDY = frozenset({"text", "title", "headline", "deck", "caption", "body", "excerpt", "quote"})
QUOTED = re.compile("[\"“„«'‘](.+?)[\"”“»'’](?!\\w)")


@dataclass(slots=True, kw_only=True)
class Erased:
    """One record being erased: the id and links that name it, its husk, its words."""

    id: str
    husk: str
    links: Collection[str] = ()  # addresses nobody else's record has
    texts: Collection[str] = ()
    quotes: set[str] = field(default_factory=set)


class Pieces:
    """The recognisable pieces of erased records, and how to take them out of a document."""

    def __init__(self, erased: Sequence[Erased]) -> None:
        self._names = {one.id: one.husk for one in erased}
        self._names |= {link: WITHDRAWN for one in erased for link in one.links}
        self._number = {one.id: n for n, one in enumerate(erased)}
        any_name = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True)))
        self._name = re.compile(rf"(?<![\w:-])(?:{any_name})(?![\w-])")
        self._grams: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self._short: dict[str, set[int]] = defaultdict(set)
        self._quotes = {_flat(quote) for one in erased for quote in one.quotes}
        for n, one in enumerate(erased):
            for text in map(_flat, one.texts):
                needed = min(APART, len(text)) - SHINGLE + 1
                if needed < 1:
                    self._short[text].add(n)
                for i in range(len(text) - SHINGLE + 1):
                    self._grams[text[i : i + SHINGLE]].add((n, needed))

    def json(self, body: str, *, also: Collection[str] = ()) -> str:
        """A JSON document without them; `also` are texts stored beside it. Unchanged if clean."""
        data = json.loads(body)
        cited = self.cited(body, *also)
        clean = self._walk(data, cited, "")
        if clean == data:
            return body
        return json.dumps(clean, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def cited(self, *texts: str) -> frozenset[int]:
        """Which of the erased records some texts name."""
        found = {name for text in texts for name in self._name.findall(text)}
        return frozenset(self._number[name] for name in found if name in self._number)

    def text(self, text: str, cited: frozenset[int], key: str = "text") -> str:
        """One string without them: names swapped, or WITHDRAWN when it holds erased words."""
        if self._betrays(_flat(text), cited, key):
            return WITHDRAWN
        return self._name.sub(lambda match: self._names[match[0]], text)

    def _walk(self, data: Any, cited: frozenset[int], key: str) -> Any:
        if isinstance(data, dict):
            return {
                self._name.sub(lambda match: self._names[match[0]], k): self._walk(v, cited, k)
                for k, v in data.items()
            }
        if isinstance(data, list):
            return [self._walk(value, cited, key) for value in data]
        return self.text(data, cited, key) if isinstance(data, str) else data

    def _betrays(self, flat: str, cited: frozenset[int], key: str) -> bool:
        runs: dict[tuple[int, int], int] = {}
        for i in range(len(flat) - SHINGLE + 1):
            owners = self._grams.get(flat[i : i + SHINGLE], ())
            runs = {owner: runs.get(owner, 0) + 1 for owner in owners}
            if any(owner[0] in cited or run >= owner[1] for owner, run in runs.items()):
                return True
        said = {flat} if key in WORDY else set()
        for match in QUOTED.finditer(flat):
            said |= {match[1], match[1].rstrip(".,;")}
        return any(words in self._quotes or self._short.get(words, set()) & cited for words in said)


def scrub(writer: Writer, erased: Sequence[Erased]) -> None:
    """Take erased records' words out of stories, claims, signals, editions and charts."""
    _find_quotes(writer, {one.id: one for one in erased})
    pieces = Pieces(erased)
    for row in writer.rows("story_bodies"):
        body = pieces.json(row["body"], also=[row["title"]])
        title = pieces.text(row["title"], pieces.cited(row["body"]), "title")
        if (body, title) != (row["body"], row["title"]):
            writer.do(
                "save_story_body", slug=row["slug"], version=row["version"], body=body, title=title
            )
    for kind, key in (("claim", "id"), ("signal", "id"), ("edition", "night")):
        for row in writer.rows(f"{kind}_bodies"):
            body = pieces.json(row["body"])
            if body != row["body"]:
                writer.do(f"save_{kind}_body", body=body, **{key: row[key]})
    for row in writer.rows("chart_bodies"):
        if _drawn(pieces, row):
            writer.do("drop_chart", id=row["id"])


def _drawn(pieces: Pieces, row: Row) -> bool:
    """Whether a chart shows erased words."""
    parts = [row["caption"], row["data"], html.unescape(row["svg"])]
    cited = pieces.cited(*parts)
    return bool(cited) or any(pieces.text(part, cited) != part for part in parts)


def _find_quotes(writer: Writer, erased: Mapping[str, Erased]) -> None:
    """What was quoted of the erased records, down to the shortest quote."""
    for row in writer.rows("quote_bodies"):
        claim = json.loads(row["body"])
        values, query = claim.get("values") or {}, claim.get("query") or {}
        one = erased.get(values.get("record") or query.get("record") or "")
        if one and isinstance(values.get("text"), str):
            one.quotes.add(values["text"])


def _flat(text: str) -> str:
    return " ".join(text.split())
