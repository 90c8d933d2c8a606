"""Learning a cascade: what it finds, what it promises, when it refuses."""

from __future__ import annotations

import random
from array import array
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.desk import Beat, Community, Desk
from groundswell.errors import UsageError
from groundswell.label import distil as distilling
from groundswell.label import label
from groundswell.label.cascade import PLACES, Cascade, places
from groundswell.label.distil import Distilled, Example, distil, learn
from groundswell.label.ready import cascade_file, stored_cascade
from groundswell.label.regress import Lore, lore, ridge
from groundswell.stats.tolerance import lowest_rank
from groundswell.store import open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
ABOUT = ("harbour", "crane", "quay", "ferry", "tug", "pilot", "dredger", "berth", "mooring")
OTHER = ("cake", "garden", "violin", "marmot", "kettle", "ladder", "sonnet", "pullover", "lentil")
BOTH = ("the", "and", "we", "they", "saw", "today", "again", "with", "near", "old", "new", "some")


def invented(n: int, seed: int) -> list[tuple[str, bool]]:
    """Texts of which two in five are about the harbour, by one to three words of twelve."""
    dice, made = random.Random(seed), []
    for _ in range(n):
        about = dice.random() < 0.4
        own = dice.choices(ABOUT if about else OTHER, k=dice.choice((1, 2, 3)))
        words = own + dice.choices(BOTH, k=9)
        dice.shuffle(words)
        made.append((" ".join(words), about))
    return made


def examples(n: int, seed: int) -> list[Example]:
    return [Example(places=array("i", sorted(places(text))), margin=2.0 if joins else -2.0,
                    joins=joins, names=False, unchosen=True)
            for text, joins in invented(n, seed)]  # fmt: skip


def taught_by(made: list[Example]) -> tuple[Cascade, Distilled]:
    return learn(made, Lore.none(), makers=("beats@1+x", "entities@1+y"), through=7)


def test_it_finds_what_it_promises_and_leaves_out_the_rest() -> None:
    cascade, told = taught_by(examples(2700, 1))
    fresh = [(cascade.score(text) >= cascade.threshold, joins) for text, joins in invented(2000, 2)]
    found = [kept for kept, joins in fresh if joins]
    left = [not kept for kept, joins in fresh if not joins]
    assert sum(found) / len(found) >= 0.985
    assert sum(left) / len(left) > 0.9
    assert (told.taught, told.held) == (1800, 900)
    assert told.recall >= 0.99
    assert told.found == told.held_kept - lowest_rank(told.held_kept, 0.99) + 1
    assert (cascade.through, cascade.makers) == (7, ("beats@1+x", "entities@1+y"))


def test_too_few_positives_are_refused_with_what_is_needed() -> None:
    with pytest.raises(UsageError, match=r"299 are needed there .* 99% .* label more of it first"):
        taught_by(examples(1500, 4))


def test_what_names_an_entity_needs_no_score() -> None:
    named = [replace(one, names=one.joins) for one in examples(2700, 6)]
    cascade, told = taught_by(named)
    assert told.left_out == 1000  # whatever names nothing may go
    assert cascade.threshold > cascade.score(" ".join(ABOUT))


def test_only_what_was_not_chosen_by_a_cascade_is_held_out() -> None:
    some = [replace(one, unchosen=n % 2 == 0) for n, one in enumerate(examples(5400, 7))]
    _, told = taught_by(some)
    assert (told.taught, told.held) == (4500, 900)


def test_weights_know_both_kinds_and_nothing_else() -> None:
    weights, bias = ridge([[3], [5]] * 50, [1.0, -1.0] * 50, Lore.none())
    assert weights[3] == pytest.approx(-weights[5]) == pytest.approx(50 / 51, rel=1e-3)
    assert bias == pytest.approx(0, abs=1e-9)
    assert (weights != 0).sum() == 2
    assert len(weights) == PLACES


def test_words_that_mean_the_same_help_each_other() -> None:
    ways = {"harbour": (127, 0), "port": (125, 20), "cake": (0, 127), "tart": (20, 125)}
    known = lore(dict.fromkeys(ways, 5), lambda word: np.array(ways[word], np.int8))
    texts = [places("harbour"), places("cake")] * 20
    weights, _ = ridge(texts, [1.0, -1.0] * 20, known)
    alone, _ = ridge(texts, [1.0, -1.0] * 20, Lore.none())
    port, tart = places("port").pop(), places("tart").pop()
    assert weights[port] > 0.2 > -0.2 > weights[tart]  # neither was ever seen
    assert alone[port] == alone[tart] == 0


BEAT = Beat(
    slug="agents", name="Agents", description="Software that acts for its user.",
    keywords=("inbox", "agent"),
    examples=("my agent answered all my mail overnight", "the agent booked my train by itself"),
)  # fmt: skip
FOOD = ("a plum tart", "cold soup", "two loaves", "a marrow", "pickled beans", "nothing")


def said(n: int) -> str:
    """Texts too short to be copies of each other; every second one is about agents."""
    if n % 2:
        return f"my inbox agent answered mail overnight {n}"
    return f"someone brought {FOOD[n % 6]} yesterday {n}"


def hose(folder: Path) -> Desk:
    place = Community(slug="hose", name="hose", source="demo", kind="microblog", firehose=True)
    return Desk(name="t", title="T", topic="", folder=folder, beats=(BEAT,), communities=(place,))


def record(n: int, text: str) -> Record:
    return Record(
        id=RecordId(f"demo:{n}"), source="demo", kind="post", community="hose", text=text,
        published=START + timedelta(minutes=n), author=f"a{n}", available=START, lang="en",
    )  # fmt: skip


def test_a_store_is_learnt_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = hose(tmp_path)
    monkeypatch.setattr(distilling, "RECALL", 0.5)  # five of each kind are then enough
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        add_page(store, "s", [record(n, said(n)) for n in range(40)], "1")
        label(store, desk)
        told = distil(store, desk)
        assert (told.taught, told.held, told.held_kept) == (27, 13, 7)
        assert (told.found, told.left_out) == (7, 1000)
        kept = stored_cascade(cascade_file(store.path))
        assert isinstance(kept, Cascade)
        assert kept.through == store.seq()
        add_page(store, "s", [record(n, said(n)) for n in (50, 51)], "2")
        done = label(store, desk)
        assert done.read == 1  # of the two new ones, the one that is wanted
        assert done.left_out >= 20
        told = distil(store, desk)  # again: what was known of the time before still is
        assert told.held + told.taught == 41
        assert stored_cascade(cascade_file(store.path)).through == kept.through


def test_a_desk_without_a_firehose_has_nothing_to_learn(tmp_path: Path) -> None:
    desk = replace(hose(tmp_path), communities=())
    with (
        open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store,
        pytest.raises(UsageError, match="firehose = true"),
    ):
        distil(store, desk)


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('name = "t"\ntitle = "T"\n', "utf-8")
    state = str(tmp_path / "t.db")
    done = CliRunner().invoke(app, ["distil", "--desk", str(tmp_path), "--state", state])
    assert isinstance(done.exception, UsageError)
    assert "marks no source, community or group" in str(done.exception)
