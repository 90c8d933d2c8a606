"""The page of all sources says what each of them says of itself."""

from __future__ import annotations

import dossiers

from groundswell.registry import find, plugins


def test_every_source_has_a_row_and_a_section():
    page = dossiers.page()
    for name in plugins("groundswell.sources"):
        (row,) = [line for line in page.splitlines() if line.startswith(f"| [`{name}`](#{name})")]
        assert row.count("|") == 9, row
        assert "not yet" not in row, f"{name} is tested with nothing"
        _, _, section = page.partition(f"\n## {name}\n")
        dossier = find("groundswell.sources", name).dossier
        assert dossier.title in section
        assert dossier.limits.rstrip(".") in section
        for gap in dossier.gaps:
            assert gap in section


def test_the_page_in_the_docs_names_every_source():
    kept = (dossiers.ROOT / "docs/sources.md").read_text("utf-8")
    for name in plugins("groundswell.sources"):
        assert f"\n## {name}\n" in kept, f"run `make docs`: sources.md does not name {name}"
