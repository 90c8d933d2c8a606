"""A story as plain text for machines: marked-up names, numbered sources, nothing unresolved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from groundswell.desk import Desk
from groundswell.store import Store
from groundswell.types import Sentence, Story
from groundswell.types.moment import as_date, midnight, moment

WIDTH = 72
DOUBLE, SINGLE = "=" * WIDTH, "-" * WIDTH
WITHDRAWN = "[withdrawn]"


def machine_text(store: Store, desk: Desk, story: Story, address: str = "") -> str:
    """The text export of one story version, with the addresses of records still public.

    `address` is where this desk is served, without a slash at the end.
    """
    rows = {record: store.one("stories_source", id=record) for record in story.citations}
    links = {record: row["url"] if row else WITHDRAWN for record, row in rows.items()}
    beat = desk.beat(story.beat)
    return machine(story, address=address, beat=beat.name if beat else "", links=links)


def machine(story: Story, *, address: str = "", beat: str = "",
            links: Mapping[str, str] | None = None) -> str:  # fmt: skip
    """The text export from the story alone; `links` gives the address of each cited record."""
    published = moment(midnight(story.night + 1))
    head = [
        DOUBLE, "GROUNDSWELL STORY", DOUBLE,
        f"Title: {story.headline.text}",
        f"Beat: {beat or story.beat or 'General'}",
        f"Published: {published:%Y-%m-%dT%H:%M:%S}.{published.microsecond // 1000:03d}Z",
        f"URL: {address}/stories/{story.slug}",
        f"Version: {story.version}",
        f"Snapshot: {story.snapshot.id}",
    ]  # fmt: skip
    if story.invented:
        head.append("Note: everything in this story is invented, people, places and events alike.")
    sources = [_source(n, record, story, links or {})
               for n, record in enumerate(story.citations, 1)]  # fmt: skip
    parts = [*head, SINGLE, "", body(story), "", SINGLE, "Sources:",
             *(sources or ["none cited by number"]), DOUBLE]  # fmt: skip
    return "\n".join(parts) + "\n"


def body(story: Story) -> str:
    """Deck and sections, names marked at first mention, citations as [n]."""
    marks = _names(story)
    paragraphs = [_marked([story.deck], story, marks)]
    for section in story.sections:
        paragraphs.append(f"{section.title}\n{_marked(section.sentences, story, marks)}")
    return "\n\n".join(paragraphs)


def numbers(sentence: Sentence, story: Story) -> list[int]:
    """The citation numbers that stand behind a sentence."""
    by_id = {claim.id: claim for claim in story.claims}
    order = {record: n for n, record in enumerate(story.citations, 1)}
    records = [by_id[i].evidence[0] for i in sentence.claims
               if by_id[i].kind in ("quote", "attribution") and by_id[i].evidence]  # fmt: skip
    return sorted({order[record] for record in records if record in order})


def _marked(sentences: Sequence[Sentence], story: Story, marks: dict[str, str]) -> str:
    told = []
    for sentence in sentences:
        cited = "".join(f" [{n}]" for n in numbers(sentence, story))
        told.append(_link(sentence.text, marks) + cited)
    return " ".join(told)


def _link(text: str, marks: dict[str, str]) -> str:
    """Mark each known name once; quoted words stay as they stand in their record, and so do marks
    and the names of communities."""
    parts = re.split(r"(“[^”]*”)", text)
    for n, part in enumerate(parts):
        for name in sorted(marks, key=len, reverse=True):
            free = re.compile(rf"{{{{.*?}}}}|(?<![\w/])({re.escape(name)})(?!\w)", re.IGNORECASE)
            found = next((m for m in free.finditer(part) if m[1]), None)
            if found and not part.startswith("“"):
                marked = f"{{{{{marks.pop(name)}|{found[0]}}}}}"
                part = part[: found.start()] + marked + part[found.end() :]
        parts[n] = part
    return "".join(parts)


def _names(story: Story) -> dict[str, str]:
    """Printed names of the story's entities and beats, and the slug each one marks."""
    subjects = dict.fromkeys(s for claim in story.claims for s in claim.subject)
    printed = {story.subject: story.extra.get("label", ""), **story.extra.get("names", {})}
    marks: dict[str, str] = {}
    for subject in (story.subject, *subjects):
        kind, _, slug = subject.partition("/")
        if kind in ("entity", "beat") and printed.get(subject):
            marks.setdefault(printed[subject], f"{kind}:{slug}")
    return marks


def _source(n: int, record: str, story: Story, links: Mapping[str, str]) -> str:
    """Number, id, place, date and address of a cited record."""
    told = next((c for c in story.claims if c.kind == "attribution"
                 and c.values.get("record") == record), None)  # fmt: skip
    where = [str(told.values["place"]), as_date(told.values["day"]).isoformat()] if told else []
    return ", ".join(filter(None, (f"[{n}] {record}", *where, links.get(record, ""))))
