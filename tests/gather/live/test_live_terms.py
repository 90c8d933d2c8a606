"""What terms take away: withdrawn records, texts past their time, figures nobody allowed."""

from __future__ import annotations

import json

import pytest

from groundswell.gather.live import gather_source
from groundswell.measure import measure
from groundswell.store import terms
from groundswell.store.erase import journal_file
from groundswell.store.records import mark_dirty
from groundswell.types.moment import day_of

SECRET = "unmistakable marmalade spread over every page of the harbour ledger"


@pytest.fixture
def gather(store, desk, spec, pond, clock):
    def once(kind="deep", **options):
        errand = options.pop("errand", "live")
        table = spec("deep", kind, **{"backfill_days": 0, **options})
        return gather_source(store, desk(table), table, pond, clock.now(), errand=errand)

    return once


def label(store):
    """Every record that may be labelled gets a label, as `label` would give it."""
    rows = store.rows("unlabelled", recipe="r", after=0, limit=99)
    with store.write() as writer:
        seq = writer.entry("annotations", "r")
        for row in rows:
            for layer, value in (("language", "en"), ("entities", "tide-clock")):
                writer.do("insert_annotation", id=row["id"], layer=layer, n=0, value=value,
                          score=None, start=0, stop=4, maker=f"{layer}@1", seq=seq)  # fmt: skip
            writer.do("set_labelled", id=row["id"], version=row["seq_from"], recipe="r")
            mark_dirty(writer, row["day"], row["community"])
    measure(store)
    return len(rows)


def voices(store):
    return [(row["subject"], row["records"]) for row in store.rows("fingerprint_voices")]


def texts(store):
    return [row["text"] for row in store.rows("fingerprint_records") if row["text"]]


def on_disk(store, word=b"armalade"):
    return [path.name for path in store.path.parent.iterdir() if word in path.read_bytes()]


def test_a_withdrawn_record_is_erased_everywhere_and_not_gathered_again(gather, pond, store):
    pond.post(SECRET)
    pond.post("stays")
    gather("pond")
    pond.change(1, text=f"{SECRET}, edited")
    gather("pond")
    label(store)
    assert on_disk(store)
    pond.change(1, state="removed", text="")
    gather("pond")
    assert terms.erase_withdrawn(store) == 1
    assert terms.erase_withdrawn(store) == 0
    assert terms.tidy(store)
    assert on_disk(store) == []
    assert journal_file(store.path).read_text("ascii").count("\n") == 1
    assert {row["state"] for row in store.rows("fingerprint_records")} == {"public", "forgotten"}
    measure(store)
    assert ("entity/tide-clock", 1) in voices(store)
    pond.changes = []
    pond.change(1, state="public", text=SECRET)
    assert gather("pond").known == 1
    assert texts(store) == ["stays"]


def test_a_backup_of_before_does_not_bring_it_back(gather, pond, store, opened, tmp_path):
    pond.post(SECRET)
    gather("pond")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = store.path.read_bytes()
    pond.change(1, state="deleted", text="")
    gather("pond")
    terms.erase_withdrawn(store)
    store.close()
    store.path.write_bytes(backup)
    assert texts(opened()) == []


def test_a_reader_that_holds_the_old_bytes_means_tidying_again(gather, pond, store, opened):
    pond.post(SECRET)
    gather("pond")
    store.connection.execute("PRAGMA busy_timeout = 20")
    reader = opened(readonly=True)
    with reader.reading():
        reader.seq()
        pond.change(1, state="deleted", text="")
        gather("pond")
        terms.erase_withdrawn(store)
        assert not terms.tidy(store)
    assert terms.tidy(store)
    assert on_disk(store) == []


def test_texts_leave_when_their_time_is_up_and_labels_stay(gather, pond, store, clock):
    pond.post(SECRET)
    gather(permission="The operator of the pond allowed it by mail on 1 March 2026.")
    assert label(store) == 1
    counted = voices(store)
    clock.go(hours=47)
    assert terms.expire_texts(store) == 0
    clock.go(hours=1)
    assert terms.expire_texts(store) == 1
    assert texts(store) == []
    terms.tidy(store)
    assert on_disk(store) == []
    measure(store)
    assert voices(store) == counted
    assert label(store) == 0  # words that are gone are not read again
    assert store.rows("search_records", words="marmalade", limit=1, offset=0) == []
    (row,) = store.rows("fingerprint_records")
    assert (row["state"], row["size"]) == ("public", len(SECRET))


def test_what_is_seen_again_is_kept_longer(gather, pond, store, clock):
    pond.post(SECRET)
    gather()
    clock.go(hours=30)
    pond.change(1)
    assert gather().known == 1
    clock.go(hours=30)
    assert terms.expire_texts(store) == 0
    clock.go(hours=18)
    assert terms.expire_texts(store) == 1
    assert gather().known == 1  # it does not come back as an edit
    assert texts(store) == []


def test_quotations_of_an_expired_text_leave_too(gather, pond, store, clock):
    pond.post(SECRET)
    gather()
    with store.write() as writer:
        body = {"sections": [], "text": f"Somebody wrote “{SECRET}”."}
        writer.do("signals_add", id="s1", night=1, snapshot="x", kind="volume", subject="*",
                  community="*", outcome="found", p=0.1, q=None, body=json.dumps(body))  # fmt: skip
    clock.go(hours=48)
    terms.expire_texts(store)
    assert json.loads(store.rows("signal_bodies")[0]["body"])["text"] == "[withdrawn]"


def test_figures_are_not_made_of_what_forbids_it(gather, pond, store):
    pond.post("about the tide clock")
    gather()
    assert label(store) == 0
    assert voices(store) == []
    assert store.one("count_unlabelled_any", after=0)["records"] == 0
    assert store.rows("unlinked", layer="duplicates", after=0, limit=9) == []


def test_a_recorded_permission_lets_it_count_until_it_is_taken_back(gather, pond, store):
    pond.post("about the tide clock")
    gather(permission="The operator of the pond allowed it by mail on 1 March 2026.")
    assert label(store) == 1
    assert ("entity/tide-clock", 1) in voices(store)
    assert terms.unlabel_withheld(store) == 0
    gather()  # the sentence was taken out of sources.toml
    assert terms.unlabel_withheld(store) == 1
    measure(store)
    assert voices(store) == []
    assert label(store) == 0


def test_a_source_without_terms_against_it_counts(gather, pond, store):
    pond.post("about the tide clock")
    gather("pond")
    assert label(store) == 1
    assert ("entity/tide-clock", 1) in voices(store)


def test_the_disk_budget_takes_the_words_of_a_day_and_nothing_else(gather, pond, store, clock):
    pond.post(SECRET)
    cited = pond.post("evidence of a story")
    gather("pond")
    label(store)
    counted = voices(store)
    with store.write() as writer:
        writer.do("stories_add_cite", slug="s", version=1, n=1, claim="c", record_id=cited)
    day = day_of(clock())
    assert store.one("oldest_text", before=day) is None
    assert store.one("oldest_text", before=day + 1) == {"day": day}
    before = terms.size(store)
    assert terms.trim_day(store, day) == 1
    assert texts(store) == ["evidence of a story"]
    assert store.one("oldest_text", before=day + 1) is None
    measure(store)
    assert voices(store) == counted
    assert label(store) == 0
    assert store.one("trims") == {"days": 1, "last": day, "records": 1}
    assert "trim" in {row["kind"] for row in store.rows("fingerprint_log")}
    assert 0 < terms.size(store) <= before + 3 * 4096
    assert terms.shrink(store)
