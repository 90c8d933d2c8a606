"""Levels before and after an audit: what they may say, what corrects them, what verify sees."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from groundswell.mask import digest
from groundswell.report import Newsroom, report
from groundswell.report.evidence import StoredEvidence
from groundswell.report.measured import AS_READ
from groundswell.report.saved import load_story
from groundswell.report.verifiers.figures import Figures, faults
from groundswell.report.verifiers.wording import Wording
from groundswell.report.verify import check, finding, verify
from groundswell.types import Claim, Numbers, Sentence, Signal, Story

NIGHT = 100
TONES = ("negative", "neutral", "positive")
ATTIC, CELLAR = "r/Attic", "cellar.example"


def tone_of(n: int) -> str:
    return TONES[2] if n % 5 < 2 else TONES[0] if n % 5 == 2 else TONES[1]


def town(world: Any, *, people: int = 60, past: int = 240) -> Any:
    """Two communities: months of talk to audit, and a week in which people write on Crane."""
    for place, letter in ((ATTIC, "a"), (CELLAR, "c")):
        for n in range(past):
            world.post(f"{letter}{n % 90}", "Nothing of note here.", day=20 + n % 70, place=place,
                       tone=tone_of(n), beats=["tools"] if n % 3 == 0 else [])  # fmt: skip
        for n in range(people):
            world.post(f"{letter}{n}", "Crane lifts.", day=94 + n % 7, place=place,
                       tone=tone_of(n), beats=["tools"] if n % 2 == 0 else [])  # fmt: skip
    return world.measured()


def audit(world: Any, place: str, layer: str = "sentiment", *, wrong: int = 9,
          judged: int = 150, raters: int = 2) -> None:  # fmt: skip
    """An audit in which people disagree with the reader on one record in `wrong`."""
    name, _, slug = layer.partition("/")
    rows = world.store.connection.execute(
        "SELECT r.id, r.seq_from, COALESCE(a.value, '') AS value FROM records r LEFT JOIN"
        " annotations a ON a.record_id = r.id AND a.layer = ? WHERE r.community = ?"
        " ORDER BY r.id", (name, place)).fetchall()  # fmt: skip
    own = [("in" if row["value"] == slug else "out") if slug else row["value"] for row in rows]
    strata = {label: [n for n, one in enumerate(own) if one == label] for label in set(own)}
    with world.store.write() as writer:
        writer.do("judge_save_draw", draw=f"{layer} {place}", purpose="audit", layer=layer,
                  community=place, seed=1, seq=writer.entry("draw", "x"))  # fmt: skip
        n = 0
        for label, at in sorted(strata.items()):
            taken = at[: judged // len(strata)]
            for k in taken:
                n += 1
                writer.do("judge_save_drawn", draw=f"{layer} {place}", n=n, stratum=label,
                          record_id=rows[k]["id"], version=rows[k]["seq_from"],
                          taken=len(taken), held=len(at))  # fmt: skip
                other = {"in": "out", "out": "in", "neutral": "positive"}.get(label, "neutral")
                for part in range(1, raters + 1):
                    said = other if (n + part // 2 * (n % 40 == 0)) % wrong == 0 else label
                    writer.do("judge_save", draw=f"{layer} {place}", record_id=rows[k]["id"],
                              rater=f"{part:016x}", part=part, value=said,
                              seq=writer.entry("judgement", rows[k]["id"]))  # fmt: skip


def verdicts(world: Any, claim: Claim, text: str) -> list[str]:
    evidence = StoredEvidence(world.store, world.desk)
    sentence = Sentence(move="say", text=text, claims=(claim.id,))
    found = check([sentence], [claim], evidence, verifiers=[Figures(), Wording()])
    return [v.reason for v in found]


def warm(world: Any, place: str = ATTIC, op: str = "warm") -> Claim:
    claim: Claim = world.ask("share", op, communities=(place,))
    return claim


def test_without_an_audit_a_level_is_the_readers(world: Any) -> None:
    claim = warm(town(world))
    assert claim.measurement == {"layer": "sentiment", "corrected": False}
    assert (claim.status, claim.licence.hedged) == ("provisional", True)
    assert (claim.values["part"], claim.values["whole"]) == (24, 60)
    bare = "Of those who wrote about Crane on r/Attic, about two in five appear to have done so"
    assert verdicts(world, claim, f"{bare} warmly, {AS_READ}.") == []
    assert any(AS_READ in reason for reason in verdicts(world, claim, f"{bare} warmly."))


def test_an_audit_corrects_it_and_proves_it(world: Any) -> None:
    town(world)
    raw = warm(world)
    audit(world, ATTIC)
    claim = warm(world)
    assert claim.status == "proven"
    assert not claim.licence.hedged
    assert claim.measurement is not None
    assert claim.measurement["corrected"] and claim.measurement["agrees"]  # noqa: PT018
    assert claim.measurement["audits"] == [f"sentiment {ATTIC}"]
    assert claim.measurement["as_read"] == raw.estimate == 0.4
    assert claim.interval is not None and raw.interval is not None  # noqa: PT018
    assert claim.interval.high - claim.interval.low > raw.interval.high - raw.interval.low
    assert claim.interval.low < claim.estimate < claim.interval.high
    assert "part" not in claim.values
    told = f"On r/Attic {round(100 * claim.estimate)}% of those who wrote about Crane did so warmly"
    assert verdicts(world, claim, f"{told}.") == []
    assert any("nobody checked" in r for r in verdicts(world, claim, f"{told}, {AS_READ}."))


def test_elsewhere_nothing_is_corrected(world: Any) -> None:
    town(world)
    audit(world, ATTIC)
    assert warm(world, CELLAR).measurement == {"layer": "sentiment", "corrected": False}
    both: Claim = world.ask("share", "warm")
    assert both.measurement == {"layer": "sentiment", "corrected": False}
    audit(world, CELLAR)
    both = world.ask("share", "warm")
    assert both.measurement is not None and both.measurement["corrected"]  # noqa: PT018
    assert len(both.measurement["audits"]) == 2
    evidence = StoredEvidence(world.store, world.desk)
    assert list(faults(both, evidence)) == []


@pytest.mark.parametrize("how", [{"judged": 90}, {"raters": 1}])
def test_half_an_audit_is_none(world: Any, how: dict[str, int]) -> None:
    town(world)
    audit(world, ATTIC, **how)
    assert warm(world).measurement == {"layer": "sentiment", "corrected": False}


def test_people_who_see_no_warmth_take_it_away(world: Any) -> None:
    town(world)
    audit(world, ATTIC, wrong=10**6)
    before = warm(world).estimate
    world.store.connection.execute(
        "UPDATE judgements SET value = 'neutral' WHERE value = 'positive' AND record_id IN"
        " (SELECT record_id FROM drawn WHERE n % 3 > 0)")  # fmt: skip
    after = warm(world)
    assert before == pytest.approx(0.4, abs=0.01)
    assert after.estimate == pytest.approx(0.4 / 3, abs=0.04)
    assert after.measurement is not None
    assert after.measurement["as_read"] == 0.4


def test_an_audit_of_another_night_is_not_seen_before_it(world: Any) -> None:
    town(world)
    before = world.snapshot
    audit(world, ATTIC)
    claim = warm(world)
    evidence = StoredEvidence(world.store, world.desk)
    assert list(faults(claim, evidence)) == []
    early = replace(claim, snapshot=before)
    assert any("no audit of sentiment" in reason for _, reason in faults(early, evidence))


@pytest.mark.parametrize(("forged", "why"), [
    ({"estimate": 0.31}, "estimate"),
    ({"status": "proven", "measurement": {"layer": "sentiment", "corrected": False}}, "unaudited"),
    ({"status": "proven", "measurement": None}, "unaudited"),
    ({"measurement": {"layer": "sentiment", "corrected": True, "audits": ["made up"]}}, "made up"),
])  # fmt: skip
def test_a_forged_correction_is_false(world: Any, forged: dict[str, Any], why: str) -> None:
    town(world)
    audit(world, ATTIC)
    evidence = StoredEvidence(world.store, world.desk)
    claim = replace(warm(world), **forged)
    assert any(why in reason for finding, reason in faults(claim, evidence) if finding == "false")


def test_a_claim_to_be_corrected_without_any_audit_is_false(world: Any) -> None:
    town(world)
    audit(world, CELLAR)
    said = {"layer": "sentiment", "corrected": True, "audits": []}
    claim = replace(warm(world), status="proven", measurement=said)
    found = list(faults(claim, StoredEvidence(world.store, world.desk)))
    assert any("no audit of sentiment in r/Attic" in reason for _, reason in found)


def test_erased_records_leave_corrected_claims_standing(world: Any) -> None:
    from groundswell.store.erase import forget

    town(world)
    with world.store.write() as writer:  # as `gather` would have saved them
        for row in writer.rows("fingerprint_records"):
            writer.do("index_text", seq=row["seq_from"], title=row["title"], text=row["text"])
            world.store.connection.execute("UPDATE records SET digest = ? WHERE id = ?",
                                           (digest(b"key", row["id"]), row["id"]))  # fmt: skip
    audit(world, ATTIC)
    claim = warm(world)
    drawn = world.store.rows("judge_drawn", draw=f"sentiment {ATTIC}")
    assert forget(world.store, [drawn[0]["record_id"]]) == 1
    evidence = StoredEvidence(world.store, world.desk)
    assert list(faults(claim, evidence)) == []
    assert forget(world.store, [drawn[1]["record_id"]], hard=True) == 1
    evidence = StoredEvidence(world.store, world.desk)
    assert {finding for finding, _ in faults(claim, evidence)} == {"withdrawn"}


def test_a_change_needs_no_audit(world: Any) -> None:
    for n in range(45):
        world.post(f"a{n}", "Crane lifts.", day=90, tone="positive")
        world.post(f"a{n}", "Crane breaks.", day=98, tone="negative")
    claim = world.measured().ask("change", "tone", baseline=(80, 94))
    assert (claim.status, claim.measurement) == ("proven", None)


def test_names_are_read_off_the_words(world: Any) -> None:
    claim = town(world).ask("share", "once", communities=(ATTIC,))
    assert claim.measurement is None
    assert claim.status == "proven"


def test_shares_of_a_beat_are_the_readers_until_audited(world: Any) -> None:
    town(world)
    asked: dict[str, Any] = {"subject": "beat/tools", "communities": (ATTIC,), "start": 20}
    once, mean = world.ask("share", "once", **asked), world.ask("share", "mean", **asked)
    assert once.measurement == mean.measurement == {"layer": "beats", "corrected": False}
    for n in range(1, world.n + 1):  # what audits draw from was read
        world.store.connection.execute("INSERT INTO readings VALUES (?, 'r', x'00', '{}')",
                                       (f"hand:{n}",))  # fmt: skip
    audit(world, ATTIC, "beats/tools", wrong=7, judged=200)
    once, mean = world.ask("share", "once", **asked), world.ask("share", "mean", **asked)
    assert once.measurement == {"layer": "beats", "corrected": False}
    assert mean.measurement["corrected"]
    assert mean.interval.low < mean.estimate < mean.interval.high
    evidence = StoredEvidence(world.store, world.desk)
    assert list(faults(mean, evidence)) == []
    assert any("estimate" in reason for _, reason in
               faults(replace(mean, estimate=mean.estimate + 0.02), evidence))  # fmt: skip


def test_a_contrast_on_a_beat_needs_both_sides_audited(world: Any) -> None:
    for n in range(200):
        world.post(f"a{n % 60}", "Nothing of note here.", day=20 + n % 80,
                   beats=["tools"] if n % 4 else [])  # fmt: skip
        world.post(f"c{n % 60}", "Small talk.", day=20 + n % 80, place=CELLAR,
                   beats=[] if n % 8 else ["tools"])  # fmt: skip
    world.measured()
    asked: dict[str, Any] = {"subject": "beat/tools", "communities": (ATTIC, CELLAR), "start": 20,
                             "left": [ATTIC], "right": [CELLAR]}  # fmt: skip
    raw = world.ask("ratio", "contrast", **asked)
    assert raw.measurement == {"layer": "beats", "corrected": False}
    assert raw.status == "provisional"
    audit(world, ATTIC, "beats/tools", wrong=12, judged=200)
    assert not world.ask("ratio", "contrast", **asked).measurement["corrected"]
    audit(world, CELLAR, "beats/tools", wrong=12, judged=200)
    claim = world.ask("ratio", "contrast", **asked)
    assert claim.measurement["corrected"]
    assert claim.interval.low > 0
    assert claim.values["raw"] == pytest.approx(claim.values["left"] - claim.values["right"])
    evidence = StoredEvidence(world.store, world.desk)
    assert list(faults(claim, evidence)) == []
    forged = replace(claim, values={**claim.values, "left": claim.values["left"] + 0.05})
    assert any("left" in reason for _, reason in faults(forged, evidence))


def published(world: Any) -> Story:
    found = Signal(kind="volume", family="volume", subject="entity/crane", community="*",
                   window=(94, 101), baseline=(66, 94), effect=5, low=2.2, high=9, unit="times",
                   p=0.001, q=0.01, outcome="found", n=Numbers(), maker="volume@1")  # fmt: skip
    world.store.connection.execute(
        "INSERT INTO signals VALUES ('s',?,'s','volume','entity/crane','*','found',0,0,?)"
        " ON CONFLICT DO NOTHING", (NIGHT, json.dumps(asdict(found))))  # fmt: skip
    edition = report(world.store, world.desk, world.snapshot, NIGHT, newsroom=Newsroom())
    story = load_story(world.store, edition.slugs[0])
    assert story is not None
    assert story.dropped == ()
    again = verify(world.store, world.desk, story.slug)
    assert finding(again[0][1])[0] == "holds"
    return story


def test_a_story_says_whose_labels_they_are_until_all_its_places_are_audited(world: Any) -> None:
    town(world)
    for day in range(66, 94):
        world.post(f"a{day}", "Crane was here before.", day=day)
        world.post(f"c{day}", "Crane was here before.", day=day, place=CELLAR)
    world.measured()
    told = published(world)
    warmly = [s.text for s in told.sentences() if "warmly" in s.text or "coldly" in s.text]
    assert warmly
    assert all(AS_READ in text and "appear" in text for text in warmly)
    assert told.fidelity.gold_corrected == 0
    for place in (ATTIC, CELLAR):
        audit(world, place, wrong=25)
    after = published(world)
    assert (after.slug, after.version) == (told.slug, 2)
    texts = [s.text for s in after.sentences()]
    assert not [text for text in texts if AS_READ in text]
    assert [text for text in texts if "did so warmly" in text or "did so coldly" in text]
    assert after.fidelity.gold_corrected > 0
    assert after.fidelity.strength > told.fidelity.strength
