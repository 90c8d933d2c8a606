"""Audits: what is drawn and how likely, blind judgements that are kept, and what they come to."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.cli.judge import answered, sit, told_lines
from groundswell.desk import Beat, Desk
from groundswell.errors import UsageError
from groundswell.label.audit import allotted, draw, exported, imported, newest, sheet
from groundswell.label.sitting import Sitting, printable
from groundswell.query.audited import summary
from groundswell.query.audits import audits, usable
from groundswell.store import Store, open_store
from groundswell.store.erase import forget
from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId, Snapshot
from groundswell.types.moment import as_day, midnight

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
PLACE, LAYER, COUNT = "lathes", "sentiment", 600
TONES = {"negative": -600, "neutral": 0, "positive": 600}
SECRET = "zyxwv wrote these words once"
KEY = b"k"


def tone_of(n: int) -> str:
    """The reader's label of a record: a tenth negative, a third positive."""
    return "negative" if n % 10 == 0 else "positive" if n % 3 == 0 else "neutral"


def records(count: int) -> list[Record]:
    return [
        Record(id=RecordId(f"forum:{n}"), source="forum", kind="post", community=PLACE, lang="en",
               published=START + timedelta(hours=n), available=START, author=f"a{n % 90}",
               text=f"{SECRET}, number {n}. " * (1 + n % 9))
        for n in range(count)
    ]  # fmt: skip


def fill(path: Path, count: int = COUNT, key: bytes = KEY) -> Store:
    store = open_store(path, clock=lambda: 7, key=key)
    add_page(store, "s", records(count), "1")
    with store.write() as writer:
        seq = writer.entry("annotations", "all")
        for n in range(count):
            for layer, value, score in (("language", "en", 999),
                                        (LAYER, tone_of(n), TONES[tone_of(n)]),
                                        ("beats", "drift", 700)):  # fmt: skip
                if layer != "beats" or n % 4 == 0:
                    writer.do("insert_annotation", id=f"forum:{n}", layer=layer, n=0, value=value,
                              score=score, start=None, stop=None, maker="m@1", seq=seq)  # fmt: skip
        for row in writer.rows("unlabelled", recipe="r", after=0, limit=count):
            writer.do("set_labelled", id=row["id"], version=row["seq_from"], recipe="r")
            writer.do("save_reading", content=row["content"], reader="r", vector=b"\1" * 384,
                      outputs="{}")  # fmt: skip
    return store


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled state, made once."""
    path = tmp_path_factory.mktemp("filled") / "t.db"
    fill(path).close()
    return path


@pytest.fixture
def store(tmp_path: Path, filled: Path) -> Iterator[Store]:
    shutil.copy(filled, tmp_path / "t.db")
    with open_store(tmp_path / "t.db", clock=lambda: 7, key=KEY) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    beats = (Beat(slug="drift", name="Drift", description="Tools that drift."),
             Beat(slug="noise", name="Noise", description="Tools that sing."))  # fmt: skip
    return Desk(name="t", title="T", topic="", folder=tmp_path, beats=beats)


def now(store: Store) -> Snapshot:
    night = as_day(START.date()) + 40
    return Snapshot(seq=store.seq(), as_of=midnight(night + 1), makers=(), desk="d")


def judge(store: Store, desk: Desk, name: str, part: int, *, wrong: int = 7, most: int = 999,
          layer: str = LAYER) -> Sitting:  # fmt: skip
    """A rater who thinks as the reader does, but for one record in `wrong`."""
    sitting = Sitting(store, name, sheet(store, desk, layer), rater=f"rater {part}", part=part)
    for _ in range(most):
        record = sitting.shown()
        if record is None:
            break
        n = int(record.record_id.partition(":")[2])
        said = tone_of(n + (n * part % wrong == 0))
        if layer != LAYER:
            said = "in" if (n % 4 == 0) != (n * part % wrong == 0) else "out"
        sitting.answer(record.record_id, [said])
    return sitting


def test_a_stratum_is_taken_by_the_root_of_its_size() -> None:
    taken = allotted({"a": 4000, "b": 1000, "c": 250}, 210)
    assert sum(taken.values()) == 210
    assert 1.7 < (taken["a"] - 10) / (taken["b"] - 10) < 2.3
    assert allotted({"a": 3, "b": 200}, 500) == {"a": 3, "b": 200}


def test_every_drawn_record_says_how_likely_it_was(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    rows = store.rows("judge_drawn", draw=name)
    assert len(rows) == len({row["record_id"] for row in rows}) == 200
    held = Counter(tone_of(n) for n in range(600))
    for row in rows:
        assert row["stratum"] == tone_of(int(row["record_id"].partition(":")[2]))
        assert row["held"] == held[row["stratum"]]
    taken = Counter(row["stratum"] for row in rows)
    assert all(row["taken"] == taken[row["stratum"]] for row in rows)
    assert taken["negative"] / held["negative"] > taken["neutral"] / held["neutral"]


def test_lengths_and_weeks_are_represented(store: Store) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    drawn = {row["record_id"] for row in store.rows("judge_drawn", draw=name)}
    short = sum(int(one.partition(":")[2]) % 9 < 3 for one in drawn)
    assert 50 <= short <= 85  # a third of 200, whatever the order of the log
    weeks = Counter(int(one.partition(":")[2]) // 168 for one in drawn)
    assert max(weeks[w] for w in range(3)) <= 1.6 * min(weeks[w] for w in range(3))


def test_the_same_asked_is_the_same_drawn_and_another_seed_another(store: Store) -> None:
    at = now(store)
    first = draw(store, at, PLACE, LAYER)
    assert draw(store, at, PLACE, LAYER) == first == newest(store, PLACE, LAYER)
    assert draw(store, at, PLACE, LAYER, seed=2) != first


def test_too_small_a_sample_or_community_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="under 100"):
        draw(store, now(store), PLACE, LAYER, size=99)
    with pytest.raises(UsageError, match="holds 0 labelled records"):
        draw(store, now(store), "nowhere", LAYER)


def test_nobody_is_shown_a_label_or_the_others_word(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    judge(store, desk, name, 1)
    second = Sitting(store, name, sheet(store, desk, LAYER), rater="b", part=2)
    order = [row["record_id"] for row in store.rows("judge_drawn", draw=name)]
    shown = second.shown()
    assert shown is not None
    assert (second.done, second.total, shown.record_id) == (0, 200, order[0])
    assert not {"negative", "neutral", "positive"} & set(f"{shown}".split())


def test_every_answer_is_kept_undone_and_taken_up_again(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    asked = sheet(store, desk, LAYER)
    sitting = Sitting(store, name, asked, rater="ann")
    first = sitting.shown()
    assert first is not None
    before = store.seq()
    sitting.answer(first.record_id, ["positive"])
    sitting.answer(first.record_id, ["negative"])  # said twice: the first word holds
    assert store.seq() == before + 1
    sitting.skip(sitting.shown().record_id)  # type: ignore[union-attr]
    assert (sitting.done, Sitting(store, name, asked, rater="ANN").done) == (2, 2)
    assert sitting.undo() and sitting.undo()  # noqa: PT018
    assert not sitting.undo()
    assert sitting.shown() == first
    assert [row["seq_to"] for row in store.connection.execute(
        "SELECT seq_to FROM judgements ORDER BY seq_from")] == [before + 4, before + 3]  # fmt: skip


def test_one_person_is_not_both_raters(store: Store, desk: Desk) -> None:
    name, asked = draw(store, now(store), PLACE, LAYER), sheet(store, desk, LAYER)
    judge(store, desk, name, 1, most=3)
    with pytest.raises(UsageError, match="second person"):
        Sitting(store, name, asked, rater="rater 1", part=2)
    with pytest.raises(UsageError, match="first rater already"):
        Sitting(store, name, asked, rater="somebody else", part=1)


def test_raters_are_pseudonyms(store: Store, desk: Desk, tmp_path: Path) -> None:
    judge(store, desk, draw(store, now(store), PLACE, LAYER), 1, most=2)
    store.close()
    assert b"rater 1" not in (tmp_path / "t.db").read_bytes()


def test_kappa_and_correction_follow(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    judge(store, desk, name, 1, wrong=11)
    half = audits(store, now(store), PLACE, LAYER)[0]
    assert "both raters judged 0 records" in half.why_not()
    judge(store, desk, name, 2, wrong=7)
    audit = audits(store, now(store), PLACE, LAYER)[0]
    told = summary(store, now(store), audit)
    assert (told.both, told.why_not, told.records) == (200, "", 600)
    assert told.kappa and told.accuracy and told.tone  # noqa: PT018
    assert 0.4 < told.kappa.low < told.kappa.value < told.kappa.high < 1
    assert told.accuracy.low < told.accuracy.value < told.accuracy.high
    assert sum(map(sum, told.confusion)) == pytest.approx(200)
    for label in told.labels:
        assert label.people.low <= label.people.value <= label.people.high
        assert label.reader == pytest.approx(
            Counter(map(tone_of, range(600)))[label.value] / 600)  # fmt: skip
    assert sum(label.people.value for label in told.labels) == pytest.approx(1)
    assert usable(store, now(store), PLACE, LAYER) is not None


def test_raters_who_do_not_agree_are_no_measure(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    asked = sheet(store, desk, LAYER)
    for part in (1, 2):
        sitting = Sitting(store, name, asked, rater=f"rater {part}", part=part)
        while (record := sitting.shown()) is not None:
            n = int(record.record_id.partition(":")[2])
            sitting.answer(record.record_id, [sorted(TONES)[n * part % 3]])
    assert "agree too little" in audits(store, now(store), PLACE, LAYER)[0].why_not()
    assert usable(store, now(store), PLACE, LAYER) is None


def test_who_skips_more_than_a_fifth_has_chosen(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    judge(store, desk, name, 1)
    sitting = Sitting(store, name, sheet(store, desk, LAYER), rater="hasty", part=2)
    while (record := sitting.shown()) is not None:
        if int(record.record_id.partition(":")[2]) % 4 == 0:
            sitting.skip(record.record_id)
        else:
            sitting.answer(record.record_id, ["neutral"])
    audit = audits(store, now(store), PLACE, LAYER)[0]
    assert "skipped" in audit.why_not()


def test_where_all_is_one_label_kappa_is_not_defined(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    for part in (1, 2):
        sitting = Sitting(store, name, sheet(store, desk, LAYER), rater=f"rater {part}", part=part)
        while (record := sitting.shown()) is not None:
            sitting.answer(record.record_id, ["neutral"])
    audit = audits(store, now(store), PLACE, LAYER)[0]
    told = summary(store, now(store), audit)
    assert (told.kappa, told.why_not) == (None, "")  # AC1 is one: they agree on everything
    assert "kappa not defined" in "\n".join(told_lines(told))
    assert "NaN" not in json.dumps(asdict(told))


def test_one_beat_is_audited_among_all_that_was_read(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, "beats/drift")
    strata = {row["stratum"]: row["held"] for row in store.rows("judge_drawn", draw=name)}
    assert strata == {"in": 150, "out": 450}
    for part in (1, 2):
        judge(store, desk, name, part, layer="beats/drift", wrong=11)
    told = summary(store, now(store), audits(store, now(store), PLACE, "beats/drift")[0])
    assert (told.records, told.why_not) == (600, "")
    assert {label.value: label.reader for label in told.labels} == {"in": 0.25, "out": 0.75}
    found = usable(store, now(store), PLACE, "beats", "drift")
    assert found is not None
    assert found[1].counts().sum() == 200


def test_several_beats_at_once(store: Store, desk: Desk) -> None:
    name, asked = draw(store, now(store), PLACE, "beats"), sheet(store, desk, "beats")
    assert asked.several
    for part in (1, 2):
        sitting = Sitting(store, name, asked, rater=f"rater {part}", part=part)
        while (record := sitting.shown()) is not None:
            n = int(record.record_id.partition(":")[2])
            sitting.answer(record.record_id, ["noise", "drift"] if n % 4 == 0 else [])
    values = {row["value"] for row in store.rows("judge_said", draw=name)}
    assert values == {"drift noise", "none"}
    told = summary(store, now(store), audits(store, now(store), PLACE, "beats")[0])
    assert {one.value: round(one.reader, 2) for one in told.labels} == {"drift": 0.25, "noise": 0.0}
    assert told.labels[1].people.value == pytest.approx(0.25)
    assert usable(store, now(store), PLACE, "beats", "noise") is not None


def test_an_edited_record_is_no_longer_what_was_judged(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    for part in (1, 2):
        judge(store, desk, name, part)
    before, one = now(store), store.rows("judge_drawn", draw=name)[0]["record_id"]
    old = records(600)[int(one.partition(":")[2])]
    changed = Record(id=old.id, source="forum", kind="post", community=PLACE, text="Other words.",
                     published=old.published, available=START, author=old.author)  # fmt: skip
    add_page(store, "s", [changed], "2")
    assert len(audits(store, now(store), PLACE, LAYER)[0].rated) == 199
    assert len(audits(store, before, PLACE, LAYER)[0].rated) == 200


def test_export_holds_no_words_and_reads_back(store: Store, desk: Desk, tmp_path: Path) -> None:
    name, asked = draw(store, now(store), PLACE, LAYER), sheet(store, desk, LAYER)
    judge(store, desk, name, 1)
    lines = list(exported(store, name))
    assert SECRET not in "".join(lines)
    with fill(tmp_path / "other.db") as other:
        assert imported(other, lines, asked, (PLACE, LAYER)) == 200
        assert imported(other, lines, asked, (PLACE, LAYER)) == 0
        judge(other, desk, name, 2)
        assert audits(other, now(other), PLACE, LAYER)[0].why_not() == ""
        back = list(exported(other, name))
    assert imported(store, back, asked, (PLACE, LAYER)) == 200
    assert [json.loads(line)["is"] for line in back].count("judgement") == 400


@pytest.mark.parametrize(("change", "why"), [
    (lambda lines: lines[1:], "one draw"),
    (lambda lines: [lines[0].replace("lathes", "mills"), *lines[1:]], "export of 'sentiment'"),
    (lambda lines: [*lines[:-1], lines[-1].replace('"value":"', '"value":"rude ')], "no answer"),
    (lambda lines: [*lines[:-1], lines[-1].replace('"rater":"', '"rater":"Ann')], "pseudonym"),
    (lambda lines: [*lines, "{}"], "no line"),
])  # fmt: skip
def test_what_is_no_export_is_refused(store, desk, tmp_path, change, why) -> None:  # type: ignore[no-untyped-def]
    name = draw(store, now(store), PLACE, LAYER)
    judge(store, desk, name, 1, most=5)
    lines = change(list(exported(store, name)))
    marks = fingerprint(store)
    with pytest.raises(UsageError, match=why):
        imported(store, lines, sheet(store, desk, LAYER), (PLACE, LAYER))
    assert fingerprint(store) == marks


def test_a_forgotten_record_keeps_its_place_under_its_digest(
    store: Store, desk: Desk, tmp_path: Path
) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    for part in (1, 2):
        judge(store, desk, name, part)
    soft, hard = (store.rows("judge_drawn", draw=name)[n]["record_id"] for n in (0, 1))
    forget(store, [soft])
    assert len(audits(store, now(store), PLACE, LAYER)[0].rated) == 200
    forget(store, [hard], hard=True)
    assert len(audits(store, now(store), PLACE, LAYER)[0].rated) == 199
    assert [row["record_id"] for row in store.rows("judge_drawn", draw=name)][1] == ""
    store.close()
    data = (tmp_path / "t.db").read_bytes()
    for one in (soft, hard):
        assert not re.search(one.encode() + rb"(?!\d)", data)
    with open_store(tmp_path / "t.db", clock=lambda: 7, key=KEY) as again:
        told = again.connection.execute(
            "SELECT COUNT(*) AS n FROM judgements WHERE record_id IN (?, ?)", (soft, hard)
        )
        assert told.fetchone() == {"n": 0}


def test_judgements_are_part_of_the_fingerprint(store: Store, desk: Desk) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    before = fingerprint(store)
    judge(store, desk, name, 1, most=1)
    after = fingerprint(store)
    assert {table for table in after if after[table] != before[table]} == {"judgements", "log"}


def test_the_terminal_asks_skips_undoes_and_leaves(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = draw(store, now(store), PLACE, LAYER)
    sitting = Sitting(store, name, sheet(store, desk, LAYER), rater="ann")
    given = iter(["3\n", "nonsense\n", "s\n", "u\n", "1\n", "q\n", "2\n"])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(given), raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    sit(sitting)
    said = store.rows("judge_by", draw=name, rater=sitting.rater)
    assert [row["value"] for row in said] == ["positive", "negative"]
    told = capsys.readouterr().err
    assert "1/200" in told and "3/200" in told and "a number, s, u or q" in told  # noqa: PT018
    assert next(given) == "2\n"  # it left at q


def test_numbers_are_read_as_labels(store: Store, desk: Desk) -> None:
    several = sheet(store, desk, "beats")
    assert answered(several, "2 1") == ["noise", "drift"]
    assert answered(several, "0") == []
    assert answered(several, "3") is None
    assert answered(sheet(store, desk, LAYER), "1 2") is None


def test_text_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b]0;owned\x07b\r\u202ec\nd") == "a]0;ownedbc\nd"


def test_the_command_from_the_first_record_to_the_report(tmp_path: Path, desk: Desk) -> None:
    folder, state = tmp_path / "desk", tmp_path / "s.db"
    folder.mkdir()
    (folder / "desk.toml").write_text('name = "t"\ntitle = "T"\ninvented = true\n'
                                      "clock = 2026-04-12T00:00:00Z\n")  # fmt: skip
    fill(state, key=hashlib.sha256(b"invented desk t").digest()).close()
    run = CliRunner()
    base = ["audit", PLACE, LAYER, "--desk", str(folder), "--state", str(state)]
    assert run.invoke(app, [*base, "--report"]).exit_code == 5
    early = run.invoke(app, [*base, "--second"])
    assert isinstance(early.exception, UsageError)
    first = run.invoke(app, [*base, "--rater", "Ann"], input="1\n2\n3\nq\n")
    assert first.exit_code == 0, first.output
    assert "3 of 200 judged; the same command goes on" in first.output
    second = run.invoke(app, [*base, "--second", "--rater", "Bob"], input="1\n2\n")
    assert "2 of 200 judged" in second.output
    told = json.loads(run.invoke(app, [*base, "--report", "--json"]).stdout)
    assert (told["judged"], told["both"]) == ([3, 2], 2)
    assert "both raters judged 2" in run.invoke(app, [*base, "--report"]).stdout
    out = run.invoke(app, [*base, "--export", "-"]).stdout
    assert SECRET not in out
    assert "Ann" not in out
    again = run.invoke(app, [*base, "--import", "-"], input=out)
    assert "0 judgements added" in again.stdout


def test_a_layer_about_entities_is_asked_about_one(store: Store, desk: Desk) -> None:
    with store.write() as writer:
        seq = writer.entry("annotations", "stance")
        for n in range(COUNT):
            for place, (slug, word) in enumerate((("crane", "favor" if n % 3 else "against"),
                                                  ("barge", "none"))):  # fmt: skip
                writer.do("insert_annotation", id=f"forum:{n}", layer="stance", n=place,
                          value=f"{slug}/{word}", score=700, start=None, stop=None, maker="m@1",
                          seq=seq)  # fmt: skip
    asked = sheet(store, desk, "stance/crane")
    assert [option.value for option in asked.options] == ["against", "favor"]
    with pytest.raises(UsageError, match="and it has 1"):
        sheet(store, desk, "stance/barge")
    name = draw(store, now(store), PLACE, "stance/crane")
    assert {row["held"] for row in store.rows("judge_drawn", draw=name)} == {200, 400}
    for part in (1, 2):
        sitting = Sitting(store, name, asked, rater=f"rater {part}", part=part)
        while (record := sitting.shown()) is not None:
            n = int(record.record_id.partition(":")[2])
            sitting.answer(record.record_id, ["favor" if n % 3 or n % 5 == 0 else "against"])
    told = summary(store, now(store), audits(store, now(store), PLACE, "stance/crane")[0])
    assert (told.records, told.why_not) == (600, "")
    shares = {one.value: (one.reader, one.people.value) for one in told.labels}
    assert shares["favor"][0] == pytest.approx(2 / 3)
    assert shares["favor"][1] == pytest.approx(2 / 3 + 1 / 15, abs=0.03)
