"""Floors, targets, the card, and what must never be skipped or written."""

import doctest
import json
import re
from datetime import UTC, datetime

import pytest
from quality import (
    attitudes,
    baselines,
    card,
    choices,
    figures,
    floors,
    kept,
    named,
    names,
    opposition,
    phrases,
    readings,
    tasks,
    tell,
)  # fmt: skip
from quality.calibration import Calibration, Fit
from quality.desk import Told
from quality.figures import HEAD, Figure, Mistake, Part, Result
from quality.floors import BELOW, OK, UNDER, UNTOLD, Bounds, Floors
from quality.scores import Estimate
from quality.sets import CHOICES

from groundswell.types import Annotation, Record, RecordId

NONE = float("nan")
MODULES = (baselines, card, choices, figures, kept, names, phrases, readings, tell)


def figure(value, name="x: F1", **more):
    told = None if value is None else Estimate(100, value, value - 0.05, value + 0.05)
    return Figure(name=name, told=told, beside={"TF-IDF": 0.6}, **more)


@pytest.mark.parametrize(
    ("value", "bounds", "more", "state"),
    [
        (0.7, Bounds(0.65, 0.6), {}, OK),
        (0.62, Bounds(0.65, 0.6), {}, UNDER),
        (0.59, Bounds(0.65, 0.6), {}, BELOW),
        (0.6, Bounds(None, 0.6), {}, OK),
        (0.6, Bounds("TF-IDF"), {}, OK),
        (0.59, Bounds("TF-IDF"), {}, UNDER),
        (NONE, Bounds(None, 0.1), {}, BELOW),
        (None, Bounds(), {}, UNTOLD),
        (0.3, Bounds(0.2, 0.25), {"falls": True}, BELOW),
        (0.24, Bounds(0.2, 0.25), {"falls": True}, UNDER),
        (0.05, Bounds(0.05), {"chance": True}, UNDER),
        (0.06, Bounds(0.05, 0.05), {"chance": True}, OK),
    ],
)
def test_what_a_figure_is_held_against(value, bounds, more, state):
    assert Floors({"x: F1": bounds}).state(figure(value, **more)) == state


def test_floors_rise_and_never_fall():
    before = Floors({"a: F1": Bounds(0.9, 0.7), "b: F1": Bounds(floor=0.7),
                     "untold: F1": Bounds(floor=0.4), "d: far": Bounds(floor=0.3)})  # fmt: skip
    results = [
        Result(task="a", figures=(figure(0.8, "a: F1"), figure(0.5, "a: recall"))),
        Result(task="b", figures=(figure(0.6, "b: F1"),)),
        Result(task="c", figures=(figure(0.5, "c: F1"), figure(0.4, "c: p", chance=True))),
        Result(task="d", figures=(figure(0.2, "d: far", falls=True),)),
        Result(task="untold", figures=(figure(None, "untold: F1"),)),
    ]
    after = before.raised(results, {"a": "hash"})
    assert after.bounds["a: F1"] == Bounds(0.9, 0.785)
    assert "a: recall" not in after.bounds
    assert after.bounds["b: F1"].floor == 0.7
    assert after.bounds["c: F1"].floor == 0.485
    assert after.bounds["d: far"].floor == 0.215
    assert after.bounds["untold: F1"].floor == 0.4
    assert after.measured_on == {"a": "hash"}
    assert after.raised(results, {}) == after


def test_floors_are_read_as_they_were_written(tmp_path):
    made = Floors({"b": Bounds("TF-IDF"), "a": Bounds(0.5, 0.4)}, {"t": "hash"})
    made.save(tmp_path / "floors.json")
    assert Floors.load(tmp_path / "floors.json") == made
    assert list(json.loads((tmp_path / "floors.json").read_text())["figures"]) == ["a", "b"]


def test_a_bound_of_a_figure_that_is_gone_is_found():
    held = Floors({"gone: F1": Bounds(floor=0.1), "x: F1": Bounds(floor=0.1)})
    assert held.missing([figure(0.5)]) == ["gone: F1"]


def test_the_pinned_bounds_are_of_tasks_that_exist():
    setting = tasks.Setting(floors.ROOT, floors.ROOT, None)
    known = {task.name for task in setting.tasks()}
    for name in Floors.load().bounds:
        task = name.partition(":")[0]
        assert task in known or task == "gold relevance" or task.startswith("probe "), name


def test_what_was_promised_stands_as_targets():
    promised = {"wnut17: F1": 0.48, "wikineural: F1": 0.65, "emotion: macro-F1": 0.73,
                "irony: F1 of irony": 0.62, "p_stance: macro-F1 by target": 0.73,
                "semeval2016: F1 of both sides": 0.64, "gold entities: F1": 0.65,
                "gold sentiment: macro-F1": 0.65, "gold beats: micro-F1": 0.66,
                "gold register: macro-F1": 0.4, "opposition: recall of against": 0.7,
                "gold stance open source: F1 of favor": 0.58, "probe sst2: accuracy": 0.89,
                "probe acl14: macro-F1": 0.67}  # fmt: skip
    bounds = Floors.load().bounds
    assert {name: bounds[name].target for name in promised} == promised


def test_tasks_are_called_by_name_or_by_first_word():
    setting = tasks.Setting(floors.ROOT, floors.ROOT, None)
    every = setting.tasks()
    assert len({task.name for task in every}) == len(every)
    assert [task.name for task in every if task.called(["gold"])] == list(tasks.ON_GOLD)
    assert [task.name for task in every if task.called(["gold beats", "sst2"])] == [
        "sst2", "gold beats",
    ]  # fmt: skip
    assert {one.name for one in CHOICES} < {task.name for task in every}


def result():
    part = Part("label, F1", "up", Estimate(40, 0.5, 0.4, 0.6))
    few = Part("label, F1", "down", Estimate(3, 0.5, 0.4, 0.6))
    right = Calibration("gold tone", 100, Fit(0.5, 0.6), {"up": Fit(0.1, 0.9)}, 0.05, 0.04, 0.07)
    return Result(
        task="gold tone", figures=(figure(0.6294, "gold tone: F1"),), parts=(part, few),
        mistakes=(Mistake("reddit:t3_1", "up", "down", 0.9, "what somebody wrote"),),
        calibrations=(right,), note="as told",
    )  # fmt: skip


def test_texts_are_told_only_when_asked_for_and_never_written():
    held = Floors({"gold tone: F1": Bounds(0.65, 0.6)})
    plain = tell.result(result(), held, show=False)
    assert "reddit:t3_1" in plain
    assert "what somebody wrote" not in plain
    assert "what somebody wrote" in tell.result(result(), held, show=True)
    assert plain.strip().startswith(f"== gold tone ({HEAD.lower()}): as told")
    written = card.figures("reader@1+00000000", [result()], held)
    assert "what somebody wrote" not in written
    assert "reddit:t3_1" not in written


def test_the_card_says_whose_reading_it_is_and_what_was_promised():
    written = card.figures("reader@1+00000000", [result()], Floors({"gold tone: F1": Bounds(0.65)}))
    assert f"### {HEAD}" in written
    assert f"“gold” are {HEAD.lower()}" in written
    row = "| gold tone: F1 | .650 | .629 | .579 to .679 | 100 | TF-IDF .600 | under target |"
    assert row in written
    assert "up: 40, .500 (.400 to .600); down: 3, too few" in written
    assert "`entity_linking/*`" in written


def test_every_generated_table_is_even():
    written = card.figures("reader@1+00000000", [result()], Floors())
    for table in re.findall(r"(?:^\|.*\n?)+", written, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_the_card_holds_both_blocks():
    text = card.CARD.read_text("utf-8")
    for name in (card.FIGURES, card.PROBES):
        assert "new words" in card.replaced(text, name, "new words")
    with pytest.raises(ValueError, match="needs one block"):
        card.replaced("no block", card.FIGURES, "new")


def told(body, **layers):
    record = Record(id=RecordId("text:0"), source="text", kind="post", community="",
                    published=datetime(2026, 1, 1, tzinfo=UTC), text=body)  # fmt: skip
    every = {"entities": (), "names": (), "stance": ()}
    return Told(record, {**every, **layers}, None)


def label(layer, value, start=None, stop=None, score=900):
    return Annotation(layer=layer, value=value, score=score, start=start, stop=stop)


def test_names_inside_a_desks_entity_and_beyond_what_was_read_do_not_count():
    body = "Ann uses SQLite here. " + "x" * named.UNTIL + " Oslo"
    one = told(
        body,
        entities=(label("entities", "sqlite", 9, 15),),
        names=(label("names", "person", 0, 3), label("names", "product", 9, 12),
               label("names", "state", len(body) - 4, len(body))),
    )  # fmt: skip
    assert named.more_names(one) == {("person", "Ann"): 0.9}
    assert named.surface_of(one, one.layers["entities"][0]) == "SQLite"


def test_a_stance_is_that_towards_its_own_subject():
    stances = (label("stance", "cheese/favor"), label("stance", "open-source/against"))
    sides = [
        attitudes.side_of(told("x", stance=some).about("stance", attitudes.OPEN_SOURCE))
        for some in (stances, stances[:1])
    ]
    assert sides == ["against", None]


def test_too_few_texts_of_opposition_are_a_failure_not_a_gap(tmp_path):
    file = tmp_path / "opposition.ndjson"
    file.write_text(json.dumps({"id": "o1", "text": "no", "stance_open_source": "against"}) + "\n")
    for path in (file, tmp_path / "none.ndjson"):
        made = opposition.measure(None, None, path)
        assert Floors().state(made.figures[0]) == UNTOLD
        assert "100 are needed" in made.note


def test_a_tally_is_recalled_by_side():
    from quality.scores import confusion

    tally = confusion(attitudes.SIDES_SAID, ["against"] * 4, ["against", None, "favor", "against"])
    assert float(attitudes.AGAINST(tally.rows.sum(axis=0))) == 0.5


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
