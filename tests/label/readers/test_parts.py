"""Parts beside a reader: a classifier for tone, GLiNER for names, and who answers what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tinymodels as tiny

from groundswell.desk import Desk, PartSpec, ReaderSpec
from groundswell.errors import DeskError, PluginError
from groundswell.label.checkpoint import Checkpoint
from groundswell.label.choice import chosen, open_reader
from groundswell.label.part import Stack
from groundswell.label.pipe import label_texts
from groundswell.label.reader import Reader, packaged
from groundswell.label.readers.classifier import Classifier
from groundswell.label.readers.folder import Folder
from groundswell.label.readers.gliner import Gliner
from groundswell.testing import part_checks, reader_checks, run_checks

TONES = {"positive": ["lovely", "good"], "negative": ["awful"], "neutral": ["plain"]}
NAMED = {"Ada Lovelace": "person", "Gantry": "product", "Harbour Trust": "organization",
         "Trust": "person"}  # fmt: skip
TYPES = {"person": "person", "product": "product", "organization": "organization"}
TEXT = "Ada Lovelace (of the Harbour Trust) runs Gantry; Gantry runs well."


@pytest.fixture
def gliner(tmp_path: Path) -> Path:
    return tiny.gliner(tmp_path / "gliner", NAMED, prompts=list(TYPES.values()))


@pytest.fixture
def tones(tmp_path: Path) -> Path:
    return tiny.classifier(tmp_path / "tones", TONES)


def names(spans: tuple[int, ...], text: str = TEXT) -> list[str]:
    return [text[spans[n] : spans[n + 1]] for n in range(0, len(spans), 4)]


def test_gliner_finds_names_where_they_stand(gliner: Path) -> None:
    part = Gliner(path=gliner, types=TYPES)
    spans = part.answer(TEXT)["spans"]
    assert names(spans) == ["Ada Lovelace", "Harbour Trust", "Gantry", "Gantry"]
    assert spans[2::4] == (0, 1, 4, 4)  # places in NAME_TYPES
    assert set(spans[3::4]) == {881}  # the chance of 2 in log odds
    assert part.languages == ("en",)
    assert part.answer("") == part.answer("  \n ") == {"spans": ()}
    run_checks(part_checks(part, [TEXT, "", "nothing here", "Gantry " * 60]))


def test_gliner_is_asked_only_for_the_types_that_are_wanted(gliner: Path) -> None:
    few = Gliner(path=gliner, types={"product": "product"})
    assert names(few.answer(TEXT)["spans"]) == ["Gantry", "Gantry"]
    sure = Gliner(path=gliner, types=TYPES, floors={"product": 900})
    assert "Gantry" not in names(sure.answer(TEXT)["spans"])
    assert len({few.name, sure.name, Gliner(path=gliner, types=TYPES).name}) == 3


def test_gliner_cuts_what_is_too_long(gliner: Path) -> None:
    part = Gliner(path=gliner, types=TYPES)
    late = "word " * 19 + "Gantry Gantry"
    assert part.answer(late)["spans"][:2] == (95, 101)  # of max_len words only
    assert len(part.answer(late)["spans"]) == 4
    short = Gliner(path=gliner, types=TYPES, max_tokens=20)
    assert names(short.answer("Gantry " * 30)["spans"], "Gantry " * 30) == ["Gantry"] * 11
    assert Gliner(path=gliner, types=TYPES, max_tokens=5).answer(TEXT) == {"spans": ()}


def test_gliner_asks_the_graph_in_its_true_form(
    gliner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, np.ndarray]] = []
    run = Checkpoint.run

    def seen(self: Checkpoint, outputs: list[str], given: dict[str, np.ndarray]) -> object:
        asked.append(given)
        return run(self, outputs, given)

    monkeypatch.setattr(Checkpoint, "run", seen)
    Gliner(path=gliner, types={"person": "person"}).answer("Ada Lovelace ran")
    (given,) = asked
    # [CLS] <<ENT>> person <<SEP>> ada love ##lace ran [SEP]
    assert given["words_mask"].tolist() == [[0, 0, 0, 0, 1, 2, 0, 3, 0]]
    assert given["text_lengths"].tolist() == [[3]]
    assert given["span_idx"].shape == (1, 12, 2)
    assert given["span_idx"][0, :5].tolist() == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 1]]
    assert given["span_mask"][0].tolist() == [True] * 3 + [False] + [True] * 2 + [False] * 2 + [
        True] + [False] * 3  # fmt: skip


@pytest.mark.parametrize(("config", "words"), [
    ({"words_splitter_type": "jieba"}, "splits words by 'jieba'"),
    ({"ent_token": "<<TYPE>>"}, "does not know '<<TYPE>>'"),
    ({"max_width": 8}, "gives scores of shape"),
])  # fmt: skip
def test_another_kind_of_gliner_is_named(
    tmp_path: Path, config: dict[str, object], words: str
) -> None:
    folder = tiny.gliner(tmp_path / "g", NAMED, prompts=list(TYPES.values()), config=config)
    with pytest.raises(PluginError, match=words):
        Gliner(path=folder, types=TYPES).answer(TEXT)


def test_options_of_gliner_are_checked(gliner: Path, tones: Path) -> None:
    with pytest.raises(PluginError, match="'town' is no type of name"):
        Gliner(path=gliner, types={"town": "town"})
    with pytest.raises(PluginError, match="no GLiNER model that scores spans"):
        Gliner(path=tones)


def test_a_classifier_gives_the_chances_of_our_labels(tones: Path) -> None:
    part = Classifier(path=tones)
    assert part.answer("lovely lovely plain")["sentiment"] == (2, 47, 950)
    assert part.answer(" ") == {}
    run_checks(part_checks(part, ["good", "", "awful but good", "else"]))


def test_a_classifiers_labels_must_be_ours(tmp_path: Path) -> None:
    folder = tiny.classifier(tmp_path / "t", TONES, names=["LABEL_2", "LABEL_0", "LABEL_1"])
    with pytest.raises(PluginError, match="says LABEL_2, LABEL_0, LABEL_1, but sentiment is"):
        Classifier(path=folder)
    which = {"LABEL_0": "negative", "LABEL_1": "neutral", "LABEL_2": "positive"}
    assert Classifier(path=folder, labels=which).answer("lovely")["sentiment"][2] > 900
    with pytest.raises(PluginError, match="answers 'score' is none of sentiment, register"):
        Classifier(path=folder, answers="score")


def test_a_stack_takes_each_answer_from_whoever_gives_it(gliner: Path, tones: Path) -> None:
    base, own = Reader(packaged()), Gliner(path=gliner, types=TYPES)
    stack = Stack(base, (own, Classifier(path=tones)))
    reading, plain = stack.read(TEXT), base.read(TEXT)
    assert reading.vector.tobytes() == plain.vector.tobytes()
    assert names(reading.outputs["spans"])[0] == "Ada Lovelace"
    assert reading.outputs["sentiment"] == (333, 333, 333)  # not the packaged reader's
    assert {n: v for n, v in reading.outputs.items() if n not in ("spans", "sentiment")} == {
        n: v for n, v in plain.outputs.items() if n not in ("spans", "sentiment")
    }
    assert stack.name == " & ".join([base.name, own.name, stack.parts[1].name])
    assert stack.encoder is base
    assert stack.tells_attitudes == base.tells_attitudes
    run_checks(reader_checks(stack, [TEXT, "", "lovely"]))


def test_two_parts_may_not_give_the_same(gliner: Path) -> None:
    part = Gliner(path=gliner, types=TYPES)
    with pytest.raises(PluginError, match="another part gives 'spans' already"):
        Stack(Reader(packaged()), (part, part))


def test_only_languages_all_of_them_read_are_read(tmp_path: Path, gliner: Path) -> None:
    base = Folder(path=tiny.encoder(tmp_path / "m", {"a": [1.0]}), languages=["de", "en", "es"])
    both = Gliner(path=gliner, types=TYPES, languages=["es", "de"])
    assert Stack(base, (both,)).languages == ("de", "es")
    other = Gliner(path=gliner, types=TYPES, languages=["sv"])
    with pytest.raises(PluginError, match="declares no language that"):
        Stack(base, (other,))


def test_a_folder_named_on_its_own_stands_beside_the_packaged_reader(
    gliner: Path, tones: Path
) -> None:
    (gliner / "reader.toml").write_text(
        'languages = ["en"]\n[types]\n' + "".join(f'{k} = "{v}"\n' for k, v in TYPES.items())
    )
    (answer,) = label_texts([TEXT], layers=["names", "sentiment"], reader=gliner)
    assert [(a["value"], a["start"], a["stop"]) for a in answer["names"]][:2] == [
        ("person", 0, 12), ("organization", 21, 34)]  # fmt: skip
    assert answer["sentiment"]
    (toned,) = label_texts(["awful"], layers=["sentiment"], reader=tones)
    assert toned["sentiment"][0]["value"] == "negative"


def test_a_desk_names_its_reader_and_its_parts(tmp_path: Path, gliner: Path, tones: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "desk.toml").write_text(
        f'name = "d"\ntitle = "D"\n[reader]\npath = "../tones"\nlanguages = ["en"]\n'
        f'[[reader.part]]\nkind = "gliner"\npath = "../{gliner.name}"\n'
    )
    desk = Desk.load(folder)
    assert desk.reader == ReaderSpec(
        options={"path": str(tones), "languages": ["en"]},
        parts=(PartSpec("gliner", {"path": str(gliner)}),),
    )
    assert desk.hash == Desk.load(folder).hash
    assert chosen(desk).kind == "folder"
    assert chosen(desk, "packaged").kind == ""
    plain = Desk(name="d", title="D", topic="", folder=folder)
    assert plain.hash == desk.hash  # labels name their reader themselves
    assert chosen(plain).options == {"path": packaged()}


@pytest.mark.parametrize(("text", "words"), [
    ('path = "nowhere"', r"\[reader\], key 'path': .*nowhere: is not there"),
    ('[[reader.part]]\npath = "x"', "key 'kind': is missing"),
    ("[[reader.part]]\nkind = 3", "3 is not a string"),
])  # fmt: skip
def test_mistakes_in_a_desks_reader_are_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "desk.toml").write_text(f'name = "d"\ntitle = "D"\n[reader]\n{text}\n')
    with pytest.raises(DeskError, match=words):
        Desk.load(tmp_path)


def test_options_nobody_takes_are_named(tmp_path: Path, gliner: Path) -> None:
    desk = Desk(name="d", title="D", topic="", folder=tmp_path)
    for spec, kind, words in (
        (ReaderSpec(options={"path": str(packaged()), "languages": ["fr"]}), DeskError,
         "key 'languages': reader.onnx is a reader's own file"),
        (ReaderSpec(kind="oracle"), PluginError, "called 'oracle'; there are: fast, folder"),
        (ReaderSpec(parts=(PartSpec("oracle"),)), PluginError, "chat, classifier, gliner"),
        (ReaderSpec(parts=(PartSpec("gliner", {"path": str(gliner), "color": 1}),)), PluginError,
         "color"),
    ):  # fmt: skip
        with pytest.raises(kind, match=words):
            open_reader(chosen(Desk(**{**vars(desk), "reader": spec})))
