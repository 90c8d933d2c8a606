"""The fuzzer finds what it is there to find; a few inputs of every plugin hold."""

from __future__ import annotations

import random

import fuzz
import pytest

from groundswell.errors import Malformed
from groundswell.registry import plugins

TARGETS = {(one.name, one.suffix): one for one in fuzz.targets()}


@pytest.mark.parametrize("key", TARGETS, ids="-".join)
def test_a_few_broken_inputs(key, tmp_path):
    report = fuzz.fuzz([TARGETS[key]], 40, 11, tmp_path)
    assert report.failures == []
    assert report.inputs.total() == 40


def test_every_source_and_archive_is_a_target():
    names = {name for name, _ in TARGETS}
    assert set(plugins("groundswell.sources")) <= names
    forms = set(plugins("groundswell.archives")) - {"parquet"}
    assert {f"archive-{name}" for name in forms} <= names


class Fragile:
    """Falls over a zero, and over nothing else."""

    kind = "fragile"

    def parse(self, payload):
        if b"\x00" in payload.body:
            raise RuntimeError("zero")
        raise Malformed("odd")


def test_a_failure_is_kept_once(tmp_path):
    target = fuzz.Target("fragile", (b"abc",), fuzz.parsing(Fragile()))
    report = fuzz.fuzz([target], 3_000, 1, tmp_path)
    (failure,) = report.failures
    assert failure.startswith("fragile: RuntimeError: zero")
    (kept,) = (tmp_path / "fragile").iterdir()
    assert b"\x00" in kept.read_bytes()
    assert fuzz.tried(target, kept.read_bytes()) == "RuntimeError: zero"
    assert fuzz.tried(target, b"abc") == ""


def test_what_takes_seconds_is_a_failure(monkeypatch):
    monkeypatch.setattr(fuzz, "SLOW", 0.0)
    assert fuzz.tried(fuzz.Target("x", (b"",), lambda body: sorted(range(9_999))), b"").startswith(
        "took"
    )


def test_mutations_are_many_and_the_same_for_a_seed():
    seeds = [b'{"items": [{"id": 1, "by": "moss"}, {"id": 2}]}', b"<rss><item/></rss>", b""]
    made = [fuzz.mutated(random.Random(n), seeds) for n in range(400)]
    assert made == [fuzz.mutated(random.Random(n), seeds) for n in range(400)]
    assert len(set(made)) > 300
    assert fuzz.restructured(random.Random(1), b"<rss>") is None


KEPT = sorted(fuzz.KEPT.rglob("*.*"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_failed_once_holds(path):
    target = TARGETS[path.parent.name, path.suffix[1:]]
    assert fuzz.tried(target, path.read_bytes()) == ""


def test_an_empty_body_is_tried_too():
    assert all(b"" in one.seeds for one in TARGETS.values())
