"""Plain rows at a snapshot: what is visible, what is withdrawn, how much was collected."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.report.evidence import StoredEvidence
from groundswell.report.verifiers.figures import faults
from groundswell.report.verify import check
from groundswell.types import Snapshot
from groundswell.types.moment import midnight


@pytest.fixture
def own(request: Any) -> Any:
    """A town of this test's own, to write to."""
    return request.getfixturevalue("fresh")()


def test_rows_come_in_order_and_once(town: Any) -> None:
    first, stop = town.snapshot.seen - 35, town.snapshot.seen
    rows = list(town.evidence.rows(town.snapshot, first, stop))
    assert len(rows) == len(town.posts)
    assert [r.record_id for r in rows] == [
        r.record_id for r in sorted(rows, key=lambda r: (r.published, r.record_id))]  # fmt: skip
    part = list(town.evidence.rows(town.snapshot, first + 3, first + 9))
    assert part == [r for r in rows if first + 3 <= r.day < first + 9]


def test_later_knowledge_is_not_seen(town: Any) -> None:
    early = Snapshot(seq=10, as_of=town.snapshot.as_of, makers=(), desk="d")
    assert len(list(town.evidence.rows(early, 0, 30_000))) == 10
    morning = Snapshot(seq=town.snapshot.seq, as_of=midnight(town.snapshot.seen - 7), makers=(),
                       desk="d")  # fmt: skip
    assert max(r.day for r in town.evidence.rows(morning, 0, 30_000)) == town.snapshot.seen - 8


def test_copies_labels_and_places(town: Any) -> None:
    copy = town.evidence.row(town.snapshot, "rss:n9")
    assert (copy.copy, copy.cluster, copy.unit) == (True, "rss:n1", "outlet")
    said = town.evidence.row(town.snapshot, "reddit:said")
    assert (said.entities, said.tone, said.withdrawn) == (frozenset({"gantry"}), 100, False)
    assert town.evidence.owner("Evening Harbor") == town.evidence.owner("Harbor Gazette")
    assert town.evidence.place("attic") == "r/AtticModels"
    assert town.evidence.body(town.snapshot, "nowhere") is None


def test_exposure_is_the_streams_share(own: Any) -> None:
    day, store = own.snapshot.seen - 1, own.store
    with store.write() as writer:
        for community, permille in (("r/AtticModels", 400), ("*", 800)):
            seq = writer.entry("exposure", community)
            writer.do(
                "insert_exposure",
                seq=seq,
                stream="reddit",
                community=community,
                start=midnight(day),
                stop=midnight(day + 1),
                permille=permille,
                reason="x",
            )
    now = Snapshot(seq=store.seq(), as_of=own.snapshot.as_of, makers=(), desk="d")
    evidence = StoredEvidence(store, own.evidence._desk)
    assert evidence.exposure(now, "r/AtticModels", day) == 400
    assert evidence.exposure(now, "r/DeskJobs", day) == 800
    assert evidence.exposure(now, "news", day) == 1000
    assert evidence.exposure(own.snapshot, "r/AtticModels", day) == 1000


def test_forgotten_records_come_as_husks_and_claims_hold(own: Any) -> None:
    from groundswell.store.erase import forget

    gone = [p.id for p in own.posts if "gantry" in p.entities][-5:]
    forget(own.store, gone)
    evidence = StoredEvidence(own.store, own.evidence._desk)
    husks = [r for r in evidence.rows(own.snapshot, 0, 30_000) if r.withdrawn]
    assert len(husks) == len(gone)
    assert all((r.author, r.url, r.outlet) == ("", "", "") and r.entities for r in husks)
    for name in ("voices", "once", "mean", "rise", "ratio", "rank2", "pair", "absence", "burst"):
        claim = own.claims[name]
        kept = tuple(i for i in claim.evidence if i not in gone)
        found = dict(faults(_with(claim, kept), evidence))
        assert set(found) <= {"withdrawn"}, (name, found)
        assert "records withdrawn" in found.get("withdrawn", "records withdrawn")
    told = own.verdicts("61 people in r/AtticModels named Gantry.", "voices")
    assert [v.reason[-30:] for v in told] == ["holds; 1 of 81 records withdrawn"[-30:]]


def test_more_than_the_withdrawn_could_explain_is_false(own: Any) -> None:
    from groundswell.store.erase import forget

    forget(own.store, [p.id for p in own.posts if "gantry" in p.entities][-3:])
    evidence = StoredEvidence(own.store, own.evidence._desk)
    claim = own.claims["voices"]
    forged = _with(claim, (), estimate=claim.estimate + 4)
    assert any(f == "false" and "estimate" in r for f, r in faults(forged, evidence))


def test_erased_without_husk_cannot_be_checked(own: Any) -> None:
    from groundswell.store.erase import forget

    forget(own.store, ["reddit:said"], hard=True)
    evidence = StoredEvidence(own.store, own.evidence._desk)
    found = list(faults(own.claims["quote"], evidence))
    assert [f for f, _ in found] == ["uncheckable"]


def test_communities_that_may_not_be_quoted_are_refused(own: Any) -> None:
    from dataclasses import replace

    from groundswell.report.verifiers.quotes import Quotes
    from groundswell.types import Sentence

    desk = own.evidence._desk
    closed = replace(desk, communities=tuple(replace(c, quote="never") for c in desk.communities))
    quote = own.claims["quote"]
    sentence = Sentence(move="say", text=f"“{quote.values['text']}”", claims=(quote.id,))
    found = check([sentence], [quote], StoredEvidence(own.store, closed), verifiers=[Quotes()])
    assert "may not be quoted" in found[0].reason


def _with(claim: Any, evidence: tuple[str, ...], **more: Any) -> Any:
    from dataclasses import replace

    return replace(claim, evidence=evidence, **more)
