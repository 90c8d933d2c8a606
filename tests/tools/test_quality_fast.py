"""What is said of the fast profile beside the reader."""

from __future__ import annotations

import sys

from quality import __main__ as program
from quality import card, fast
from quality.figures import Figure
from quality.scores import Estimate

from groundswell.label.choice import Choice
from groundswell.label.reader import packaged


def figure(name, value, *, falls=False, **beside):
    told = None if value is None else Estimate(40, value, value - 0.1, value + 0.1)
    return Figure(name=name, told=told, beside=beside, falls=falls)


def test_a_row_says_what_was_lost_and_what_anybody_gets():
    full = {"tone: F1": figure("tone: F1", 0.7, TF=0.5, VADER=0.55)}
    rows = list(fast.told(full, {"tone: F1": figure("tone: F1", 0.64)}))
    assert rows == [("tone: F1", "40", ".700", ".640", "-.060", ".540 to .740", ".550")]


def test_where_less_is_better_the_best_baseline_is_the_least():
    full = {"lost": figure("lost", 0.2, falls=True, a=0.3, b=0.25)}
    assert next(fast.told(full, {"lost": figure("lost", 0.24, falls=True)}))[4:] == (
        ".040", ".140 to .340", ".250",
    )  # fmt: skip


def test_what_one_of_them_cannot_tell_has_no_row():
    full = {"a": figure("a", None), "b": figure("b", 0.5), "c": figure("c", 0.5)}
    assert list(fast.told(full, {"a": figure("a", 0.5), "b": figure("b", None)})) == []


class Slow:
    """A reader that spends processor time as told."""

    def __init__(self, turns):
        self.turns, self.read_bodies = turns, []

    def read(self, body):
        self.read_bodies.append(body)
        return sum(range(self.turns))


def test_both_read_the_same_texts_by_turns():
    whole, quick = Slow(60_000), Slow(3_000)
    told = fast.cost(whole, quick, ["a", "b", "c"])
    assert whole.read_bodies == quick.read_bodies == ["a", "b", "c"] * fast.ROUNDS
    assert told.startswith("It reads 3 labelled records ")


def test_the_card_has_a_place_for_it():
    text = card.CARD.read_text("utf-8")
    assert "new words" in card.replaced(text, card.FAST, "new words")


def test_without_a_fast_profile_nothing_is_measured(tmp_path, monkeypatch, capsys):
    for name in program.NEEDED:
        (tmp_path / name).mkdir(parents=True)
    reader = tmp_path / "reader.onnx"
    reader.write_bytes(packaged().read_bytes())
    asked = ["quality", str(tmp_path), "--fast", "--processes", "1", "--reader", str(reader)]
    monkeypatch.setattr(sys, "argv", asked)
    assert program.main() == 5
    assert "reader.onnx has no fast profile" in capsys.readouterr().out


def test_an_unknown_task_is_refused(tmp_path, monkeypatch, capsys):
    opened = []

    class Pool:
        def __init__(self, source):
            opened.append(source)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(fast, "reading_pool", lambda source, _: Pool(source))
    assert fast.compare(tmp_path, packaged(), ["weather"], 1) == 2
    assert "no task 'weather'" in capsys.readouterr().out
    assert opened == [packaged(), Choice("fast", {"path": str(packaged())})]
