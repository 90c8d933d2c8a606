"""Every page in both forms: whole, escaped, the same twice, and without anybody's name."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from typing import get_type_hints

import pytest
from jinja2 import nodes

from groundswell.serve.render import Templates
from groundswell.store import open_store

STORY = "/stories/tool-two-names-1f2e"
ARTICLE = "/records/rss:https:%2F%2Fledger.example%2Fa%3Fb=1%23c"
PATHS = (
    "/", "/beats", "/beats/agents", "/beats/schools", "/stories", STORY, f"{STORY}?version=1",
    "/entities/gantry", "/entities/china", "/records", "/records?subject=entity/gantry",
    "/records?community=r/AtticModels&page=2", "/records?link=https://gantry.example/demo",
    "/records/reddit:64-0", "/records/reddit:evil", ARTICLE, "/signals",
    "/signals?kind=volume&outcome=found", "/signals/0000000000000000", "/signals/0000000000000005",
    "/search", "/search?q=inbox", "/communities", "/communities/attic", "/communities/ward",
    "/communities/r%2FUnlisted", "/communities/outlets", "/health", "/methods",
)  # fmt: skip


def twin(path):
    bare, _, query = path.partition("?")
    return ("/index" if bare == "/" else bare) + ".json" + (f"?{query}" if query else "")


class Outline(HTMLParser):
    """Which tags are open, and the landmarks and headings seen."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "rect", "line", "path"})

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PATHS)
def test_is_whole_html(served, path):
    answer = served.client.get(path)
    assert answer.status_code == 200
    outline = Outline()
    outline.feed(answer.text)
    assert outline.open == []
    for landmark in ("header", "nav", "main", "footer", "title"):
        assert outline.seen.count(landmark) >= 1
    assert outline.seen.count("h1") == 1
    assert "script" not in outline.seen
    assert not [a for a in outline.attributes if a[1] == "style" or a[1].startswith("on")]
    ids = [value for _, name, value in outline.attributes if name == "id"]
    assert len(ids) == len(set(ids)), "an id stands twice"


@pytest.mark.parametrize("path", PATHS)
def test_is_data_too(served, path):
    answer = served.client.get(twin(path))
    assert answer.status_code == 200
    data = answer.json()
    live = path == "/health"  # tells of the present
    assert answer.headers["X-Snapshot"] == ("live" if live else data["snapshot"]["id"])
    assert data["desk"] == {"name": "demo", "title": "A small internet", "invented": True,
                            "topic": "Tools and the people who use them."}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_equals_its_quiet_re_render(served, path):
    first, second = served.client.get(path), served.client.get(path)
    assert first.text == second.text
    assert first.headers["ETag"] == second.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_says_that_it_is_invented(served, path):
    assert "Invented data." in served.client.get(path).text


@pytest.mark.parametrize(
    "path", [p for path in PATHS for p in (path, twin(path))] + [f"{STORY}.txt"]
)
def test_names_no_author(served, made, path):
    text = served.client.get(path).text
    assert made.HANDLE not in text
    assert "pseudonym" not in text or "methods" in path
    assert "/home/somebody" not in text


def test_no_page_has_a_parameter_about_authors(made):
    for page in made.all_pages():
        names = {*re.findall(r"{(\w+)", page.path), *get_type_hints(page.view)}
        assert not {n for n in names if "author" in n or "user" in n or "handle" in n}


def test_every_link_leads_somewhere(served):
    links = {
        value for path in PATHS for tag, name, value in outline_of(served, path).attributes
        if tag in ("a", "link", "form") and name in ("href", "action")
    }  # fmt: skip
    outside = {link for link in links if not link.startswith(("/", "#"))}
    assert {link.partition(":")[0] for link in outside} <= {"https", "http"}
    broken = [link for link in sorted(links - outside) if link.startswith("/")
              and served.client.get(link).status_code != 200]  # fmt: skip
    assert broken == []


def outline_of(served, path):
    outline = Outline()
    outline.feed(served.client.get(path).text)
    return outline


@pytest.mark.parametrize("path", ["/records/reddit:evil", "/records", "/", "/search?q=<script>",
                                  "/communities/attic"])  # fmt: skip
def test_escapes_what_others_wrote(served, made, path):
    text = served.client.get(path).text
    assert made.SCRIPT not in text
    assert "javascript:" not in text
    assert "<script" not in text


def test_evil_record_is_shown_as_written(served):
    text = served.client.get("/records/reddit:evil").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text


def test_single_tone_is_not_shown(served):
    data = served.client.get("/records/reddit:evil.json").json()
    assert {label["layer"] for label in data["labels"]} == {"language", "phrases"}
    assert data["kept_back"] == [["sentiment", "sentiment@1+0f0f0f0f"]]
    assert "0.43" not in served.client.get("/records/reddit:evil").text


def test_never_quoted_community_keeps_its_words(served):
    rows = served.client.get("/records.json?community=r/NightWard").json()["records"]
    assert rows
    assert {row["excerpt"] for row in rows} == {""}
    one = served.client.get(f"/records/{rows[0]['id']}.json").json()
    assert (one["shown"], one["title"], one["text"], one["url"]) == (False, "", "", "")
    assert "phrases" not in {label["layer"] for label in one["labels"]}
    found = served.client.get("/search.json?q=inbox").json()
    assert found["total"] > 0
    assert {row["community"] for row in found["records"]} <= {"r/AtticModels", "lantern.example",
                                                              "r/Unlisted"}  # fmt: skip


def test_templates_use_only_documented_fields(made):
    templates = Templates().environment
    for page in made.all_pages():
        if not page.template:
            continue
        shown = get_type_hints(page.view)["return"]
        known = {field.name for field in dataclasses.fields(shown)}
        source = templates.loader.get_source(templates, page.template)[0]
        used = {
            node.attr for node in templates.parse(source).find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name) and node.node.name == "page"
        }  # fmt: skip
        assert used <= known, f"{page.template} uses {used - known}"
        assert {"snapshot", "desk"} & known == set()


def test_empty_desk_says_what_it_waits_for(made, tmp_path):
    path = tmp_path / "empty.db"
    open_store(path, clock=lambda: 0, key=b"k").close()
    empty = made.client(path)
    for route in ("/", "/beats", "/stories", "/signals", "/communities", "/health", "/methods",
                  "/entities/gantry", "/beats/agents", "/search?q=x", "/records"):  # fmt: skip
        assert empty.get(route).status_code == 200, route
        assert empty.get(twin(route)).status_code == 200, route
    assert "Nothing was gathered yet" in empty.get("/").text


def test_before_the_first_edition_counts_the_days(made, tmp_path):
    path = tmp_path / "young.db"
    made.fill(path, edition=False).close()
    young = made.client(path)
    page = young.get("/index.json").json()
    assert page["snapshot"]["night"] is None
    assert page["history"] == 68  # two of seventy were mostly not collected
    assert page["lead"] is None
    assert "No edition yet" in young.get("/").text


def test_story_shows_its_evidence(served):
    text = served.client.get(STORY).text
    for shown in ("31 %", "43 of 138 people", "24 to 39 %", "Wilson", "provisional",
                  "people who post in two forums", "Gantry → Stevedore", "93 %",
                  "What could not be told", "the smallest change we could have seen is 0.18",
                  "not tested yet", "is never licensed", "<svg", "<ins>", "<del>"):  # fmt: skip
        assert shown in text, shown
    assert text.count('<svg role="img"') == 3
    assert "8.3 times" in text


def test_story_as_text(served):
    answer = served.client.get(f"{STORY}.txt")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "A tool with two names" in answer.text


def test_desk_is_the_one_of_the_tests(served, made):
    assert made.DESK.hash == served.client.get("/index.json").json()["snapshot"]["desk"]
