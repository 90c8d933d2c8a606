"""The training texts we wrote ourselves: one JSON object a line, labels by the codebook."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

WRITTEN = Path(__file__).parent.parent.parent / "training" / "written"
FILES = sorted(WRITTEN.glob("*.ndjson"))
FIELDS = {"id", "text", "sentiment", "score", "register", "stance_open_source",
          "open_source_role", "entities", "spam", "emotions"}  # fmt: skip
SENTIMENTS = {"positive", "neutral", "negative"}
REGISTERS = {"analytical", "informative", "celebratory", "hopeful", "curious", "anxious",
             "frustrated", "mocking", "mournful", "promotional"}  # fmt: skip
STANCES = {"favor", "against", "mixed", "none", "not_mentioned"}
ROLES = {"solution", "threat", "identity", "moral_good", "resource_cost", "obligation", "technical"}
TYPES = {"person", "organization", "state", "government", "product", "technology", "legislation",
         "concept"}  # fmt: skip
EMOTIONS = {"anger", "fear", "joy", "sadness", "optimism"}
NEUTRAL = 0.2  # scores up to here, either way, are neutral
RUN = 6  # words in a row that no two texts may share
WORD = re.compile(r"\w+(?:['’]\w+)*")
MARK = re.compile(r"\[([^\[\]|]+)\|(\w+)\]")
ADDRESS = re.compile(r"(?:https?://|@)([\w-]+(?:\.[\w-]+)+)")


@cache
def rows(path: Path) -> tuple[dict, ...]:
    return tuple(json.loads(line) for line in path.read_text("utf-8").splitlines())


def body(row: dict) -> str:
    return row.get("title", "") + "\n" + row["text"]


@cache
def marked() -> tuple[str, ...]:
    return tuple((WRITTEN / "marked.txt").read_text("utf-8").splitlines())


def plain(line: str) -> str:
    return MARK.sub(r"\1", line)


def faults(row: dict) -> list[str]:
    """What is wrong with one row; empty when nothing is."""
    if set(row) - {"title"} != FIELDS:
        return [f"fields {sorted(set(row) ^ FIELDS)}"]
    stance, roles = row["stance_open_source"], row["open_source_role"]
    names = [(one["text"], one["type"]) for one in row["entities"]]
    sound = {
        "text": bool(row["text"].strip()) and row["text"] == row["text"].strip(),
        "title": bool(row.get("title", "x").strip()) and "\n" not in row.get("title", ""),
        "sentiment": row["sentiment"] in SENTIMENTS,
        "score": type(row["score"]) in (int, float) and tone(row["score"]) == row["sentiment"],
        "register": row["register"] in REGISTERS,
        "stance": stance in STANCES,
        "roles": set(roles) <= ROLES and len(set(roles)) == len(roles)
                 and (not roles if stance == "not_mentioned" else 1 <= len(roles) <= 2),
        "spam": type(row["spam"]) is bool,
        "emotions": set(row["emotions"]) <= EMOTIONS
                    and len(set(row["emotions"])) == len(row["emotions"]),
        "entities": len(names) <= 12 and len(set(names)) == len(names)
                    and all(set(one) == {"text", "type"} for one in row["entities"])
                    and all(kind in TYPES and stands(name, row) for name, kind in names),
        "address": all(host.startswith("example.") or ".example." in host
                       for host in ADDRESS.findall(body(row))),
    }  # fmt: skip
    return [name for name, good in sound.items() if not good]


def tone(score: float) -> str:
    if abs(score) <= NEUTRAL:
        return "neutral"
    return ("negative" if score < 0 else "positive") if abs(score) <= 1 else "out of range"


def stands(name: str, row: dict) -> bool:
    """The name occurs as it is written, in the title or in the text, on word borders."""
    found = rf"(?<!\w){re.escape(name)}(?!\w)"
    return any(re.search(found, part) for part in (row.get("title", ""), row["text"]))


def runs(row: dict) -> set[tuple[str, ...]]:
    return runs_of(body(row))


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def test_there_are_texts():
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_row_follows_the_codebook(path):
    assert {row["id"]: wrong for row in rows(path) if (wrong := faults(row))} == {}


def test_ids_are_unique_across_files():
    seen = Counter(row["id"] for path in FILES for row in rows(path))
    assert [one for one, n in seen.items() if n > 1] == []


def test_no_two_texts_share_a_run_of_words():
    owner: dict[tuple[str, ...], str] = {}
    shared = []
    found = {row["id"]: runs(row) for path in FILES for row in rows(path)}
    found |= {plain(line): runs_of(plain(line)) for line in marked()}
    for name, all_runs in found.items():
        for run in sorted(all_runs):
            if owner.setdefault(run, name) != name:
                shared.append((owner[run], name, " ".join(run)))
    assert shared == []


def test_every_mark_is_well_formed():
    lines = marked()
    assert len(lines) > 1000
    assert [line for line in lines if set(plain(line)) & set("[]|") or not line.strip()] == []
    names = [mark for line in lines for mark in MARK.finditer(line)]
    assert {mark[2] for mark in names} == {
        "person", "org", "gov", "loc", "product", "tech", "law", "concept", "other",
    }  # fmt: skip
    assert [mark[0] for mark in names if mark[1] != mark[1].strip()] == []
    assert 0.1 < sum(not MARK.search(line) for line in lines) / len(lines) < 0.4
    assert [host for line in lines for host in ADDRESS.findall(plain(line))
            if not (host.startswith("example.") or ".example." in host)] == []  # fmt: skip


def test_what_public_data_lacks_is_there():
    own = rows(WRITTEN / "train.ndjson")
    registers = Counter(row["register"] for row in own)
    assert sum(row["stance_open_source"] == "against" for row in own) >= 130
    assert sum(row["spam"] for row in own) >= 50
    assert {name for name in REGISTERS if registers[name] < 30} == set()
    assert registers["anxious"] >= 60
    assert registers["mournful"] >= 60
    assert {role for row in own for role in row["open_source_role"]} == ROLES
    assert {one["type"] for row in own for one in row["entities"]} == TYPES


GOOD = {
    "id": "x1", "title": "A vote in Ghent", "text": "The council said yes.",
    "sentiment": "neutral", "score": 0.0, "register": "informative",
    "stance_open_source": "not_mentioned", "open_source_role": [],
    "entities": [{"text": "Ghent", "type": "state"}], "spam": False, "emotions": [],
}  # fmt: skip


def test_a_good_row_has_no_faults():
    assert faults(GOOD) == []


@pytest.mark.parametrize(("change", "wrong"), [
    ({"text": " "}, "text"), ({"title": ""}, "title"), ({"sentiment": "good"}, "sentiment"),
    ({"score": 0.5}, "score"), ({"score": -1.5, "sentiment": "negative"}, "score"),
    ({"register": "angry"}, "register"), ({"stance_open_source": "for"}, "stance"),
    ({"open_source_role": ["threat"]}, "roles"), ({"stance_open_source": "favor"}, "roles"),
    ({"spam": 0}, "spam"), ({"emotions": ["envy"]}, "emotions"),
    ({"entities": [{"text": "Gent", "type": "state"}]}, "entities"),
    ({"entities": [{"text": "Ghen", "type": "state"}]}, "entities"),
    ({"entities": [{"text": "Ghent", "type": "town"}]}, "entities"),
    ({"text": "See http://bad.test/x."}, "address"),
])  # fmt: skip
def test_faults_are_found(change, wrong):
    assert wrong in faults(GOOD | change)


def test_a_missing_field_is_found():
    assert faults({name: value for name, value in GOOD.items() if name != "spam"})


def test_shared_runs_are_seen_through_case_and_marks():
    one = GOOD | {"text": "Well, it wasn't late: it was the end."}
    other = GOOD | {"title": "x", "text": "IT wasn't late, it was THE last."}
    assert runs(one) & runs(other) == {("it", "wasn't", "late", "it", "was", "the")}


def test_five_shared_words_are_no_run():
    one = GOOD | {"title": "x", "text": "it was late and so we left"}
    other = GOOD | {"title": "y", "text": "it was late and so he stayed"}
    assert runs(one) & runs(other) == set()
