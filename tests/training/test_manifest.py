"""What the reader may learn from: the manifest names every file, and no forbidden one."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SHARED") or ROOT.parent / "shared")
MANIFEST = tomllib.loads((ROOT / "training" / "manifest.toml").read_text("utf-8"))
FORBIDDEN = (
    "conll2003", "wikineural", "e_ner", "vast", "covid19", "gwsd", "acl14", "sst2", "tweepfake",
    "labels.jsonl", "opposition", "/test", "/dev",
)  # fmt: skip
SHARED_TASKS = ("tweeteval", "semeval")  # class B that may be trained on; the card says so
needs_texts = pytest.mark.skipif(
    not (SHARED / "bench").is_dir(), reason=f"SKIPPED: no benchmarks in {SHARED}"
)


def allowed(entry: dict[str, object]) -> bool:
    """Whether a file may be trained on."""
    name, kind = str(entry["file"]), entry["class"]
    if any(word in name for word in FORBIDDEN):
        return False
    if entry["root"] == "corpus":  # only the texts of the project's own labels
        return "records" in entry
    return kind in ("A", "own") or (kind == "B" and any(word in name for word in SHARED_TASKS))


@pytest.mark.parametrize("entry", MANIFEST["file"], ids=lambda e: str(e["file"]))
def test_every_file_may_be_trained_on(entry: dict[str, object]) -> None:
    assert allowed(entry)


@pytest.mark.parametrize(
    "name", ["ner/conll2003/train.jsonl.gz", "stance/p_stance/test.jsonl.gz", "gold/labels.jsonl"]
)
def test_a_forbidden_file_would_be_refused(name: str) -> None:
    assert not allowed({"file": name, "class": "A", "root": "bench"})


def test_every_file_the_code_reads_is_listed() -> None:
    code = (ROOT / "training" / "multitask" / "sources.py").read_text("utf-8")
    read = set(re.findall(r'train\(f?"([^"]+)"\)', code))
    names = {str(entry["file"]).removesuffix("/train.jsonl.gz") for entry in MANIFEST["file"]}
    plain = {name for name in read if "{" not in name}
    assert len(plain) > 10
    assert plain <= names
    assert {f"ner/crossner_{kind}" for kind in ("ai", "science", "politics")} <= names


@needs_texts
@pytest.mark.parametrize("entry", MANIFEST["file"], ids=lambda e: str(e["file"]))
def test_files_are_those_it_was_trained_on(entry: dict[str, object]) -> None:
    if "sha256" not in entry:
        assert entry["root"] == "repository"
        return
    folder = ROOT if entry["root"] == "repository" else SHARED / str(entry["root"])
    assert hashlib.sha256((folder / str(entry["file"])).read_bytes()).hexdigest() == entry["sha256"]


@needs_texts
def test_no_text_is_shared_with_an_evaluation_file() -> None:
    sys.path.insert(0, str(ROOT / "training" / "multitask"))
    try:
        import sources
    finally:
        sys.path.pop(0)
    kept_back = sources.evaluation_texts(SHARED / "bench")
    found = sources.pools(
        SHARED / "bench", SHARED / "gold" / "train.jsonl", SHARED / "corpus",
        ROOT / "training" / "written",
    )  # fmt: skip
    assert sum(len(pool.samples) for pool in found) > 100_000
    shared = [s.text for p in found for s in p.samples if sources.normal(s.text) in kept_back]
    assert shared == []
