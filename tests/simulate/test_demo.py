"""The committed world: its size, its form, and that it comes out the same again."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from groundswell.gather.archive import Row
from groundswell.gather.archives.ndjson import Ndjson
from groundswell.simulate import plan, write_demo
from groundswell.simulate.material import read_posts
from groundswell.simulate.words import MOST, sequences
from groundswell.types import Exposure

DEMO = Path(__file__).parents[2] / "desks" / "demo"
NAMES = r"(?:openai|china|android|apple|linux|docker)"
CHARGES = (
    r"(?:lawsuit|sued|fraud|crimes?|criminal|illegal|illegally|stole|stolen|steals?|stealing|spied|"
    r"spying|spies|spyware|corrupt|bribed?|scam|theft|launder|convicted|guilty|espionage|lied|lies)"
)
ACCUSED = re.compile(
    rf"\b{NAMES}\b(?: \w+){{0,3}} {CHARGES}\b|\b{CHARGES}(?: \w+){{0,3}} {NAMES}\b",
    re.IGNORECASE,
)


def test_sizes(demo: Any) -> None:
    assert 5_800 <= len(demo.records) <= 6_200
    assert demo.summary.records == len(demo.records)
    assert 1_700 <= demo.summary.authors <= 1_900
    assert demo.summary.hand_written >= 1_000
    assert len({row["author_hash"] for row in demo.posts}) == demo.summary.authors
    assert {row["community"] for row in demo.posts} == {p.name for p in plan.PLACES.values()}
    assert {row["outlet"] for row in demo.records if row["kind"] == "article"} == set(
        plan.OUTLETS.values()
    )


def test_every_hand_written_post_stands_there_once(demo: Any) -> None:
    bodies = Counter(
        (row["title"], row["text"]) for row in demo.records if row["kind"] != "article"
    )
    posts = [p for p in read_posts(DEMO / "posts").values() if p.place in plan.PLACES]
    assert [p.key for p in posts if bodies[p.title, p.text] != 1] == []


def test_hand_written_replies_keep_their_parents(demo: Any) -> None:
    posts = read_posts(DEMO / "posts")
    by_body = {(row["title"], row["text"]): row for row in demo.posts}
    for post in posts.values():
        if post.reply_to:
            parent = posts[post.reply_to]
            row, answered = (by_body[p.title, p.text] for p in (post, parent))
            assert row["parent_id"] == answered["native_id"], post.key
            assert 0 < (row["at"] - answered["at"]).total_seconds() <= 6 * 3600, post.key


def test_a_voice_is_one_person_and_other_hands_are_many(demo: Any) -> None:
    author = {(row["title"], row["text"]): row["author_hash"] for row in demo.posts}
    posts = [p for p in read_posts(DEMO / "posts").values() if p.place in plan.PLACES]
    voices = {(p.voice, author[p.title, p.text]) for p in posts if p.voice}
    assert len(voices) == len({voice for voice, _ in voices}) == len({who for _, who in voices})
    others = [author[p.title, p.text] for p in posts if not p.voice]
    assert len(set(others)) >= 0.95 * len(others)


def test_no_six_words_stand_in_more_than_three_records(demo: Any) -> None:
    planted = {"zephyr-trade", "hexham"}
    times = Counter(
        run
        for row in demo.records if not row["names"] & planted
        for run in sequences(row["body"])
    )  # fmt: skip
    assert {run: n for run, n in times.items() if n > MOST} == {}


def test_everything_is_marked_as_invented(demo: Any) -> None:
    assert demo.desk.invented
    assert all(row["invented"] is True for row in demo.rows)
    assert all(row["url"].startswith("https://") for row in demo.records)
    assert all(row["url"].split("/")[2].endswith(".example") for row in demo.records)


def test_no_real_name_is_accused(demo: Any) -> None:
    assert [row["body"] for row in demo.records if ACCUSED.search(row["body"])] == []


def test_rows_are_what_the_archive_reads(demo: Any) -> None:
    archive = Ndjson()
    parsed = [archive.parse(Row(n, row)) for n, row in enumerate(_plain(demo), 1)]
    records = [thing for thing in parsed if not isinstance(thing, Exposure)]
    assert len({r.id for r in records}) == len(records)
    known = {r.id: r for r in records}
    assert all(r.precision == ("minute" if r.kind == "article" else "second") for r in records)
    assert all(a.published <= b.published for a, b in pairwise(records))
    for record in records:
        if record.parent:
            assert known[record.parent].published < record.published
            assert known[record.parent].root == record.root
        else:
            assert record.root == record.id
    assert not any(r.author for r in records if r.kind == "article")
    assert all(r.author for r in records if r.kind != "article")
    assert {demo.desk.outlet(r.outlet).name for r in records if r.outlet} == set(
        plan.OUTLETS.values()
    )


def test_exposure_says_what_the_collector_saw(demo: Any) -> None:
    rows = [row for row in demo.rows if "exposure" in row]
    assert {row["community"] for row in rows} == {
        *(place.name for place in plan.PLACES.values()), "news",
    }  # fmt: skip
    low = [row for row in rows if row["exposure"] < 1000]
    assert [(row["community"], row["exposure"]) for row in low] == [("lantern.example", 350)]
    assert low[0]["reason"]
    assert low[0]["to"] == "2026-03-30T00:00:00Z"


def test_the_committed_world_comes_out_again(demo: Any) -> None:
    for name in ("truth.toml", "desk.toml", "entities.toml"):
        assert (demo.folder / name).read_bytes() == (DEMO / name).read_bytes(), name
    packed = [(folder / "records.ndjson.gz").read_bytes() for folder in (demo.folder, DEMO)]
    assert gzip.decompress(packed[0]) == gzip.decompress(packed[1])


def test_twice_the_same(demo: Any, tmp_path: Path) -> None:
    write_demo(DEMO / "posts", tmp_path)
    again = (tmp_path / "records.ndjson.gz").read_bytes()
    assert again == (demo.folder / "records.ndjson.gz").read_bytes()


def _plain(demo: Any) -> list[dict[str, Any]]:
    lines = gzip.decompress((demo.folder / "records.ndjson.gz").read_bytes()).splitlines()
    return [json.loads(line) for line in lines]
