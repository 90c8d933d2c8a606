"""YouTube's feeds and lists in our words: videos, threads of comments, counts, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from groundswell.errors import BadRow, Malformed, SourceError
from groundswell.gather.elements import document, name_of, named, words
from groundswell.gather.fields import engagement_of, need, text_of, time_of, whole
from groundswell.gather.listing import decoded, part, rows, table
from groundswell.types.moment import micros

Item = Mapping[str, Any]


def listed(body: bytes, what: str) -> Mapping[str, Any]:
    """An answer with items. SourceError for an error that comes with status 200."""
    data = table(decoded(body, what), what)
    if "error" in data:
        raise SourceError(f"{what}: {text_of(part(data, 'error'), 'message')}")
    rows(data.get("items"), f"{what}, items")
    return data


def reason(body: bytes) -> str:
    """Why the API refuses; "" when it does not say."""
    try:
        errors = part(table(decoded(body, "refusal"), "refusal"), "error").get("errors")
        return text_of(table(rows(errors, "errors")[0], "error"), "reason")
    except (SourceError, IndexError):
        return ""


def entries(body: bytes, what: str) -> Iterator[tuple[str, int]]:
    """The videos of a feed and when they came out, in seconds since 1970."""
    root = document(body, what)
    if name_of(root) != "feed":
        raise Malformed(f"{what}: is <{name_of(root)}>, not a channel's feed")
    for entry in named(root, "entry"):
        with suppress(BadRow):
            native = words(entry, "videoId")
            if native:
                yield native, int(time_of(words(entry, "published"))[0].timestamp())


def threads_in(page: Item) -> Iterator[tuple[str, int, int]]:
    """The threads of a page: id, number of replies, and how many of them came along."""
    for item in page["items"]:
        with suppress(SourceError):
            thread = table(item, "thread")
            count = part(thread, "snippet").get("totalReplyCount")
            inline = part(thread, "replies").get("comments")
            many = len(inline) if isinstance(inline, list) else 0
            yield need(thread, "id"), count if type(count) is int else 0, many


def oldest(page: Item) -> int:
    """The time of the oldest thread of a page, in microseconds since 1970."""
    times = []
    for item in page["items"]:
        with suppress(SourceError):
            top = part(part(table(item, "thread"), "snippet"), "topLevelComment")
            times.append(micros(time_of(part(top, "snippet").get("publishedAt"))[0]))
    return min(times, default=0)


def flat(threads: Iterable[Any]) -> Iterator[Item]:
    """The comments of threads, each with its video; private threads are left out."""
    for item in threads:
        if not isinstance(item, dict):
            yield {}
            continue
        snippet = part(item, "snippet")
        if snippet.get("isPublic") is False:
            continue
        of = {"of": snippet.get("videoId")}
        yield {**part(snippet, "topLevelComment"), **of,
               "totalReplyCount": snippet.get("totalReplyCount")}  # fmt: skip
        inline = part(item, "replies").get("comments")
        for reply in inline if isinstance(inline, list) else ():
            yield {**(reply if isinstance(reply, dict) else {}), **of}


def counts(data: Item, **names: str) -> Mapping[str, int]:
    """Counts, which come as numbers or as digits."""
    found = {}
    for ours, theirs in names.items():
        value = data.get(theirs)
        found[ours] = whole(value) if isinstance(value, str) else value
    return engagement_of(found)
