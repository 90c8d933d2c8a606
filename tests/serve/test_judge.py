"""Judging in a browser: plain forms, this machine only, nothing shown that would lead a rater."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from groundswell.label.audit import Taken, save_draw
from groundswell.label.sitting import Option, Sheet, Sitting
from groundswell.serve.pages.judge import judge_app
from groundswell.store import Store, open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

TOKEN = "not-to-be-guessed"
SCRIPT = "<script>alert(1)</script>"
TONE = Sheet(question="Which tone?", options=(Option("cold", "cold"), Option("warm", "warm")))
BEATS = Sheet(question="Which beats?", several=True,
              options=(Option("a", "Agents"), Option("b", "Commons")))  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
        add_page(opened, "s", [
            Record(id=RecordId(f"forum:{n}"), source="forum", kind="post", community="lathes",
                   published=when, available=when, title=f"{SCRIPT} {n}", text=f"Words {n}.")
            for n in range(3)], "1")  # fmt: skip
        with opened.write() as writer:
            rows = writer.rows("fingerprint_records")
            save_draw(writer, "d", {"purpose": "audit", "layer": "tone", "community": "lathes",
                                    "seed": 1}, [
                Taken(record_id=row["id"], version=row["seq_from"], stratum="warm", taken=3, held=3)
                for row in rows])  # fmt: skip
        yield opened


@pytest.fixture
def client(store: Store) -> Callable[..., Any]:
    def made(sheet: Sheet = TONE, **options: Any) -> tuple[TestClient, Sitting]:
        sitting = Sitting(store, "d", sheet, rater="ann")
        app = judge_app(sitting, title="tone in lathes", token=TOKEN)
        options.setdefault("base_url", "http://127.0.0.1:8420")
        return TestClient(app, follow_redirects=True, **options), sitting

    return made


def test_answers_are_kept_and_the_next_record_is_shown(client: Any, store: Store) -> None:
    browser, sitting = client()
    page = browser.get(f"/{TOKEN}")
    assert page.status_code == 200
    assert "0 of 3" in page.text
    assert "Words 0." in page.text
    after = browser.post(f"/{TOKEN}", data={"record": "forum:0", "value": "warm"})
    assert "1 of 3" in after.text
    assert "Words 1." in after.text
    after = browser.post(f"/{TOKEN}", data={"record": "forum:1", "act": "skip"})
    after = browser.post(f"/{TOKEN}", data={"record": "forum:2", "value": "cold"})
    assert "All 3 are judged" in after.text
    said = store.rows("judge_by", draw="d", rater=sitting.rater)
    assert [row["value"] for row in said] == ["warm", "", "cold"]
    assert "2 of 3" in browser.post(f"/{TOKEN}", data={"act": "undo"}).text


def test_a_form_sent_twice_is_one_answer(client: Any) -> None:
    browser, sitting = client()
    for value in ("warm", "cold"):
        browser.post(f"/{TOKEN}", data={"record": "forum:0", "value": value})
    assert sitting.done == 1


def test_several_or_none(client: Any, store: Store) -> None:
    browser, sitting = client(BEATS)
    assert 'type="checkbox"' in browser.get(f"/{TOKEN}").text
    browser.post(f"/{TOKEN}", data={"record": "forum:0", "act": "answer", "value": ["b", "a"]})
    browser.post(f"/{TOKEN}", data={"record": "forum:1", "act": "answer"})
    said = store.rows("judge_by", draw="d", rater=sitting.rater)
    assert [row["value"] for row in said] == ["a b", "none"]


def test_what_others_wrote_is_escaped_and_no_label_is_shown(client: Any) -> None:
    text = client()[0].get(f"/{TOKEN}").text
    assert SCRIPT not in text
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert text.count("warm") == 2  # the button and its words: no label of the reader's


@pytest.mark.parametrize("data", [
    {"record": "forum:0", "value": "hot"}, {"record": "forum:9", "value": "warm"},
    {"record": "forum:0"}, {},
])  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(client: Any, data: dict[str, str]) -> None:
    browser, sitting = client()
    found = browser.post(f"/{TOKEN}", data=data)
    assert found.status_code == 400
    assert 'role="alert"' in found.text
    assert sitting.done == 0


def test_nobody_without_the_address_gets_in(client: Any) -> None:
    browser, sitting = client()
    for path in ("/", "/guess", f"/{TOKEN}x"):
        assert browser.get(path).status_code == 404
        sent = browser.post(path, data={"record": "forum:0", "value": "warm"})
        assert sent.status_code in (404, 405)
    assert sitting.done == 0


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_forms_from_other_pages_are_refused(client: Any, site: str) -> None:
    browser, sitting = client()
    sent = browser.post(f"/{TOKEN}", data={"record": "forum:0", "value": "warm"},
                        headers={"sec-fetch-site": site})  # fmt: skip
    assert (sent.status_code, sitting.done) == (403, 0)


@pytest.mark.parametrize("host", ["evil.example:8420", "192.168.1.7:8420", "0.0.0.0:8420"])
def test_it_answers_to_names_of_this_machine_only(client: Any, host: str) -> None:
    browser, _ = client(base_url=f"http://{host}")
    assert browser.get(f"/{TOKEN}").status_code == 403
    assert client(base_url="http://localhost:8420")[0].get(f"/{TOKEN}").status_code == 200


def test_headers_allow_nothing_from_elsewhere(client: Any) -> None:
    found = client()[0].get(f"/{TOKEN}")
    assert "form-action 'self'" in found.headers["content-security-policy"]
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cache-control"] == "no-store"


def test_it_is_no_page_of_the_public_server() -> None:
    from groundswell.registry import plugins

    assert not [p for p in plugins("groundswell.pages").values() if "judge" in p.value]


def test_an_address_beyond_this_machine_is_refused(tmp_path: Path) -> None:
    from groundswell.cli.judge import _serve
    from groundswell.errors import UsageError

    with pytest.raises(UsageError, match="this machine only"):
        _serve(None, "t", "0.0.0.0:0")  # type: ignore[arg-type]  # refused before it is used
