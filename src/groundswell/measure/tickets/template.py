"""Templates of issues and change requests, and what a ticket leaves out of one.

A template is read from a repository's own files, or, where only an export is at hand, inferred
from the headings that its tickets share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from groundswell.errors import UsageError
from groundswell.types.ticket import Ticket

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
TICKS = re.compile(r"```\w*")
FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
MARK = re.compile(r"(?:(?<=[\s\[])|\A)(?:(#{1,5})[ \t]+|\*\*)(?=\S)")
BOX = re.compile(r"[-*]\s*\[[ xX]?\]")
HINT = re.compile(r"\[e\.g\.?[^\]]*\]|\[(?:please|describe|insert|your)\b[^\]]*\]", re.IGNORECASE)
SAYS = re.compile(r"[^\W\d_]|\d+[.:/-]\d|\d{2}")  # a word, a version, a number
POINT = re.compile(r"(?<!\S)\d+[.)](?!\S)")  # of a list without items
NOTHING = re.compile(r"_no response_", re.IGNORECASE)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
OPTIONAL = re.compile(r"\boptional\b|if (?:applicable|relevant|any)|additional|anything else", re.I)
KINDS: tuple[Literal["issue", "change"], ...] = ("issue", "change")
WORDS, LONGEST = 8, 120  # of a heading: words and characters, at most
USED = 0.5  # of a template's headings that a ticket which follows it must have
COMMON = 0.06  # of a repository's tickets that must share a heading before it is a template's
FEWEST = 8  # tickets, likewise
TOGETHER = 0.6  # of the tickets with either of two headings that have both, if of one template
TITLE = re.compile(r"[^\W\d_][\w'’/()&-]*[?:]?\Z")  # a word that a heading may go on with
GOES_ON = 0.9  # of its tickets, where line breaks were lost
FILLED = 0.9  # of a template's tickets in which an inferred part is filled: then it is required
MOST_ABSENT = 2  # headings gone: with more, it follows another template
OPENING = 6  # words before the first heading that may stand for a part
FOLLOWED = 0.7  # of the tickets of a kind that follow a template: then none at all is a lack


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a template; `hint` is the text that stands below it until it is replaced."""

    heading: str
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The parts that tickets of one kind are asked for. `inferred`: nobody wrote it down for us;
    `since`: the first ticket that followed it, as far as we know."""

    name: str
    kind: Literal["issue", "change"]
    parts: tuple[Part, ...]
    inferred: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """What one ticket leaves out: required parts that are missing or empty; none of them named:
    it follows no template at all."""

    ticket: Ticket
    template: str
    parts: tuple[str, ...]


def lacks(tickets: Sequence[Ticket], templates: Sequence[Template]) -> list[Lack]:
    """What open tickets by people leave out of their templates, in order of the tickets.

    A ticket that follows no template is named only where most tickets of its kind, opened since
    there is one, follow one.
    """
    found = []
    for kind in ("issue", "change"):
        known = [template for template in templates if template.kind == kind]
        written = [one for one in tickets if one.kind == kind and not one.bot]
        if not known or not written:
            continue
        fits = {one.id: _fit(one, known) for one in written}
        first = min((one.since for one in known if one.since), default=None)
        later = [one for one in written if first is None or one.opened >= first]
        usual = sum(fits[one.id] is not None for one in later) >= FOLLOWED * len(later)
        for one in written:
            template = fits[one.id]
            if one.closed is not None:
                continue
            if template is not None:
                missing = _missing(one, template)
                found += [Lack(one, template.name, missing)] if missing else []
            elif usual and (first is None or one.opened >= first):
                found.append(Lack(one, " or ".join(t.name for t in known[:3]), ()))
    return found


def read_templates(folder: Path) -> list[Template]:
    """The templates in a repository's `.github` folder, or a folder or file like it.

    Issue forms (YAML), issue templates and change request templates (Markdown). UsageError when
    there is none.
    """
    files = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    made = [template_of(path.name, path.read_text("utf-8", "replace"), _kind(path))
            for path in files if path.suffix in (".md", ".yml", ".yaml")]  # fmt: skip
    found = [template for template in made if template is not None]
    if not found:
        raise UsageError(
            f"{folder}: holds no template; name the repository's .github folder, or leave "
            "--templates out to infer them from the tickets"
        )
    return found


def template_of(name: str, text: str, kind: Literal["issue", "change"]) -> Template | None:
    """A template from the text of its file; None for a file that asks for nothing.

    >>> made = template_of("bug.md", "## Steps\\n1.\\n## Version (optional)\\n", "issue")
    >>> [(part.heading, part.required) for part in made.parts]
    [('Steps', True), ('Version', False)]
    """
    parts = _form_parts(name, text) if name.endswith((".yml", ".yaml")) else _markdown_parts(text)
    if not parts:
        return None
    return Template(name=name.rpartition(".")[0], kind=kind, parts=tuple(parts))


def inferred(tickets: Sequence[Ticket]) -> list[Template]:
    """The templates that a repository's tickets seem to follow: headings that come together.

    A part is required when nearly all who follow the template fill it.
    """
    found: list[Template] = []
    for kind in KINDS:
        written = [one for one in tickets if one.kind == kind and not one.bot]
        found += _inferred(written, kind) if len(written) >= FEWEST else []
    return found


def sections(text: str, headings: Iterable[str]) -> dict[str, str]:
    """The text below each of some headings that a ticket has, up to the next of them; headings
    of its own belong to the text, and line breaks may be lost.

    >>> sections("### Steps 1. run it ### Version 2.4", ["Steps", "Version", "Logs"])
    {'Steps': '1. run it', 'Version': '2.4'}
    """
    bare = COMMENT.sub(" ", text)
    told = {_plain(heading): heading for heading in headings}
    marks = [
        (mark, heading)
        for mark in MARK.finditer(bare)
        if (heading := _starts(bare[mark.end() :][:LONGEST], told)) is not None
    ]
    stops = [*(mark.start() for mark, _ in marks[1:]), len(bare)]
    found: dict[str, str] = {}
    for (mark, heading), stop in zip(marks, stops, strict=bool(marks)):
        said = _below(bare[mark.end() : stop], heading)
        found[heading] = f"{found.get(heading, '')} {said}".strip()
    return found


def _kind(path: Path) -> Literal["issue", "change"]:
    return "change" if "pull_request" in str(path).lower() else "issue"


def _blanked(text: str) -> str:
    """Code blocks blanked out, offsets kept: a comment of a script is no template's heading."""
    return FENCE.sub(lambda found: " " * len(found[0]), text)


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"\w+", heading.casefold()))


def _starts(after: str, told: Mapping[str, str]) -> str | None:
    """The longest known heading that a piece of text begins with."""
    line = after.partition("\n")[0]
    words = re.findall(r"\w+", line.casefold())[: 2 * WORDS]
    for n in range(len(words), 0, -1):
        if (heading := told.get(" ".join(words[:n]))) is not None:
            return heading
    return None


def _below(after: str, heading: str) -> str:
    """What follows a heading's words."""
    words = r"\W+".join(map(re.escape, re.findall(r"\w+", heading)))
    found = re.match(rf"\W*{words}", after, re.IGNORECASE)
    return after[found.end() if found else 0 :].lstrip(" \t?!:.*)]").strip()


def _fit(ticket: Ticket, templates: Sequence[Template]) -> Template | None:
    """The template a ticket follows best."""
    every = {part.heading for template in templates for part in template.parts}
    has = sections(ticket.text, every)
    scores = [
        (sum(part.heading in has for part in template.parts) / len(template.parts), -n)
        for n, template in enumerate(templates)
    ]
    share, number = max(scores)
    return templates[-number] if share >= USED else None


def _missing(ticket: Ticket, template: Template) -> tuple[str, ...]:
    """Required parts that are empty; those whose heading is gone too, unless the words may stand
    elsewhere: above the first heading, or under the headings of a template we do not know."""
    has = sections(ticket.text, [part.heading for part in template.parts])
    asked = [part for part in template.parts if part.required]
    absent = [part for part in asked if part.heading not in has]
    elsewhere = len(absent) > MOST_ABSENT or _opens_with_words(ticket.text)
    return tuple(
        part.heading
        for part in asked
        if not filled(has.get(part.heading, ""), part.hint) and not (elsewhere and part in absent)
    )


def _opens_with_words(text: str) -> bool:
    """Whether something is said before the first heading."""
    bare = COMMENT.sub(" ", text)
    first = MARK.search(bare)
    return len(re.findall(r"\w+", bare[: first.start()] if first else bare)) >= OPENING


def filled(said: str, hint: str = "") -> bool:
    """Whether a part says anything: not empty, not "_No response_", not the template's own words.

    >>> filled("_No response_"), filled("1. 2. 3."), filled("- OS: [e.g. iOS]"), filled("2.4")
    (False, False, False, True)
    """
    if "![" in said or "<img" in said or "http" in said:
        return True
    said = TICKS.sub(" ", said)
    said = BOX.sub(" ", HINT.sub(" [] ", COMMENT.sub(" ", said)))
    if hint and _plain(said) == _plain(hint):
        return False
    if " [] " in said:
        said = re.sub(r"[^\n:]*:[ \t]*\[\]", " ", said)
    return bool(SAYS.search(POINT.sub(" ", NOTHING.sub(" ", said))))


def _inferred(tickets: Sequence[Ticket], kind: Literal["issue", "change"]) -> list[Template]:
    has = _headings(tickets)
    count = Counter(heading for one in has for heading in one)
    common = [h for h, n in count.items() if n >= max(FEWEST, COMMON * len(tickets))]
    users = {h: frozenset(n for n, one in enumerate(has) if h in one) for h in common}
    found = []
    for chosen in _families(users):
        if len(chosen) < 2:
            continue
        most = max(chosen, key=lambda heading: (len(users[heading]), heading))
        followers = [tickets[n] for n in sorted(users[most])
                     if sum(n in users[h] for h in chosen) >= USED * len(chosen)]  # fmt: skip
        ordered = _ordered(chosen, followers)
        found.append(
            Template(
                name=f"the one with “{ordered[0]}”",
                kind=kind,
                parts=tuple(_part(heading, ordered, followers) for heading in ordered),
                inferred=True,
                since=min(one.opened for one in followers),
            )
        )
    return found


def _families(users: Mapping[str, frozenset[int]]) -> list[list[str]]:
    """Headings that mostly come together, directly or through others, most used first."""
    left = sorted(users, key=lambda heading: (-len(users[heading]), heading))
    families = []
    while left:
        family, fresh = [], [left[0]]
        while fresh:
            one = fresh.pop()
            family.append(one)
            left.remove(one)
            fresh += [two for two in left if two not in fresh and _together(users[one], users[two])]
        families.append(family)
    return families


def _together(one: frozenset[int], two: frozenset[int]) -> bool:
    return len(one & two) >= TOGETHER * len(one | two)


def _part(heading: str, headings: Sequence[str], tickets: Sequence[Ticket]) -> Part:
    said = [sections(one.text, headings).get(heading, "") for one in tickets]
    share = sum(filled(one) for one in said) / len(said)
    return Part(heading, required=share >= FILLED and not OPTIONAL.search(heading))


def _headings(tickets: Sequence[Ticket]) -> list[set[str]]:
    """The headings of each ticket, those that differ in case or marks spelled as most do."""
    lines = [_beginnings(one.text) for one in tickets]
    if sum("\n" in one.text for one in tickets) < len(tickets) / 2:
        lines = _cut(lines)
    spelled = Counter(heading for one in lines for heading in one)
    best: dict[str, str] = {}
    for heading, _ in spelled.most_common():
        best.setdefault(_plain(heading), heading)
    return [{best[_plain(heading)] for heading in one if _plain(heading)} for one in lines]


def _beginnings(text: str) -> list[str]:
    """What stands after each heading mark of a ticket, to the end of the line."""
    bare = COMMENT.sub(" ", text)
    found = []
    for mark in MARK.finditer(_blanked(bare)):
        line = bare[mark.end() :].partition("\n")[0]
        if not mark[1]:
            line, closed, _ = line.partition("**")
            if not closed:
                continue
        found.append(" ".join(line.split()[:WORDS]).strip("*:# "))
    return found


def _cut(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Headings of texts that lost their line breaks: they end where tickets differ."""
    words = [[line.split() for line in one] for one in lines]
    count = Counter(
        tuple(line[:n]) for one in words for line in one for n in range(1, len(line) + 1)
    )
    return [[_head(line, count) for line in one] for one in words]


def _head(words: Sequence[str], count: Mapping[tuple[str, ...], int]) -> str:
    """The heading that a line without an end begins with; "" where one word may be any."""
    n = 1
    while (
        n < len(words)
        and TITLE.match(words[n])
        and count[tuple(words[: n + 1])] >= GOES_ON * count[tuple(words[:n])]
    ):
        n += 1
    torn = n == 1 and len(words) > 1 and not words[0].endswith(("?", ":"))
    return "" if torn else " ".join(words[:n]).strip("*:# ")


def _ordered(headings: Sequence[str], followers: Sequence[Ticket]) -> list[str]:
    """Headings in the order in which the first ticket that has most of them puts them."""
    best = max(followers, key=lambda one: len(sections(one.text, headings)))
    order = list(sections(best.text, headings))
    return [*order, *sorted(set(headings) - set(order))]


def _markdown_parts(text: str) -> list[Part]:
    body = FRONT.sub("", text)
    headings = [line[found.end() :].strip().rstrip("*:").strip() for line in body.splitlines()
                if (found := MARK.match(line))]  # fmt: skip
    below = sections(body, headings)
    return [
        Part(OPTION.sub("", heading).strip(), not OPTIONAL.search(heading), below.get(heading, ""))
        for heading in headings
        if re.search(r"\w", heading)
    ]


OPTION = re.compile(r"\s*[(\[]?\boptional\b[)\]]?", re.IGNORECASE)


def _form_parts(name: str, text: str) -> list[Part]:
    """The fields of an issue form that a person fills in: their labels become headings."""
    import yaml

    try:
        told = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        why = " ".join(str(problem).split())
        raise UsageError(f"{name}: is not YAML ({why}); mend it or leave it out") from None
    body = told.get("body") if isinstance(told, dict) else None
    parts = []
    for field in body if isinstance(body, list) else ():
        about = field.get("attributes") if isinstance(field, dict) else None
        if isinstance(about, dict) and field.get("type") not in ("markdown", "checkboxes"):
            parts.append(_field(field, about))
    return [part for part in parts if part.heading]


def _field(field: Mapping[str, Any], about: Mapping[str, Any]) -> Part:
    checks = field.get("validations")
    required = isinstance(checks, dict) and checks.get("required") is True
    return Part(str(about.get("label") or ""), required, str(about.get("value") or ""))
