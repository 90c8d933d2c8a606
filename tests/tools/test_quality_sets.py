"""How sets, tokens and phrases are brought together with what the reader says."""

import gzip
import json

import numpy as np
import pytest
from quality import baselines, choices, names, phrases, readings, sets
from quality.figures import length_of
from quality.readings import TOWARDS

from groundswell.types import Reading
from groundswell.types.reading import HEADS, NAME_TYPES


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("quality.kept.PLACE", tmp_path)


def reading(**outputs):
    return Reading(reader="test", vector=np.zeros(384, dtype=np.int8), outputs=outputs)


def test_answers_are_chances_by_label():
    told = reading(sentiment=(100, 600, 300), **{"towards cheese": (700, 200, 100, 0, 0)})
    assert choices.answer(told, "sentiment") == {"negative": 0.1, "neutral": 0.6, "positive": 0.3}
    assert choices.answer(told, TOWARDS, "cheese") == {"against": 0.7, "none": 0.2, "favor": 0.1}
    assert choices.answer(told, TOWARDS, "bread") is None
    assert choices.answer(told, "irony") is None


def test_labels_that_take_several_answers_add_them_up():
    chances = {"negative": 0.45, "neutral": 0.3, "positive": 0.25}
    takes = {"negative": ("negative",), "neutral": ("neutral", "positive")}
    assert choices.choose(chances, takes) == choices.Chosen("neutral", pytest.approx(0.55))


def test_every_choice_set_takes_answers_that_exist_and_scores_that_exist():
    known = {**HEADS, TOWARDS: ("against", "none", "favor")}
    for one in sets.CHOICES:
        taken = [answer for answers in one.takes.values() for answer in answers]
        assert set(taken) <= set(known[one.asks]), one.name
        for name in one.scores:
            assert choices.SCORES[name](one.labels)
    assert len({one.name for one in sets.CHOICES}) == len(sets.CHOICES)


def test_every_name_set_maps_types_the_reader_has():
    for one in names.NAME_SETS:
        assert set(one.reader) <= set(NAME_TYPES), one.name
        assert set(one.reader.values()) <= set(one.classes), one.name


def test_scores_by_label_and_target_agree_with_the_whole():
    one = next(one for one in sets.CHOICES if one.name == "semeval2016")
    rows = [{"label": "favor", "target": "x"}, {"label": "against", "target": "y"}]
    tally = choices.tally_of(one, rows, ["favor", "favor"])
    whole = choices.SCORES["F1 of both sides"](one.labels)
    apart = choices.SCORES["F1 of both sides by target"](one.labels)
    counts = tally.rows.sum(axis=0)
    assert float(whole(counts)) == pytest.approx((2 / 3 + 0) / 2)
    assert float(apart(counts)) == pytest.approx((1 + 0) / 2)  # y: against missed, favor wrong


def test_spans_of_characters_become_tokens():
    tokens = ["Mr.", "Ann", "Lee-Fox", "of", "Oslo"]
    assert names.spot_of(tokens, 4, 11) == (1, 3)  # cuts "Lee-Fox": the whole token is taken
    assert names.spot_of(tokens, 17, 22) == (3, 5)
    assert names.spot_of(tokens, 19, 23) == (4, 5)


def test_tags_become_names_and_types_without_a_class_are_left_out():
    tags = ["B-per", "I-per", "I-org", "O", "B-org", "B-org", "B-event", "I-event"]
    found = names.spots_of(tags, {"per": "PER", "org": "ORG"})
    assert found == [("PER", (0, 2)), ("ORG", (2, 3)), ("ORG", (4, 5)), ("ORG", (5, 6))]


def test_the_readers_names_in_the_classes_of_a_set():
    person, technology = NAME_TYPES.index("person"), NAME_TYPES.index("technology")
    told = reading(spans=(0, 3, person, 900, 9, 12, technology, 600))
    row = {"tokens": ["Ann", "knows", "SQL"]}
    assert names.said(told, row, {"person": "PER"}) == {("PER", (0, 1)): 900}
    assert names.said(told, row, names.FOUR) == {("PER", (0, 1)): 900, ("MISC", (2, 3)): 600}


def test_phrases_match_by_stem_once():
    found = phrases.first(["Graph queries", "graph query", "query-graph", "trees"], 2)
    assert found == {("phrase", "graph queri"), ("phrase", "queri graph")}


def test_the_annotator_is_asked_for_more_phrases_than_it_stores():
    text = "Slow harbour pilots. Glass kites. Copper bells. Wooden spoons. Paper lamps. " * 2
    assert len(phrases.phrases_of(text, 5)) == 5


def test_the_word_list_speaks_for_sides_and_for_pairs():
    texts = ["I love it, wonderful", "I hate it, awful", "The train left at noon"]
    assert baselines.lexicon(texts, sets.SIDES) == ["favor", "against", "none"]
    assert baselines.lexicon(texts[:2], sets.TWO_TONES) == ["positive", "negative"]


def test_the_word_baseline_learns(tmp_path):
    train = [{"text": f"{word} thing {n}", "label": label}
             for word, label in (("good", "up"), ("bad", "down")) for n in range(6)]  # fmt: skip
    rows = [{"text": "a bad one"}, {"text": "so good"}]
    assert baselines.words(train, rows) == ["down", "up"]
    assert len(list(tmp_path.iterdir())) == 1
    assert baselines.words(train, rows) == ["down", "up"]  # from the file


def test_a_baseline_for_each_target_learns_from_that_target_alone():
    sides = {("cold", "ice"): "favor", ("cold", "soup"): "against",
             ("hot", "ice"): "against", ("hot", "soup"): "favor"}  # fmt: skip
    train = [{"text": f"{word} {n}", "label": side, "target": target}
             for (word, target), side in sides.items() for n in range(3)]  # fmt: skip
    rows = [{"text": "cold 9", "target": target} for target in ("soup", "ice")]
    assert baselines.words(train, rows, apart=True) == ["against", "favor"]


def test_the_tag_baseline_learns():
    train = [(["visit", name, "soon"], ["O", "B-LOC", "O"]) for name in ("Oslo", "Rome", "Bern")]
    assert baselines.tags(train * 5, [["visit", "Lima", "soon"], []]) == [["O", "B-LOC", "O"], []]


def test_lengths():
    assert [length_of("x" * n) for n in (100, 101, 1000, 1001)] == [
        "up to 100", "101 to 300", "301 to 1,000", "over 1,000",
    ]  # fmt: skip


def test_a_set_nobody_placed_is_found(tmp_path):
    for name in ("sentiment/sst2", "entity_linking/new", "tone/new", "tone/trained"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        split = "train" if name.endswith("trained") else "test"
        with gzip.open(folder / f"{split}.jsonl.gz", "wt") as file:
            file.write(json.dumps({"id": 1}) + "\n")
    assert sets.unplaced(tmp_path, ["sentiment/sst2"]) == ["tone/new"]
    assert sets.rows_of(tmp_path, "tone/new", "test") == [{"id": 1}]


def test_readings_are_kept_whole(tmp_path):
    told = [reading(sentiment=(1, 2, 997), spans=(0, 3, 1, 900)), reading(sentiment=(9, 9, 982))]
    (tmp_path / "a.npz").write_bytes(readings._packed(told))
    again = list(readings._unpacked(tmp_path / "a.npz", "test"))
    assert [one.outputs for one in again] == [one.outputs for one in told]
    assert [tuple(one.spans()) for one in again] == [tuple(one.spans()) for one in told]
    assert all((a.vector == b.vector).all() for a, b in zip(again, told, strict=True))
