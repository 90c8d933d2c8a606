"""The work list as Markdown (also for a CI step summary) and as JSON."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from groundswell.triage import Line, Section, Worklist
from groundswell.triage.inflow import Inflow
from groundswell.types.ticket import Ticket

THINGS = {"issue": "issues", "change": "change requests"}
SPECIAL = re.compile(r"([\\`*_\[\]<>|#@~])")
LONGEST = 90  # characters of a title


def markdown(worklist: Worklist) -> str:
    """The list as Markdown, about a screen for each section. Titles cannot break out of it."""
    lines = [
        f"# {worklist.repo}: {worklist.start:%-d %B} to {worklist.end:%-d %B %Y}",
        "",
        f"{worklist.open:,} open. This list is about tickets, not about people, and does not say "
        "who or what wrote them. A reply is a suggestion.",
        "",
    ]
    for one in worklist.inflow:
        lines += [*inflow_lines(one), ""]
    for section in worklist.sections:
        lines += [*_section_lines(section, worklist.repo), ""]
    return "\n".join(lines)


def inflow_lines(told: Inflow) -> list[str]:
    """The week's inflow against the weeks before, and what preceded a rise."""
    things = THINGS[told.kind] if told.opened != 1 else THINGS[told.kind][:-1]
    if not told.known:
        return [f"{told.opened:,} {things} opened. There are too few weeks before to compare with."]
    usual = f"{told.usual:g}"
    low, high = min(told.before), max(told.before)
    line = (
        f"{told.opened:,} {things} opened; in the {len(told.before)} weeks before it was "
        f"{low:,} to {high:,}, usually {usual}."
    )
    if not told.rise:
        return [line]
    found = [f"**{line}** The busiest day was {told.peak:%-d %B}."]
    if not told.outside:
        found.append("No thread elsewhere that we hold named the repository in the week before.")
    for one in told.outside:
        title = escaped(one.record.title or one.record.text)
        where = f"[{title}]({_address(one.record.url)})" if one.record.url else title
        found.append(f"- It was preceded, {_ahead(one.ahead)} before, by {where} "
                     f"({escaped(one.record.community)}).")  # fmt: skip
    if told.outside:
        found.append("What came before is not thereby a cause.")
    return found


def as_json(worklist: Worklist) -> dict[str, Any]:
    """The list as plain data: times in ISO 8601, tickets without their authors."""
    return {
        "repo": worklist.repo,
        "start": worklist.start.isoformat(),
        "end": worklist.end.isoformat(),
        "open": worklist.open,
        "inflow": [_inflow_json(one) for one in worklist.inflow],
        "sections": [
            {
                "slug": section.slug,
                "title": section.title,
                "left": section.left,
                "note": section.note,
                "lines": [
                    {
                        "tickets": [_ticket_json(one) for one in line.tickets],
                        "reason": line.reason,
                        "reply": line.reply,
                    }
                    for line in section.lines
                ],
            }
            for section in worklist.sections
        ],
    }


def escaped(text: str) -> str:
    """One line of somebody's words that no Markdown can be made of, and that notifies nobody.

    >>> escaped("[x](y) cc @them\\n# big")
    '\\\\[x\\\\](y) cc \\\\@\u2060them \\\\# big'
    """
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
    return SPECIAL.sub(r"\\\1", line).replace("\\@", "\\@\u2060")


def _section_lines(section: Section, repo: str) -> list[str]:
    lines = [f"## {section.title}", ""]
    for line in section.lines:
        lines += _line(line, repo)
    if not section.lines and not section.note:
        lines.append("Nothing this week.")
    if section.left:
        lines += ["", f"{section.left:,} more."]
    if section.note:
        lines += ["", section.note] if section.lines else [section.note]
    return lines


def _line(line: Line, repo: str) -> list[str]:
    first, *others = line.tickets
    links = f"{_link(first, repo)} {escaped(first.title)}"
    if others:
        links += " ← " + ", ".join(_link(one, repo) for one in others[:6])
    return [f"- {links}", f"  {_marked(line.reason)}", f"  > {_marked(line.reply)}"]


def _marked(text: str) -> str:
    return SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("\\#", "#").replace("\\_", "_")


def _link(one: Ticket, repo: str) -> str:
    """How a ticket is named, as a link where it has an address; its own repository is left out."""
    name = f"#{one.number}" if one.number else f" {one.id}"
    name = name.strip() if one.repo == repo else f"{escaped(one.repo)}{name}"
    return f"[{name}]({address})" if (address := _address(one.url)) else name


def _address(url: str) -> str:
    """An address that can stand in a Markdown link; only https leads anywhere."""
    if not url.startswith(("https://", "http://")):
        return ""
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace(">", "%3E")


def _ahead(ahead: timedelta) -> str:
    hours = int(ahead.total_seconds() // 3_600)
    if hours < 48:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours // 24} days"


def _ticket_json(one: Ticket) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "url": one.url,
        "title": one.title,
        "opened": one.opened.isoformat(),
    }


def _inflow_json(told: Inflow) -> dict[str, Any]:
    return {
        "kind": told.kind,
        "opened": told.opened,
        "before": list(told.before),
        "rise": told.rise,
        "peak": told.peak.date().isoformat(),
        "preceded": [
            {
                "url": one.record.url,
                "title": one.record.title,
                "community": one.record.community,
                "published": one.record.published.isoformat(),
            }
            for one in told.outside
        ],
    }
