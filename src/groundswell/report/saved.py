"""Stories and editions as JSON in the store, and signals as the night left them there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from groundswell.report.edition import Edition, Line
from groundswell.store import Store, Writer
from groundswell.types import (
    Claim,
    Fidelity,
    Guard,
    Numbers,
    Obligation,
    Section,
    Sentence,
    Signal,
    Snapshot,
    Story,
    Verdict,
    canonical,
)
from groundswell.types.claim import as_json as claim_json
from groundswell.types.claim import from_json as claim_from


def story_json(story: Story) -> dict[str, Any]:
    """A story as plain data, claims and all."""
    plain = {field.name: getattr(story, field.name) for field in fields(story)}
    plain["snapshot"] = story.snapshot.as_json()
    plain["claims"] = [{"id": claim.id, **claim_json(claim)} for claim in story.claims]
    for name in ("headline", "deck", "fidelity"):
        plain[name] = asdict(plain[name])
    for name in ("sections", "verdicts", "obligations"):
        plain[name] = [asdict(part) for part in plain[name]]
    return plain


def story_from(data: Mapping[str, Any]) -> Story:
    """The inverse of `story_json`.

    A claim's id hashes what is in it, so a claim that lost words to an erasure has a new one;
    sentences follow their claims.
    """
    claims = tuple(claim_from(claim) for claim in data["claims"])
    now = {stored["id"]: claim.id for stored, claim in zip(data["claims"], claims, strict=True)}
    parts = dict(data)
    return Story(**parts | {
        "snapshot": Snapshot.from_json(parts["snapshot"]),
        "headline": _sentence(parts["headline"], now), "deck": _sentence(parts["deck"], now),
        "sections": tuple(
            Section(title=s["title"], sentences=tuple(_sentence(x, now) for x in s["sentences"]))
            for s in parts["sections"]),
        "claims": claims,
        "citations": tuple(parts["citations"]),
        "verdicts": tuple(Verdict(**v | {"claims": tuple(now.get(i, i) for i in v["claims"])})
                          for v in parts["verdicts"]),
        "fidelity": Fidelity(**parts["fidelity"]),
        "obligations": tuple(Obligation(**o) for o in parts["obligations"]),
        "charts": tuple(parts["charts"]),
        "dropped": tuple((sentence, reason) for sentence, reason in parts["dropped"]),
    })  # fmt: skip


def load_story(store: Store, slug: str, version: int | None = None) -> Story | None:
    """One version of one story, by default its newest."""
    if version is None:
        versions = store.rows("stories_versions", slug=slug)
        version = versions[-1]["version"] if versions else 0
    row = store.one("stories_story", slug=slug, version=version)
    return story_from(json.loads(row["body"])) if row else None


def newest_stories(store: Store, since: int = 0) -> list[tuple[str, int]]:
    """Slug and newest version of every story not older than a night, newest first."""
    return [(row["slug"], row["version"]) for row in store.rows("stories_newest", since=since)]


def save_story(writer: Writer, story: Story) -> None:
    """Keep a version with its claims, its citations and its snapshot; nothing is overwritten."""
    save_snapshot(writer, story.snapshot)
    writer.do("stories_add", slug=story.slug, version=story.version, night=story.night,
              subject=story.subject, beat=story.beat, snapshot=story.snapshot.id,
              title=story.headline.text, body=canonical(story_json(story)))  # fmt: skip
    numbers = {record: n for n, record in enumerate(story.citations, 1)}
    for claim in story.claims:
        save_claim(writer, claim)
        writer.many("stories_add_cite", [
            {"slug": story.slug, "version": story.version, "claim": claim.id,
             "record_id": record, "n": numbers.get(record, 0)}
            for record in dict.fromkeys(claim.evidence)
        ])  # fmt: skip


def save_claim(writer: Writer, claim: Claim) -> None:
    """Keep a claim under its id."""
    writer.do("stories_add_claim", id=claim.id, kind=claim.kind, snapshot=claim.snapshot.id,
              body=canonical(claim_json(claim)))  # fmt: skip


def save_snapshot(writer: Writer, snapshot: Snapshot) -> None:
    """Keep what a night could know."""
    writer.do("stories_add_snapshot", id=snapshot.id, seq=snapshot.seq, as_of=snapshot.as_of,
              desk=snapshot.desk, makers=canonical(list(snapshot.makers)))  # fmt: skip


def save_edition(writer: Writer, edition: Edition) -> None:
    """Keep the edition of a night; the same night run again replaces it."""
    save_snapshot(writer, edition.snapshot)
    body = asdict(edition) | {"snapshot": edition.snapshot.as_json()}
    writer.do("stories_set_edition", night=edition.night, snapshot=edition.snapshot.id,
              body=canonical(body))  # fmt: skip


def load_edition(store: Store, night: int) -> Edition | None:
    """The edition of a night."""
    row = store.one("stories_edition", night=night)
    if row is None:
        return None
    data = json.loads(row["body"])
    lines = {name: tuple(Line(**line) for line in data[name]) for name in ("misses", "steady")}
    return Edition(**data | lines | {
        "snapshot": Snapshot.from_json(data["snapshot"]), "slugs": tuple(data["slugs"]),
        "kept": tuple(data["kept"]),
        "links": tuple(data["links"]), "tested": tuple(data["tested"]),
    })  # fmt: skip


def load_signals(store: Store, night: int) -> list[Signal]:
    """Every test of a night."""
    return [signal_from(json.loads(row["body"])) for row in
            store.rows("stories_signals", night=night)]  # fmt: skip


def signal_from(data: Mapping[str, Any]) -> Signal:
    """A signal from the JSON that the night's tests left."""
    known = {field.name for field in fields(Signal)}
    parts = {key: value for key, value in data.items() if key in known}
    return Signal(**parts | {
        "window": tuple(parts["window"]), "baseline": tuple(parts["baseline"]),
        "n": Numbers(**parts["n"]), "detail": dict(parts.get("detail", {})),
        "guards": tuple(Guard(**guard) for guard in parts.get("guards", ())),
    })  # fmt: skip


def _sentence(data: Mapping[str, Any], now: Mapping[str, str]) -> Sentence:
    return Sentence(move=data["move"], text=data["text"],
                    claims=tuple(now.get(i, i) for i in data["claims"]))  # fmt: skip
