"""Whole tasks on tiny invented sets, with a reader that answers what it is told to."""

import gzip
import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pytest
from quality import choices, clusters, names, phrases
from quality.clusters import ClusterSet
from quality.floors import UNTOLD, Floors
from quality.readings import TAGS
from quality.sets import CHOICES

from groundswell.types import Reading
from groundswell.types.reading import NAME_TYPES

SST2 = next(one for one in CHOICES if one.name == "sst2")
WNUT = names.NAME_SETS[0]
KITES = ["red kite festival harbour", "kite festival red harbour", "harbour kite red festival"]
BREAD = ["bakers rye strike ovens", "rye strike bakers ovens", "ovens bakers rye strike"]


@dataclass
class Pool:
    """Stands for the processes that read: outputs by text, vectors by two words."""

    outputs: dict
    tells: frozenset = frozenset({"sentiment", TAGS})
    reader: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(name="test@1+0"))

    def read(self, texts):
        return [
            Reading(reader="test", vector=np.zeros(4, np.int8), outputs=self.outputs[text])
            for text, _ in texts
        ]

    def vectors(self, texts):
        rows = np.array([[1.0, "kite" in text, "fine" in text] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("quality.kept.PLACE", tmp_path / "kept")


def save(bench, folder, split, rows):
    (bench / folder).mkdir(parents=True, exist_ok=True)
    with gzip.open(bench / folder / f"{split}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("".join(json.dumps({"id": f"{split}-{n}", **row}) + "\n"
                           for n, row in enumerate(rows)))  # fmt: skip


@pytest.fixture
def tones(tmp_path):
    texts = {"a fine tale": "positive", "a dull tale": "negative",
             "fine and warm": "positive", "dull and cold": "negative"}  # fmt: skip
    rows = [{"text": text, "label": label} for text, label in texts.items()]
    save(tmp_path, SST2.folder, "train", rows * 3)
    save(tmp_path, SST2.folder, "test", rows)
    return tmp_path


def test_a_choice_set_beside_its_baselines(tones):
    said = {"a fine tale": (100, 600, 300), "a dull tale": (400, 500, 100),
            "fine and warm": (800, 100, 100), "dull and cold": (300, 400, 300)}  # fmt: skip
    pool = Pool({text: {"sentiment": chances} for text, chances in said.items()})
    made = choices.measure(SST2, tones, pool)
    (figure,) = made.figures
    assert figure.name == "sst2: accuracy"
    assert figure.told.value == 0.75  # neutral is set aside, and the first label wins a tie
    assert figure.beside["TF-IDF"] == 1.0
    assert figure.beside["commonest"] == 0.5
    assert set(figure.beside) == {"commonest", "VADER", "TF-IDF", "frozen vector"}
    (wrong,) = made.mistakes
    assert (wrong.id, wrong.wanted, wrong.said) == ("test-2", "positive", "negative")
    assert wrong.sure == pytest.approx(8 / 9)


def test_what_a_reader_does_not_tell_is_no_gap(tones):
    made = choices.measure(SST2, tones, Pool({}, tells=frozenset({"irony"})))
    assert made.figures[0].told is None
    assert made.figures[0].beside["TF-IDF"] == 1.0
    assert Floors().faults([made]) == [f"sst2: accuracy: {UNTOLD}"]


def test_a_name_set_beside_its_baselines(tmp_path):
    rows = [
        {"tokens": ["Ann", "Lee", "met", "Bo"], "tags": ["B-person", "I-person", "O", "B-person"]},
        {"tokens": ["we", "like", "Oslo"], "tags": ["O", "O", "B-location"]},
    ]
    save(tmp_path, WNUT.folder, "train", rows * 4)
    save(tmp_path, WNUT.folder, "test", rows)
    person, product = NAME_TYPES.index("person"), NAME_TYPES.index("product")
    told = {"Ann Lee met Bo": {"spans": (0, 7, person, 900, 12, 14, product, 800)},
            "we like Oslo": {"spans": ()}}  # fmt: skip
    made = names.measure(WNUT, tmp_path, Pool(told))
    f1, precision, recall = (figure.told.value for figure in made.figures)
    assert (f1, precision, recall) == pytest.approx((2 / 5, 1 / 2, 1 / 3))
    assert made.figures[0].beside["token regression"] == 1.0
    (wrong,) = made.mistakes
    assert (wrong.wanted, wrong.said) == ("PER", "MISC at 3 to 4")


def test_a_cluster_set(tmp_path):
    one = ClusterSet("tiny", "story_clustering/tiny")
    rows = [{"text": text, "cluster": text in KITES} for text in (*KITES, *BREAD)]
    save(tmp_path, one.folder, "all", rows)
    made = clusters.measure(one, tmp_path, Pool({}))
    figures = {figure.name: figure for figure in made.figures}
    assert figures["tiny: ARI, with words"].told.value == pytest.approx(1.0)
    assert figures["tiny: ARI"].beside["TF-IDF"] == pytest.approx(1.0)


def test_key_phrases(tmp_path):
    paper = "Tidal mill wheels turn slowly. Tidal mill wheels need oak. Cheap oak bearings wear. "
    rows = [{"text": paper * 2, "keyphrases": ["tidal mill wheel", "salt"]}]
    save(tmp_path, phrases.FOLDER, "train", rows)
    save(tmp_path, phrases.FOLDER, "test", rows)
    made = phrases.measure(tmp_path)
    said = phrases.first(phrases.phrases_of(paper * 2, 15), 10)
    assert ("phrase", "tidal mill wheel") in said
    assert made.figures[0].name == "semeval2010: F1 at 10"
    assert made.figures[0].told.value == pytest.approx(2 / (2 + len(said)))
