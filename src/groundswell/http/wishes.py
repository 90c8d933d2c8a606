"""What sites ask of those who read them, parsed from wherever they say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groundswell.http.answer import Wishes

META = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(
    r"""(name|content|http-equiv)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
HEAD = 200_000  # characters of a page in which its meta elements are looked for


def from_headers(headers: Mapping[str, str], *, agent: str) -> Wishes:
    """Wishes in an answer's headers (names in lower case), for a crawler called `agent`.

    Reads X-Robots-Tag, Content-Usage (the IETF's AI preferences draft), Content-Signal and
    tdm-reservation (the W3C group's TDM Reservation Protocol).
    """
    wishes = from_directives(headers.get("x-robots-tag", ""), agent=agent)
    wishes &= from_signal(headers.get("content-signal", ""))
    wishes &= from_usage(headers.get("content-usage", ""))
    return wishes & from_reservation(headers.get("tdm-reservation", ""))


def from_page(html: str, *, agent: str) -> Wishes:
    """Wishes in a page's own meta elements: robots, our name, tdm-reservation.

    >>> from_page('<meta name="robots" content="noarchive, noai">', agent="x").archive
    False
    """
    wishes = Wishes()
    for element in META.findall(html[:HEAD]):
        said = {found[0].lower(): found[1] or found[2] or found[3]
                for found in ATTRIBUTE.findall(element)}  # fmt: skip
        name = said.get("name", said.get("http-equiv", "")).lower()
        content = said.get("content", "")
        if name in ("robots", "x-robots-tag", agent.lower()):
            wishes &= from_directives(content, agent=agent)
        elif name == "tdm-reservation":
            wishes &= from_reservation(content)
    return wishes


def from_directives(text: str, *, agent: str) -> Wishes:
    """Wishes in an X-Robots-Tag header or a robots meta element.

    `agent: noindex` speaks to one crawler and holds until the next name; without a name it
    speaks to all.
    """
    words: set[str] = set()
    ours = True
    for part in text.lower().split(","):
        before, colon, after = part.partition(":")
        if colon and before.strip() not in VALUED:
            ours = before.strip() in ("*", agent.lower())
            part = after
        if ours:
            words.add(part.strip())
    none = bool(words & {"none"})
    return Wishes(
        index=not (none or "noindex" in words),
        archive=not (none or words & {"noarchive", "nocache"}),
        ai_input=not words & {"noai", "noml"},
        ai_train=not words & {"noai", "noml"},
    )


VALUED = {"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"}


def from_signal(text: str) -> Wishes:
    """Wishes of a Content-Signal: `search=yes, ai-input=no, ai-train=no`."""
    said = pairs(text)
    return Wishes(
        index=said.get("search") != "no",
        ai_input=said.get("ai-input") != "no",
        ai_train=said.get("ai-train") != "no",
    )


def from_usage(text: str) -> Wishes:
    """Wishes of a Content-Usage: `train-ai=n, search=y`."""
    said = pairs(text)
    return Wishes(
        index=said.get("search") != "n",
        ai_input=said.get("ai-use", said.get("ai-input")) != "n",
        ai_train="n" not in (said.get("train-ai"), said.get("train-genai")),
    )


def from_reservation(text: str) -> Wishes:
    """Wishes of a TDM reservation: `1` reserves text and data mining, so no model trains on it."""
    return Wishes(ai_train=text.strip() != "1")


def pairs(text: str) -> dict[str, str]:
    """`a=yes, b=no` as a mapping in lower case; other separators are taken too."""
    parts = (part.partition("=") for part in re.split(r"[,;\s]+(?=[\w-]+\s*=)", text.lower()))
    return {name.strip(): value.strip(" ,;") for name, equals, value in parts if equals}
