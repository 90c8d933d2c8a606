"""The judge of a cold start: what on a front page counts, and what was never published."""

from __future__ import annotations

import cold_start
import pytest

EMPTY = {"lead": None, "start": None, "outcomes": {}, "places": [], "links": []}
SHARE = {"people": 9, "of": 40, "name": "Quay"}
LINE = {"id": "pond:1", "place": "the pond", "excerpt": "Words"}


@pytest.mark.parametrize(("page", "what"), [
    ({}, ""),
    ({"start": {"clusters": [], "places": [], "shares": []}}, ""),
    ({"outcomes": {"too few people": 9, "could not tell": 3}}, ""),
    ({"outcomes": {"no difference": 2, "found": 1}}, "3 tests that could tell"),
    ({"start": {"shares": [SHARE]}}, "9 of 40 people used Quay"),
    ({"start": {"shares": [SHARE], "clusters": [{"outlets": ["a", "b", "c"], "label": "Quay"}]}},
     "3 outlets on Quay"),
    ({"lead": {"headline": "Quay data opened"}}, "a story: Quay data opened"),
])  # fmt: skip
def test_what_is_licensed(page, what):
    assert cold_start.licensed_on(EMPTY | page) == what


def test_records_are_those_of_all_places():
    assert cold_start.records_on(EMPTY | {"places": [{"records": 3}, {"records": 4}]}) == 7


def test_every_record_on_a_page_is_found_wherever_it_stands():
    page = {"links": [{"record": LINE}], "start": {"threads": [{"first": LINE | {"id": "pond:2"}}]},
            "lead": {"id": "a story"}}  # fmt: skip
    assert set(cold_start.ids_on(page)) == {"pond:1", "pond:2"}


def test_only_keyless_sources_are_taken(tmp_path, monkeypatch):
    tables = [{"name": "hn", "kind": "hackernews"}, {"name": "tv", "kind": "youtube"}]
    monkeypatch.setattr(cold_start, "asked", lambda *_: tables)
    assert cold_start.keyless(0, tmp_path / "sources.toml") == 1
    assert 'kind = "hackernews"' in (tmp_path / "sources.toml").read_text()
