from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from groundswell import gather as loop
from groundswell.errors import PluginError, SourceError
from groundswell.gather import gather_file, total
from groundswell.store.fingerprint import fingerprint

FORMS = ("normalised.ndjson", "submissions.ndjson", "comments.ndjson", "items.ndjson", "comma.csv",
         "semicolon.csv", "tab.tsv", "lathes.mbox", "events.ndjson")  # fmt: skip
OPEN = 2**63 - 1


def line(n, **changes):
    said = {"source": "reddit", "community": "r/lathes", "native_id": f"t1_{n}",
            "author_hash": f"a{n % 17}", "published_at": 1772352000 + n, "text": f"words of {n}",
            **changes}  # fmt: skip
    return json.dumps(said).encode() + b"\n"


def ids(store):
    return [row["id"] for row in store.rows("fingerprint_records")]


@pytest.fixture
def many(tmp_path):
    path = tmp_path / "many.ndjson"
    path.write_bytes(b"".join(b"broken\n" if n % 10 == 9 else line(n) for n in range(100)))
    return path


@pytest.mark.parametrize("name", FORMS)
def test_importing_twice_adds_nothing(store, data, options, name):
    first = gather_file(store, data / name, options=options(name))
    before = fingerprint(store)
    second = gather_file(store, data / name, options=options(name))
    assert first.done
    assert (second.read, second.added, second.skipped) == (first.read, 0, first.skipped)
    assert second.known == first.added + first.known
    assert fingerprint(store) == before


def test_the_same_records_in_another_file_add_nothing(store, many, tmp_path):
    gather_file(store, many)
    before = fingerprint(store)
    copy = tmp_path / "grown.ndjson"
    copy.write_bytes(many.read_bytes() + b"\n")
    summary = gather_file(store, copy)
    assert (summary.added, summary.known) == (0, 90)
    assert fingerprint(store) == before


def test_what_is_counted(store, many, tmp_path):
    summary = gather_file(store, many, rejects=tmp_path / "rejects.ndjson")
    assert (summary.read, summary.added, summary.known) == (100, 90, 0)
    assert summary.skipped == {"not JSON": 10}
    assert total([summary, summary]) == (200, 180, 0, {"not JSON": 20})


@pytest.mark.parametrize("name", FORMS)
def test_every_stop_is_harmless(opened, data, options, monkeypatch, name, tmp_path):
    monkeypatch.setattr(loop, "PAGE", 1)
    whole, stopped = opened("whole"), opened("stopped")
    gather_file(whole, data / name, options=options(name), rejects=tmp_path / "whole")
    for _ in range(100):
        if gather_file(stopped, data / name, options=options(name), rejects=tmp_path / "stopped",
                       limit=lambda: True).done:  # fmt: skip
            break
    assert fingerprint(stopped) == fingerprint(whole)
    assert stopped.rows("imports") == whole.rows("imports")
    if (tmp_path / "whole").exists():
        assert (tmp_path / "stopped").read_text() == (tmp_path / "whole").read_text()


@pytest.mark.parametrize("kill_at", [0, 1, 2])
def test_killed_before_a_commit(opened, many, monkeypatch, kill_at, tmp_path):
    monkeypatch.setattr(loop, "PAGE", 30)
    whole, killed = opened("whole"), opened("killed")
    gather_file(whole, many, rejects=tmp_path / "whole")
    save, pages = loop.add_page, []

    def dies(*given):
        pages.append(given)
        if len(pages) == kill_at + 1:
            raise KeyboardInterrupt
        return save(*given)

    monkeypatch.setattr(loop, "add_page", dies)
    with pytest.raises(KeyboardInterrupt):
        gather_file(killed, many, rejects=tmp_path / "killed")
    monkeypatch.setattr(loop, "add_page", save)
    gather_file(killed, many, rejects=tmp_path / "killed")
    assert fingerprint(killed) == fingerprint(whole)
    assert killed.rows("imports") == whole.rows("imports")
    assert (tmp_path / "killed").read_text() == (tmp_path / "whole").read_text()


@pytest.mark.parametrize("form", ["gz", "zst", "long.zst"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.999])
def test_a_file_that_breaks_off(store, pack, form, share, tmp_path):
    content = b"".join(line(n, text=f"{n * 7919 % 10007} words {n * n}") for n in range(4_000))
    cut = pack(form, content)
    path = tmp_path / f"cut.ndjson.{form.split('.')[-1]}"
    path.write_bytes(cut[: int(len(cut) * share)])
    with pytest.raises(SourceError, match=rf"{path.name}: is damaged after line \d+") as told:
        gather_file(store, path)
    number = int(str(told.value).split("after line ")[1].split()[0])
    assert len(ids(store)) == number > 0
    assert not store.rows("imports")[0]["done"]


@pytest.mark.parametrize(("name", "content"), [
    ("cut.csv.gz", b"id,text,date\n" + b"".join(b"%d,w %d,2026-03-01\n" % (n, n * n)
                                                for n in range(9_000))),
    ("cut.mbox.gz", b"".join(b"From a@b.example Sun Mar  1 10:00:00 2026\nMessage-ID: <%d@b>\n"
                             b"Date: Sun, 01 Mar 2026 10:00:00 +0000\n\nWords %d\n\n" % (n, n * n)
                             for n in range(3_000))),
])  # fmt: skip
def test_tables_and_mail_that_break_off(store, pack, name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(pack("gz", content)[:-2_000])
    with pytest.raises(SourceError, match=r"is damaged after (line|row) \d+"):
        gather_file(store, path)
    assert len(ids(store)) > 1_000


def test_a_damaged_stream(store, pack, tmp_path):
    path = tmp_path / "bad.ndjson.gz"
    content = bytearray(pack("gz", b"".join(line(n) for n in range(3_000))))
    content[len(content) // 2 : len(content) // 2 + 20] = b"x" * 20
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError, match="is damaged after line"):
        gather_file(store, path)
    assert ids(store)


def test_a_damaged_parquet_file(store, tmp_path):
    path = tmp_path / "bad.parquet"
    path.write_bytes(b"PAR1" + b"no" * 500)
    with pytest.raises(SourceError, match="is damaged"):
        gather_file(store, path)


def test_bad_rows_are_kept_with_their_reason(store, data, tmp_path):
    rejects = tmp_path / "deep" / "rejects.ndjson"
    gather_file(store, data / "normalised.ndjson", rejects=rejects)
    kept = [json.loads(one) for one in rejects.read_text("utf-8").splitlines()]
    assert [one["row"] for one in kept] == [11, 12, 13, 14, 15, 16, 17, 18]
    assert kept[0]["reason"] == "not a time"
    assert "yesterday" in kept[0]["data"]


def test_no_rejects_no_file(store, data, tmp_path):
    gather_file(store, data / "semicolon.csv", options={"columns": {"text": "kommentar",
                "published": "wann"}}, rejects=tmp_path / "none")  # fmt: skip
    assert not (tmp_path / "none").exists()


def test_absurd_lines_harm_only_themselves(store, tmp_path):
    deep = b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    path = tmp_path / "absurd.ndjson"
    path.write_bytes(
        line(1)
        + b"x" * 10_000_000 + b"\n"
        + line(2, text="nul \x00 inside", url="https://x.example/\x00")
        + b'{"source":"reddit","native_id":"\xff\xfe","published_at":1}\n'
        + b"\x00\x00\x00\n"
        + deep
        + line(3, text="half \ud800 a character", author_hash="\udfff", engagement={"\ud800": 1})
        + b"\r\n   \n"
        + line(4, published_at=10**400)
        + line(5, published_at="NaN")
        + line(6, engagement={"score": 10**30})
        + line(7, text="a" * 3_000_000)
        + b"{" * 17_000_000 + b"\n"
        + line(8)[:-1]
    )  # fmt: skip
    summary = gather_file(store, path, rejects=tmp_path / "rejects")
    assert summary.done
    texts = {row["id"]: row["text"] for row in store.rows("fingerprint_records")}
    assert sorted(texts) == [f"reddit:t1_{n}" for n in (1, 2, 3, 6, 7, 8)]
    assert texts["reddit:t1_2"] == "nul \ufffd inside"
    assert "\ud800" not in texts["reddit:t1_3"]
    assert (tmp_path / "rejects").stat().st_size < 100_000


def test_absurd_cells(store, tmp_path):
    path = tmp_path / "absurd.csv"
    path.write_bytes(b"id,text,date\n1," + b"w" * 300_000 + b",2026-03-01\n2,nul \x00,2026-03-01\n"
                     b"3,\xff\xfe,2026-03-01\n4,short\n5,long,2026-03-01,more,cells\n"
                     b'6,"never closed,2026-03-01\n')  # fmt: skip
    assert gather_file(store, path).done
    assert ids(store) == [f"import:{n}" for n in (1, 2, 3, 5)]


def test_absurd_mail_is_quick(store, tmp_path):
    path = tmp_path / "absurd.mbox"
    start = b"From a@b.example Sun Mar  1 10:00:00 2026\nDate: Sun, 01 Mar 2026 10:00:00 +0000\n"
    path.write_bytes(
        start + b"Message-ID: <1@b>\n\n" + b"a" * 3_000_000 + b"\n\n"
        + start + b"Message-ID: <2@b>\nSubject: " + b"re: [x] " * 5_000 + b"\n\nWords\n\n"
        + start + b"Message-ID: <3@b>\nContent-Type: text/plain; charset=klingon\n\nqapla'\n\n"
        + start + b"Message-ID: \xff\xfe<4@b>\nFrom: \xff\nSubject: \xff\n\nbytes \xff\n\n"
        + start + b"Message-ID: <5@b>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n--x\n\n"
        + start.replace(b"2026 10:00:00 +0000", b"0001 00:00:00 +2359") + b"Message-ID: <6@b>\n\nx"
    )  # fmt: skip
    summary = gather_file(store, path)
    assert summary.done
    assert summary.read == 6
    assert len(ids(store)) >= 4


def test_a_plugin_that_gives_what_no_store_can_hold(store, tmp_path, monkeypatch):
    from groundswell.gather.archives.ndjson import Ndjson

    parse = Ndjson.parse

    def careless(self, row):
        from dataclasses import replace

        return replace(parse(self, row), title="\ud800")

    monkeypatch.setattr(Ndjson, "parse", careless)
    path = tmp_path / "one.ndjson"
    path.write_bytes(line(1))
    assert gather_file(store, path).skipped == {"impossible record": 1}


def test_memory_does_not_grow_with_the_file(store, tmp_path):
    def peak(rows):
        path = tmp_path / f"{rows}.ndjson"
        with path.open("wb") as out:
            for n in range(rows):
                out.write(line(n, text=f"words of {n} " * 5))
        tracemalloc.start()
        archive = loop.recognise(path, {})
        for number, page in enumerate(loop._pages(archive.rows(path, 0))):
            assert number % 10 or [archive.parse(row) for row in page]
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(2_000), peak(50_000)
    assert many < 1.2 * few
    assert many < 12_000_000


def test_long_rows_make_short_pages(tmp_path):
    path = tmp_path / "long.ndjson"
    path.write_bytes(b"".join(line(n, text="w" * 4_000_000) for n in range(10)))
    sizes = [len(page) for page in loop._pages(loop.recognise(path, {}).rows(path, 0))]
    assert sum(sizes) == 10
    assert max(sizes) <= 5


def test_handles_end_in_the_loop(store, data):
    gather_file(store, data / "submissions.ndjson")
    authors = {row["author"] for row in store.rows("fingerprint_records")}
    assert all(len(author) in (0, 16) for author in authors)
    assert "spindle_fan" not in store.path.read_bytes().decode("latin-1")


def test_progress_and_limit(store, many, monkeypatch):
    monkeypatch.setattr(loop, "PAGE", 40)
    told: list[int] = []
    summary = gather_file(store, many, progress=told.append, limit=lambda: len(told) == 2)
    assert told == [40, 40]
    assert not summary.done
    assert gather_file(store, many, progress=told.append).done
    assert told == [40, 40, 20]


@pytest.mark.parametrize(("name", "content", "told"), [
    ("empty.ndjson", b"", "is empty"),
    ("novel.txt", b"It was a dark and stormy night.\n", "is in no form known here"),
    ("cut.gz", b"\x1f\x8b\x08", "is damaged"),
])  # fmt: skip
def test_files_of_something_else(store, tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=told):
        gather_file(store, tmp_path / name)


def test_wrong_names_and_options(store, data, tmp_path):
    with pytest.raises(SourceError, match="is not a file"):
        gather_file(store, tmp_path)
    with pytest.raises(PluginError, match="there are: csv"):
        gather_file(store, data / "comma.csv", form="xml")
    with pytest.raises(PluginError, match="options"):
        gather_file(store, data / "comma.csv", form="csv", options={"colour": 1})
    with pytest.raises(SourceError, match="no field 'words'"):
        gather_file(store, data / "comma.csv", options={"columns": {"words": "text"}})


def test_a_mapped_column_that_is_not_there(store, data):
    summary = gather_file(store, data / "comma.csv", options={"columns": {"text": "prose"}})
    assert summary.skipped == {"no column prose": 4}


def test_the_same_file_elsewhere_is_the_same_stream(many, tmp_path):
    other = tmp_path / "elsewhere" / many.name
    other.parent.mkdir()
    other.write_bytes(many.read_bytes())
    assert loop.stream_of(other) == loop.stream_of(many)
    other.write_bytes(many.read_bytes() + line(1000))
    assert loop.stream_of(other) != loop.stream_of(many)


def test_data_lies_beside_the_tests():
    assert {path.name for path in (Path(__file__).parent / "data").glob("*.json")} == {
        f"{name}.json" for name in FORMS
    }
