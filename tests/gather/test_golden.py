"""Golden files lie beside their input; where one is missing it is written, to be read by you."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from groundswell.errors import BadRow
from groundswell.gather import recognise
from groundswell.gather.opening import head
from groundswell.registry import build, plugins
from groundswell.types import Record
from groundswell.types.moment import micros

FORMS = {
    "normalised.ndjson": "ndjson",
    "submissions.ndjson": "reddit",
    "comments.ndjson": "reddit",
    "events.ndjson": "gharchive",
    "items.ndjson": "hackernews",
    "comma.csv": "csv",
    "semicolon.csv": "csv",
    "tab.tsv": "csv",
    "lathes.mbox": "mbox",
}
DATA = Path(__file__).parent / "data"
PACKS = ("plain", "gz", "zst", "long.zst")


def told(thing):
    """A record as reviewable JSON: only what differs from nothing."""
    found = asdict(thing)
    for key, value in list(found.items()):
        if hasattr(value, "isoformat"):
            found[key] = value.isoformat()
        if value in ("", None, {}) or (key == "state" and value == "public"):
            del found[key]
    return found


def read(archive, path):
    records, bad = [], []
    for row in archive.rows(path, 0):
        try:
            records.append(told(archive.parse(row)))
        except (BadRow, ValueError) as problem:
            bad.append([row.number, str(problem)])
    return {"records": records, "bad": bad}


def test_every_archive_has_a_golden_file():
    assert {*FORMS.values(), "parquet"} == set(plugins("groundswell.archives"))
    assert {path.name for path in DATA.iterdir() if path.suffix != ".json"} == set(FORMS)


@pytest.mark.parametrize("pack_as", PACKS)
@pytest.mark.parametrize("name", FORMS)
def test_golden(name, pack_as, options, pack, tmp_path):
    golden = DATA / f"{name}.json"
    path = tmp_path / (name if pack_as == "plain" else f"{name}.{pack_as.split('.')[-1]}")
    path.write_bytes(pack(pack_as, (DATA / name).read_bytes()))
    found = read(build("groundswell.archives", FORMS[name], **options(name)), path)
    if not golden.exists():
        golden.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{golden.name} was missing and is written now; read it")
    assert found == json.loads(golden.read_text("utf-8"))


@pytest.mark.parametrize("pack_as", PACKS)
@pytest.mark.parametrize("name", FORMS)
def test_recognised_by_one_archive_only(name, pack_as, options, pack, tmp_path):
    path = tmp_path / (name if pack_as == "plain" else f"{name}.{pack_as.split('.')[-1]}")
    path.write_bytes(pack(pack_as, (DATA / name).read_bytes()))
    assert recognise(path, options(name)).name == FORMS[name]
    start = head(path)
    claiming = [form for form in plugins("groundswell.archives")
                if build("groundswell.archives", form).recognises(path, start)]  # fmt: skip
    assert claiming == [FORMS[name]]


def test_parquet_says_what_csv_says(options, tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    csv = build("groundswell.archives", "csv")
    rows = [dict(row.data) for row in csv.rows(DATA / "comma.csv", 0)]
    path = tmp_path / "table.parquet"
    parquet.write_table(arrow.Table.from_pylist(rows), path)
    assert recognise(path, {}).name == "parquet"
    assert read(build("groundswell.archives", "parquet"), path) == read(csv, DATA / "comma.csv")


def test_parquet_times_and_numbers(tmp_path):
    from datetime import UTC, date, datetime

    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    when = datetime(2026, 3, 1, 10, 0, 5, tzinfo=UTC)
    rows = [
        {"id": 1, "text": "aware", "published": when},
        {"id": 2, "text": "none", "published": None},
    ]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    days = arrow.Table.from_pylist([{"id": 3, "text": "day", "date": date(2026, 3, 1)}])
    parquet.write_table(days, tmp_path / "b.parquet")
    archive = build("groundswell.archives", "parquet", community="lathes")
    first = read(archive, tmp_path / "a.parquet")
    assert [r["id"] for r in first["records"]] == ["import:1"]
    assert (first["records"][0]["published"], first["records"][0]["precision"]) == (
        when.isoformat(),
        "second",
    )
    assert first["bad"] == [[2, "no time"]]
    assert read(archive, tmp_path / "b.parquet")["records"][0]["precision"] == "day"


@pytest.mark.parametrize("name", FORMS)
def test_rows_start_again_anywhere(name, options):
    archive = build("groundswell.archives", FORMS[name], **options(name))
    rows = list(archive.rows(DATA / name, 0))
    for after in {0, 1, len(rows) // 2, rows[-1].number}:
        assert list(archive.rows(DATA / name, after)) == [r for r in rows if r.number > after]


@pytest.mark.parametrize("name", FORMS)
def test_records_are_what_the_store_needs(name, options):
    archive = build("groundswell.archives", FORMS[name], **options(name))
    things = []
    for row in archive.rows(DATA / name, 0):
        try:
            things.append(archive.parse(row))
        except (BadRow, ValueError):
            continue
    records = [thing for thing in things if isinstance(thing, Record)]
    assert records
    assert max(Counter((r.id, r.state) for r in records).values()) == 1
    for record in records:
        assert micros(record.available) >= micros(record.published)
