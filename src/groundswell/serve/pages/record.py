"""One record: its words where they may be shown, its labels, its thread, who cites it."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import MissingError, page
from groundswell.serve.words import LAYERS, web
from groundswell.store import Row

REPLIES = 30
WORDS = frozenset({"phrases"})  # layers made of the author's own words


@dataclass(frozen=True, slots=True)
class Label:
    """One label and who made it. A single record's tone is nobody's business but its author's."""

    layer: str
    value: str
    name: str
    path: str
    score: int | None
    maker: str


@dataclass(frozen=True, slots=True)
class Copies:
    """The group of copies a record stands in."""

    members: int
    counted: bool
    maker: str


@dataclass(frozen=True, slots=True)
class Citing:
    """A story that rests on the record; `n` is its number there, None when it is not printed."""

    slug: str
    title: str
    n: int | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What `record.html` and `/records/<id>.json` both show."""

    id: str
    kind: str
    unit: str
    source: str
    community: str
    place: str
    day: int
    published: int
    precision: str
    available: int
    lang: str
    size: int
    shown: bool
    whole: bool
    why_not: str
    title: str
    text: str
    url: str
    labels: tuple[Label, ...]
    kept_back: tuple[tuple[str, str], ...]
    copies: Copies | None
    root: str
    thread_records: int
    thread_people: int
    thread: tuple[pages.Line, ...]
    cited_by: tuple[Citing, ...]


@page("/records/{id:path}", template="record.html")
def record(sight: pages.Sight, id: str) -> RecordPage:
    """One record as the snapshot sees it; what was withdrawn since is not shown."""
    row = sight.one("page_record", id=id)
    if row is None:
        raise MissingError(_why_missing(sight, id))
    community = sight.desk.community(row["community"])
    gone = row["state"] != "public" or row["state_now"] != "public"
    silent = community is not None and community.quote == "never"
    dropped = not row["content"]
    shown = not gone and not silent and not dropped
    title, text = _words(row) if shown else ("", "")
    labels = [label for label in ([] if gone else sight.rows("page_labels", id=id))
              if shown or label["layer"] not in WORDS]  # fmt: skip
    group = next(iter(sight.rows("page_groups", id=id)), None)
    thread = sight.one("page_thread", root=row["root"]) or {"records": 0, "people": 0}
    near = sight.rows("page_thread_records", root=row["root"], id=id, limit=REPLIES)
    return RecordPage(
        id=id, kind=row["kind"], unit=row["unit"], source=row["source"],
        community=row["community"],
        place=row["outlet"] or pages.place_name(sight.desk, row["community"]),
        day=row["day"], published=row["published"], precision=row["precision"],
        available=row["available"], lang=row["lang"], size=row["size"], shown=shown,
        whole=bool(row["whole"]),
        why_not="withdrawn" if gone else "never quoted" if silent else "dropped" if dropped else "",
        title=title, text=text,
        url=web(row["url"]) if shown else "",
        labels=tuple(_label(sight, label) for label in labels if label["layer"] in LAYERS),
        kept_back=tuple(sorted({(label["layer"], label["maker"]) for label in labels
                                if label["layer"] not in LAYERS})),
        copies=Copies(group["members"], group["lead"] == 1, group["maker"]) if group else None,
        root=row["root"], thread_records=thread["records"], thread_people=thread["people"],
        thread=() if gone else tuple(pages.line(sight.desk, other) for other in near),
        cited_by=tuple(Citing(**cite) for cite in sight.rows("page_cited_by", id=id)),
    )  # fmt: skip


def _words(row: Row) -> tuple[str, str]:
    """Title and text; no more than may be quoted where its source's terms keep the rest here."""
    if row["whole"]:
        return row["title"], row["text"]
    title = pages.excerpt(row["title"])
    return title, "" if title else pages.excerpt(row["text"])


def _why_missing(sight: pages.Sight, id: str) -> str:
    known = sight.one("page_record_known", id=id)
    if known and known["versions"]:
        return "This record came in after the latest edition, or is no longer there."
    return f"There is no record “{id}” here. It may have been withdrawn and erased."


def _label(sight: pages.Sight, row: Row) -> Label:
    kind = {"entities": "entity", "beats": "beat"}.get(row["layer"], "")
    subject = f"{kind}/{row['value']}"
    known = kind and (sight.desk.entity(row["value"]) or sight.desk.beat(row["value"]))
    folder = {"entity": "entities", "beat": "beats"}.get(kind, "")
    return Label(
        layer=row["layer"], value=row["value"],
        name=sight.desk.label(subject) if kind else row["value"],
        path=f"/{folder}/{row['value']}" if known else "", score=row["score"],
        maker=row["maker"],
    )  # fmt: skip
