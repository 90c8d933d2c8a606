"""Headers, errors, search that nothing can break, and one consistent view for each answer."""

from __future__ import annotations

import pytest

from groundswell.store.erase import forget
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId
from groundswell.types.moment import midnight, moment

STORY = "/stories/tool-two-names-1f2e"


@pytest.mark.parametrize("path", ["/", STORY, "/index.json", f"{STORY}.txt"])
def test_answers_not_modified(served, path):
    first = served.client.get(path)
    assert len(first.headers["X-Snapshot"]) == 12
    again = served.client.get(path, headers={"If-None-Match": f'"x", {first.headers["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert served.client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/index.json", "/nope", "/static/site.css", "/healthz"])
def test_lets_nothing_in_from_elsewhere(served, path):
    headers = served.client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_answers_head(served):
    answer = served.client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(("path", "near"), [
    ("/entities/gantri", "/entities/gantry"), ("/beats/agent", "/beats/agents"),
    ("/communities/lantren", "/communities/lantern"), ("/stories/tool-two-name-1f2e", STORY),
    (f"{STORY}?version=9", STORY), ("/signals/ffff", "/signals"), (f"{STORY}x.txt", "/stories"),
])  # fmt: skip
def test_missing_pages_suggest_others(served, path, near):
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert f'href="{near}"' in answer.text
    assert "Invented data." in answer.text


def test_missing_data_is_a_problem_document(served):
    answer = served.client.get("/entities/gantri.json")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["near"] == [{"title": "Gantry", "path": "/entities/gantry"}]


@pytest.mark.parametrize("path", ["/nope", "/records/none:1", "/stories/none", "/beats/x/y",
                                  "/static/none.css", "/docs"])  # fmt: skip
def test_unknown_addresses_are_404(served, path):
    assert served.client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/stories?page=many", f"{STORY}?version=one"])
def test_impossible_parameters_are_400(served, path):
    answer = served.client.get(path)
    assert answer.status_code == 400
    assert "impossible" in answer.text


@pytest.mark.parametrize("path", [
    "/stories?page=-3", "/stories?page=9999999999999999999999", "/signals?page=0",
    "/search?q=inbox&page=99999999999", "/records?page=-1", "/signals?kind='--&outcome=%00",
    "/records?start=99999999&stop=1", "/records?subject=entity/", "/records?community=%27%3B",
    "/records?start=99999999999999999999999",
])  # fmt: skip
def test_odd_parameters_are_answered(served, path):
    assert served.client.get(path).status_code in (200, 400)


@pytest.mark.parametrize("q", [
    '"', '""', "*", "a*", "AND", "OR OR", "NEAR(a b)", "title:inbox", "{title}", "-inbox", "^x",
    "(", ")", "'; DROP TABLE records; --", "\x00", "inbox\x00", "%", "_", "a:b:c", "ü" * 500,
    "x " * 400, "🦊", '"open source', "+++", "\\", "inbox AND", "NOT inbox", "\ud7ff",
])  # fmt: skip
def test_search_survives_anything(served, q):
    for path in ("/search", "/search.json"):
        assert served.client.get(path, params={"q": q}).status_code == 200


def test_search_finds_words_and_phrases(served):
    def total(q):
        return served.client.get("/search.json", params={"q": q}).json()["total"]

    assert total("inbox coffee") > 0
    assert total("INBOX  cöffee") == total("inbox coffee")
    assert total('"week of my inbox"') > 0
    assert total('"inbox my of week"') == 0
    assert total("inbox zzzz") == 0


def test_search_pages_hold_every_record_once(served):
    first = served.client.get("/search.json?q=inbox").json()
    ids = [
        record["id"] for n in range(1, first["pages"] + 1)
        for record in served.client.get(f"/search.json?q=inbox&page={n}").json()["records"]
    ]  # fmt: skip
    assert len(ids) == len(set(ids)) == first["total"]


def test_filters_narrow(served):
    data = served.client.get("/signals.json?outcome=found").json()
    assert {signal["outcome"] for signal in data["signals"]} == {"found"}
    assert data["matching"] == 2
    assert data["total"] == 7


def test_health_answers_without_a_store(made, tmp_path):
    lost = made.client(tmp_path / "none.db")
    assert lost.get("/healthz").status_code == 503
    answer = lost.get("/")
    assert answer.status_code == 503
    assert "no state file" in answer.text


def test_a_broken_page_is_told_in_our_style(made, tmp_path):
    path = tmp_path / "broken.db"
    with made.fill(path) as store:
        store.connection.execute("UPDATE editions SET body = '[]'")
    answer = made.client(path, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500
    assert "Out of order" in answer.text
    assert "Traceback" not in answer.text
    assert "Content-Security-Policy" in answer.headers


PAGES = ("/", "/beats", "/beats/agents", "/entities/gantry", "/communities/attic", "/records",
         STORY, "/records/reddit:64-0", "/signals", "/search?q=inbox", "/communities")  # fmt: skip


def test_newer_records_do_not_move_a_page(made, tmp_path):
    path = tmp_path / "moving.db"
    with made.fill(path) as store:
        web = made.client(path)
        before = {page: web.get(page).text for page in PAGES}
        late = moment(midnight(made.NIGHT - 3))
        add_page(store, "reddit", [
            Record(id=RecordId(f"reddit:late-{n}"), source="reddit", kind="comment",
                   community="r/AtticModels", published=late, available=late, author=f"new{n}",
                   text="inbox Stevedore, came in late", root=RecordId("reddit:64-0"),
                   url="https://gantry.example/demo")
            for n in range(5)
        ], "later")  # fmt: skip
        assert {page: web.get(page).text for page in PAGES} == before
        assert web.get("/records/reddit:late-1").status_code == 404


def test_what_is_forgotten_is_gone_at_once(made, tmp_path):
    path = tmp_path / "erased.db"
    with made.fill(path) as store:
        web = made.client(path)
        assert "inbox" in web.get("/records/reddit:64-0").text
        forget(store, ["reddit:64-0"])
        assert web.get("/records/reddit:64-0").status_code == 404
        assert "reddit:64-0" not in web.get(STORY).text
        assert "withdrawn" in web.get(STORY).text


def test_what_is_deleted_elsewhere_is_not_shown(made, tmp_path):
    path = tmp_path / "deleted.db"
    with made.fill(path) as store:
        web = made.client(path)
        when = moment(midnight(made.START + 64)).replace(hour=9)
        gone = Record(id=RecordId("reddit:64-0"), source="reddit", kind="post", text="",
                      community="r/AtticModels", published=when, state="deleted")  # fmt: skip
        add_page(store, "reddit", [gone], "later")
        answer = web.get("/records/reddit:64-0")
        assert answer.status_code == 200
        assert "This record was withdrawn" in answer.text
        assert "made coffee" not in answer.text
        assert "reddit:64-0" not in web.get("/records.json?subject=entity/gantry").text
