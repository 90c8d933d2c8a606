"""Checking sentences before they are published, and stored stories at any time after."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from groundswell.desk import Desk
from groundswell.errors import StoreError, UnsupportedClaim
from groundswell.registry import build_all
from groundswell.report.evidence import StoredEvidence
from groundswell.report.saved import story_from
from groundswell.report.verifier import Evidence, Verifier
from groundswell.store.sqlite import Store
from groundswell.types import Claim, Sentence, Story, Verdict
from groundswell.types.claim import from_json
from groundswell.types.story import Finding

BY = "verify"
WITHDRAWN = "[withdrawn]"
ERASED = re.compile(r"\[withdrawn\]|:husk-[0-9a-f]")
COUNTED = re.compile(r"(\d+) of (\d+) records withdrawn")
WORST: tuple[Finding, ...] = ("false", "uncheckable", "withdrawn")


def check(
    sentences: Iterable[Sentence], claims: Sequence[Claim], evidence: Evidence, *,
    verifiers: Sequence[Verifier],
) -> list[Verdict]:  # fmt: skip
    """What every verifier has against these sentences; empty when all hold.

    A verdict "withdrawn" is information: the sentence holds as far as it can be checked. Every
    other is a fault. All claims must be of one snapshot; older ones are stale.
    """
    known = {claim.id: claim for claim in claims}
    newest = max((claim.snapshot for claim in claims), key=lambda s: (s.seq, s.as_of), default=None)
    found: list[Verdict] = []
    for sentence in sentences:
        cited = [known[i] for i in sentence.claims if i in known]
        missing = [i for i in sentence.claims if i not in known]
        stale = [claim.id for claim in cited if claim.snapshot != newest]
        if missing:
            found.append(_verdict("false", sentence, f"claim {missing[0]!r} is not in this story: "
                                  "its id is forged or it changed"))  # fmt: skip
        if stale:
            found.append(_verdict("false", sentence, f"claim {stale[0]} is of an older snapshot "
                                  "than the others: it is stale"))  # fmt: skip
        for verifier in verifiers:
            found += verifier(sentence, cited, evidence)
    return found


def verify(
    store: Store, desk: Desk, slug: str | None = None, *,
    progress: Callable[[int], None] = lambda _: None, verifiers: Sequence[Verifier] | None = None,
) -> list[tuple[Story, list[Verdict]]]:  # fmt: skip
    """Check the newest version of every story, or of one, again at its own snapshot.

    `finding` sums a story's verdicts up. Raises StoreError for a story that cannot be read.
    """
    evidence = StoredEvidence(store, desk)
    using = build_all("groundswell.verifiers") if verifiers is None else verifiers
    reviewed = []
    for done, row in enumerate(store.rows("evidence_stories", slug=slug or ""), 1):
        data = json.loads(row["body"])
        try:
            story = story_from(data)
        except (UnsupportedClaim, KeyError, TypeError) as problem:
            raise StoreError(f"story {row['slug']}, version {row['version']}: cannot be read "
                             f"({problem}); restore it from a backup") from problem  # fmt: skip
        reviewed.append((story, _again(store, story, data, evidence, using)))
        progress(done)
    return reviewed


def finding(verdicts: Sequence[Verdict]) -> tuple[Finding, str]:
    """The finding over a whole story and why, in a line.

    >>> finding([])
    ('holds', 'every sentence holds')
    """
    for kind in WORST:
        of_kind = [verdict for verdict in verdicts if verdict.finding == kind]
        if of_kind and kind == "withdrawn":
            counts = [(int(n), int(m)) for v in of_kind for n, m in COUNTED.findall(v.reason)]
            n, m = max(counts, default=(1, 1))
            return kind, f"holds; {n} of {m} records withdrawn"
        if of_kind:
            return kind, f"{of_kind[0].sentence!r}: {of_kind[0].reason}"
    return "holds", "every sentence holds"


def _again(store: Store, story: Story, data: Mapping[str, Any], evidence: StoredEvidence,
           verifiers: Sequence[Verifier]) -> list[Verdict]:  # fmt: skip
    if not evidence.present(story.snapshot):
        return [_verdict("uncheckable", story.headline, "its snapshot is not in this store's log")]
    verdicts = [_verdict("false", story.headline, reason) for reason in _tampered(store, data)]
    stale = {c.id for c in story.claims if c.snapshot != story.snapshot}
    for sentence in story.sentences():
        if WITHDRAWN in sentence.text:
            verdicts.append(_verdict("withdrawn", sentence, "its words were withdrawn"))
            continue
        if stale & set(sentence.claims):
            verdicts.append(_verdict("false", sentence, "cites a claim of another snapshot"))
        verdicts += check([sentence], story.claims, evidence, verifiers=verifiers)
    return verdicts


def _tampered(store: Store, data: Mapping[str, Any]) -> list[str]:
    """Claims whose id is not the hash of what they say, here or in the table of claims.

    Erasure takes words out of claims, so what shows its marks is let be; its figures are
    counted again all the same.
    """
    found = []
    for stored in data["claims"]:
        kept = store.one("evidence_claim", id=stored["id"])
        bodies = [stored, *([json.loads(kept["body"])] if kept else [])]
        for body in bodies:
            if ERASED.search(json.dumps(body, ensure_ascii=False)):
                continue
            if _hash(body) != stored["id"]:
                found.append(f"claim {stored['id']} was altered: its id is not its hash")
                break
    known = {stored["id"] for stored in data["claims"]}
    sections = [s for section in data["sections"] for s in section["sentences"]]
    for sentence in (data["headline"], data["deck"], *sections):
        found += [f"cites claim {i!r}, which the story does not hold"
                  for i in sentence["claims"] if i not in known]  # fmt: skip
    return found


def _hash(body: Mapping[str, Any]) -> str:
    try:
        return from_json(body).id
    except UnsupportedClaim:
        return ""


def _verdict(kind: Finding, sentence: Sentence, reason: str) -> Verdict:
    return Verdict(finding=kind, sentence=sentence.text, reason=reason, by=BY,
                   claims=sentence.claims)  # fmt: skip
