"""Sentences with names marked in them: `[surface|type]`, one text a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from samples import Names, Sample, Span

MARK = re.compile(r"\[([^\[\]|]+)\|(\w+)\]")
KINDS = {
    "person": ("person",), "org": ("organization",), "gov": ("government",),
    "loc": ("state", "place"), "product": ("product",), "tech": ("technology",),
    "law": ("legislation",), "concept": ("concept",), "other": ("other",),
}  # fmt: skip


def marked(lines: Iterable[str]) -> Iterator[Sample]:
    """Each line as text with its names; what is not marked names nothing. KeyError on a type that
    is not one of KINDS."""
    for line in lines:
        text, spans, done = "", [], 0
        for mark in MARK.finditer(line):
            text += line[done : mark.start()]
            start, done = len(text), mark.end()
            text += mark[1]
            spans.append(Span(start, len(text), frozenset(KINDS[mark[2]])))
        text += line[done:].rstrip("\n")
        if text:
            yield Sample(text=text, names=Names(tuple(spans)))
