from __future__ import annotations

import json
import shutil
from dataclasses import asdict

import pytest

from groundswell.errors import StoreError
from groundswell.mask import digest
from groundswell.store import open_store
from groundswell.store.erase import WITHDRAWN, forget, journal_file
from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Snapshot

OPEN = 2**63 - 1
SECRET = "zyxwv qponm wrote this sentence about marmalade engines, and only once"
TITLE = "Marmalade engines, an unrepeatable title by zyxwv"
QUOTE = "only about marmalade"
ID = "forum:zyxwv-4711"
URL = "https://www.forum.example/threads/marmalade-4711"
INNOCENT = "Over the last seven days 14 people wrote about engines in 3 communities."


def husk(store, record_id=ID):
    return f"forum:husk-{digest(store.key, record_id)}"


def secret(record, **changes):
    values = {"title": TITLE, "text": f"{SECRET}, {QUOTE}.", "url": URL, "author": "feedc0ffee",
              **changes}  # fmt: skip
    return record("zyxwv-4711", **values)


def say(store, sql, *values):
    store.connection.execute(sql, values)


def tell(store, sentence, *, record_id=ID, quote=QUOTE):
    """A story, its claim, an edition, a signal and a chart, as the stages would store them."""
    claim = {"kind": "quote", "query": {"op": "verbatim"}, "names": ["Marmalade"],
             "values": {"record": record_id, "text": quote}, "evidence": [record_id]}  # fmt: skip
    story = {"headline": {"text": sentence}, "claims": [claim], "citations": [record_id],
             "sections": [{"sentences": [{"text": INNOCENT}, {"text": sentence}]}]}  # fmt: skip
    say(store, "INSERT INTO claims VALUES ('c1', 'quote', 's', ?)", json.dumps(claim))
    say(store, "INSERT INTO stories VALUES ('slug', 1, 5, 'entity/x', 'b', 's', ?, ?)",
        sentence, json.dumps(story))  # fmt: skip
    say(store, "INSERT INTO editions VALUES (5, 's', ?)",
        json.dumps({"teaser": sentence, "steady": INNOCENT, "by": {record_id: 1}}))  # fmt: skip
    say(store, "INSERT INTO signals VALUES ('g1', 5, 's', 'tone', '*', '*', 'found', .1, NULL, ?)",
        json.dumps({"detail": {"record": record_id}}))  # fmt: skip
    say(store, "INSERT INTO charts VALUES ('h1', ?, '{}', '<svg/>')", sentence)
    say(store, "INSERT INTO charts VALUES ('h2', ?, '{}', '<svg/>')", INNOCENT)
    say(store, "INSERT INTO cites VALUES ('slug', 1, 1, 'c1', ?)", record_id)


def read_about(store, record_id=ID):
    """Labels, a reading, links and rollups, as label and measure would store them."""
    row = store.one("current_record", id=record_id, open=OPEN)
    with store.write() as writer:
        for n, (layer, value) in enumerate([("phrases", "marmalade engines"),
                                            ("entities", "gantry")]):  # fmt: skip
            writer.do("insert_annotation", id=record_id, layer=layer, n=n, value=value, score=900,
                      start=0, stop=9, maker="m@1+00000000", seq=1)  # fmt: skip
        writer.do("save_reading", content=row["content"], reader="r", vector=b"zyxwv-vector",
                  outputs="{}")  # fmt: skip
        writer.do("insert_link", id=record_id, layer="duplicates", grp=record_id, score=1000,
                  lead=1, maker="d@1", seq=1)  # fmt: skip
        writer.do("set_labelled", id=record_id, version=1, recipe="x")
    say(store, "INSERT INTO voices VALUES (?,?,'*','person',?,?,?,1,?,1,1,0,0,0,0,0)", row["day"],
        row["community"], row["author"], record_id, row["root"], row["seen"])  # fmt: skip
    say(store, "INSERT INTO pairs VALUES (?,?,'a','b','person',?,?,1)", row["day"],
        row["community"], row["author"], row["seen"])  # fmt: skip


def on_disk(folder, *needles):
    """Which needles stand in any file of the store, the key and journal included."""
    found = set()
    for path in folder.iterdir():
        data = path.read_bytes()
        found |= {(path.name, needle) for needle in needles if needle.encode() in data}
    return found


def test_nothing_of_it_is_left_on_disk(opened, record, tmp_path):
    store = opened()
    others = [record(n, text=f"Other words {n} " * 40) for n in range(300)]
    add_page(store, "s", [*others[:150], secret(record), *others[150:]], "1")
    add_page(store, "s", [secret(record, text=f"{SECRET}. Edited, {QUOTE}.")], "2")
    read_about(store)
    tell(store, f"“{QUOTE}”, one of them wrote; {SECRET.upper()}")
    assert forget(store, [ID]) == 1
    left = on_disk(tmp_path, ID, URL, "marmalade", "Marmalade engines", "zyxwv", "qponm",
                   "feedc0ffee", "zyxwv-vector", "MARMALADE")  # fmt: skip
    assert {needle for _, needle in left} <= {"MARMALADE"}  # other words, made by this test
    store.close()
    assert on_disk(tmp_path, ID, "marmalade", "zyxwv", "feedc0ffee") == set()


def test_it_is_not_found_and_the_others_are(store, record):
    add_page(store, "s", [secret(record), record(2, text="marmalade is for breakfast")], "1")
    forget(store, [ID])
    found = store.rows("search_records", words="marmalade", limit=9, offset=0)
    assert [row["id"] for row in found] == ["forum:2"]
    assert store.rows("search_records", words="zyxwv OR qponm", limit=9, offset=0) == []


def test_the_husk_keeps_day_community_and_slugs(store, record):
    add_page(store, "s", [secret(record), record(2, parent=ID)], "1")
    read_about(store)
    before = store.one("current_record", id=ID, open=OPEN)
    forget(store, [ID])
    row = store.rows("versions_of", id=husk(store))[0]
    full = next(r for r in store.rows("fingerprint_records") if r["id"] == husk(store))
    kept = ("day", "community", "digest", "seen", "seq_from", "size", "unit")
    assert {key: full[key] for key in kept} == {key: before[key] for key in kept}
    assert (row["title"], row["text"], row["url"], row["author"], row["content"]) == ("",) * 5
    assert (row["state"], row["root"]) == ("forgotten", husk(store))
    assert full["published"] == full["day"] * 86_400_000_000
    labels = store.rows("current_annotations", id=husk(store))
    assert [(a["layer"], a["value"], a["start"]) for a in labels] == [("entities", "gantry", None)]
    answer = store.one("current_record", id="forum:2", open=OPEN)
    assert (answer["parent"], answer["root"]) == (husk(store), husk(store))


def test_a_snapshot_still_counts_the_husk_and_cannot_read_it(store, record):
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID])
    at = asdict(Snapshot(seq=1, as_of=10**17, makers=(), desk=""))
    rows = store.rows("evidence_rows", start=0, stop=10**6, seq=at["seq"], as_of=at["as_of"])
    assert [(row["id"], row["state"]) for row in rows] == [(husk(store), "forgotten")]


def test_hard_leaves_no_husk(store, record):
    add_page(store, "s", [secret(record)], "1")
    read_about(store)
    assert forget(store, [ID], hard=True) == 1
    assert store.rows("fingerprint_records") == []
    assert store.rows("fingerprint_annotations") == []
    assert store.rows("fingerprint_links") == []
    assert store.rows("fingerprint_labelled") == []


def test_a_husk_can_still_be_erased_for_good(store, record):
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID])
    assert forget(store, [ID]) == 0
    assert forget(store, [ID], hard=True) == 1
    assert store.rows("fingerprint_records") == []


def test_it_does_not_come_back_with_the_next_import(store, record):
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID, "forum:never-seen"])
    tally = add_page(store, "s", [secret(record), record("never-seen")], "2")
    assert (tally.added, tally.known) == (0, 2)
    assert [row["id"] for row in store.rows("fingerprint_records")] == [husk(store)]


@pytest.mark.parametrize("hard", [False, True])
def test_the_journal_is_replayed_on_an_older_copy(opened, record, tmp_path, hard):
    store = opened()
    add_page(store, "s", [secret(record), record(2)], "1")
    tell(store, f"“{QUOTE}”, one of them wrote.")
    store.close()
    shutil.copy(tmp_path / "desk.db", tmp_path / "backup")
    store = opened()
    forget(store, [ID], hard=hard)
    once = fingerprint(store)
    store.close()
    shutil.copy(tmp_path / "backup", tmp_path / "desk.db")
    (tmp_path / "backup").unlink()
    store = opened()
    assert fingerprint(store) == once
    assert on_disk(tmp_path, ID, "marmalade") == set()


def test_a_soft_erasure_made_hard_is_replayed_hard(opened, record, tmp_path):
    store = opened()
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID])
    store.close()
    shutil.copy(tmp_path / "desk.db", tmp_path / "backup")
    store = opened()
    forget(store, [ID], hard=True)
    store.close()
    shutil.copy(tmp_path / "backup", tmp_path / "desk.db")
    assert opened().rows("fingerprint_records") == []


def test_the_journal_holds_digests_only_and_survives_a_torn_line(opened, record):
    store = opened()
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID])
    file = journal_file(store.path)
    assert file.read_text() == f"{digest(store.key, ID)} 0\n"
    with file.open("a") as out:
        out.write("0123456789abcdef")
    store.close()
    opened()


def test_stories_lose_the_quote_and_keep_the_rest(store, record):
    add_page(store, "s", [secret(record)], "1")
    tell(store, f"“{QUOTE},” one of them wrote.")
    forget(store, [ID])
    story = store.rows("story_bodies")[0]
    body = json.loads(story["body"])
    assert (story["title"], body["headline"]["text"]) == (WITHDRAWN, WITHDRAWN)
    assert [s["text"] for s in body["sections"][0]["sentences"]] == [INNOCENT, WITHDRAWN]
    assert body["citations"] == [husk(store)]
    claim = json.loads(store.rows("claim_bodies")[0]["body"])
    assert claim["values"] == {"record": husk(store), "text": WITHDRAWN}
    assert (claim["kind"], claim["names"]) == ("quote", ["Marmalade"])
    edition = json.loads(store.rows("edition_bodies")[0]["body"])
    assert edition == {"teaser": WITHDRAWN, "steady": INNOCENT, "by": {husk(store): 1}}
    assert json.loads(store.rows("signal_bodies")[0]["body"])["detail"]["record"] == husk(store)
    assert [row["id"] for row in store.rows("chart_bodies")] == ["h2"]
    assert store.rows("fingerprint_cites")[0]["record_id"] == husk(store)


def test_words_behind_json_escapes_are_found(store, record):
    words = 'a "b" c "d" e "f" g "h" i "j" k "l" m "n" o "p" q "r" s "t" u "v" w "x" y "z"'
    add_page(store, "s", [secret(record, text=words)], "1")
    tell(store, f"They wrote {words} and left.", quote=words)
    forget(store, [ID])
    for row in [*store.rows("story_bodies"), *store.rows("claim_bodies")]:
        assert '"x\\" y' not in row["body"]
        assert WITHDRAWN in row["body"]


@pytest.mark.parametrize("words", ["person", "Marmalade", "over the last seven days", "quote", "."])
def test_common_words_of_an_erased_record_harm_no_other_story(store, record, words):
    add_page(store, "s", [secret(record, title="", text=words, url="https://x.example/a"),
                          record(2, url="https://x.example/a")], "1")  # fmt: skip
    sentence = "Over the last seven days a person shared https://x.example/a: “Quite a quote”."
    tell(store, sentence, record_id="forum:2", quote="Quite a quote")
    before = fingerprint(store)
    forget(store, [ID])
    after = fingerprint(store)
    for table in ("stories", "claims", "editions", "charts", "signals"):
        assert after[table] == before[table], table


def test_an_id_that_begins_another_is_not_taken_for_it(store, record):
    add_page(store, "s", [record(1), record(12)], "1")
    tell(store, "See forum:12 and forum:1-2.", record_id="forum:12")
    before = store.rows("story_bodies")
    forget(store, ["forum:1"])
    assert store.rows("story_bodies") == before


def test_rollups_forget_the_voice_until_they_are_recounted(store, record):
    add_page(store, "s", [secret(record), record(2, parent=ID, author="feedc0ffee")], "1")
    read_about(store)
    forget(store, [ID])
    assert store.rows("fingerprint_voices") == []
    assert store.rows("fingerprint_pairs") == []
    assert store.rows("measure_dirty", batch=1)


def test_readings_of_the_same_words_elsewhere_stay(store, record):
    add_page(store, "s", [secret(record), record(2, title=TITLE, text=f"{SECRET}, {QUOTE}.")], "1")
    read_about(store)
    forget(store, [ID])
    assert len(store.rows("fingerprint_readings")) == 1
    forget(store, ["forum:2"])
    assert store.rows("fingerprint_readings") == []


def test_a_reader_that_holds_the_old_bytes_is_told_of(opened, record, tmp_path):
    store, reader = opened(), opened()
    store.connection.execute("PRAGMA busy_timeout = 50")
    add_page(store, "s", [secret(record)], "1")
    with reader.reading():
        reader.seq()
        with pytest.raises(StoreError, match="run the same again"):
            forget(store, [ID])
    forget(store, [ID])
    assert on_disk(tmp_path, "marmalade") == set()


def test_many_at_once(store, record):
    add_page(store, "s", [record(n, text=f"unmistakable marmalade {n} " * 9) for n in range(450)],
             "1")  # fmt: skip
    tell(store, "Fine.", record_id="forum:7", quote="marmalade 7 unmistakable")
    assert forget(store, [f"forum:{n}" for n in range(450)]) == 450
    assert store.rows("search_records", words="marmalade", limit=1, offset=0) == []
    assert "marmalade" not in store.rows("claim_bodies")[0]["body"]


def test_forgetting_nothing(store):
    assert forget(store, []) == 0
    assert not journal_file(store.path).exists()


def test_a_reopened_store_erases_nothing_twice(opened, record):
    store = opened()
    add_page(store, "s", [secret(record)], "1")
    forget(store, [ID])
    seq = store.seq()
    store.close()
    with open_store(store.path, clock=int, key=store.key) as again:
        assert again.seq() == seq
