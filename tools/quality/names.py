"""Names in text: strict entity F1 on token spans, each set's types mapped to shared classes.

A name counts when its first and last token and its class are right. Where the reader's character
span cuts a token, the whole token is taken. Types that one side does not know are left out on both:
their gold names are not asked for, and what the reader gives of their types is not held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundswell.types import Reading
from groundswell.types.reading import NAME_TYPES
from quality import baselines
from quality.figures import (
    READER,
    Measure,
    Mistake,
    Part,
    Result,
    figures_of,
    length_of,
    parts_of,
    worst,
)
from quality.readings import TAGS, ReadingPool, sample, targeted
from quality.scores import Tally, estimate, f1_of_kind, micro_f1, overlap, precision, recall
from quality.sets import Row, rows_of

Spot = tuple[int, int]  # first token and the one after the last
Name = tuple[str, Spot]  # class and place
Maps = Mapping[str, str]  # type to class; what is not in it is left out
TOKENS, CAPITALS = "token regression", "capital letters"
MOST_TRAIN = 6_000  # sentences a baseline learns from


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSet:
    """A set with BIO tags: how its types and the reader's meet in shared classes.

    `scores[0]` is entity F1. `train` is what the baseline learns from.
    """

    name: str
    folder: str
    types: Maps
    reader: Maps
    train: str = "train"
    note: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order of the set's types."""
        return tuple(dict.fromkeys(self.types.values()))


def _rest(known: Maps, rest: str) -> Maps:
    return {kind: known.get(kind, rest) for kind in NAME_TYPES}


PEOPLE_AND_PLACES = {"person": "PER", "organization": "ORG", "government": "ORG",
                     "state": "LOC", "place": "LOC"}  # fmt: skip
FOUR = _rest(PEOPLE_AND_PLACES, "MISC")
WORKS = {**PEOPLE_AND_PLACES, "other": "WORK", "product": "WORK"}
FILINGS = {"person": "PER", "organization": "ORG", "government": "GOV", "state": "LOC",
           "place": "LOC", "legislation": "LAW"}  # fmt: skip
SOFTWARE = {"product": "SOFTWARE", "technology": "SOFTWARE", "organization": "ORG"}

NAME_SETS = (
    NameSet(
        name="wnut17", folder="ner/wnut17", reader=FOUR,
        types={"person": "PER", "corporation": "ORG", "group": "ORG", "location": "LOC",
               "creative-work": "MISC", "product": "MISC"},
        note="four mapped types: group and corporation are ORG, creative-work and product MISC;"
             " the reader's government is ORG, state and place LOC, all the rest MISC",
    ),
    NameSet(
        name="wikineural", folder="ner/wikineural_en", reader=FOUR, train="dev",
        types={"PER": "PER", "ORG": "ORG", "LOC": "LOC", "MISC": "MISC"},
        note="types as for wnut17; the set has no train split here, so baselines learn from dev",
    ),
    NameSet(
        name="e_ner", folder="ner/e_ner_edgar", reader=FILINGS,
        types={"PERSON": "PER", "BUSINESS": "ORG", "GOVERNMENT": "GOV", "COURT": "GOV",
               "LOCATION": "LOC", "LEGISLATION/ACT": "LAW"},
        note="courts are government; MISCELLANEOUS (form names, dates) and the reader's product,"
             " technology, concept and other are left out",
    ),
    NameSet(
        name="crossner_politics", folder="ner/crossner_politics", reader=PEOPLE_AND_PLACES,
        types={"politician": "PER", "person": "PER", "politicalparty": "ORG",
               "organisation": "ORG", "country": "LOC", "location": "LOC"},
        note="elections, events and misc are left out, as are the reader's other types",
    ),
    NameSet(
        name="crossner_music", folder="ner/crossner_music", reader=WORKS,
        types={"musicalartist": "PER", "person": "PER", "band": "ORG", "organisation": "ORG",
               "country": "LOC", "location": "LOC", "album": "WORK", "song": "WORK"},
        note="albums and songs are WORK, as are the reader's product and other; genres, awards,"
             " events, instruments and misc are left out",
    ),
    NameSet(
        name="crossner_literature", folder="ner/crossner_literature", reader=WORKS,
        types={"writer": "PER", "person": "PER", "organisation": "ORG", "country": "LOC",
               "location": "LOC", "book": "WORK", "poem": "WORK", "magazine": "WORK"},
        note="books, poems and magazines are WORK, as are the reader's product and other; genres,"
             " awards, events and misc are left out",
    ),
    NameSet(
        name="stackoverflow_ner", folder="ner/stackoverflow_ner", reader=SOFTWARE,
        types={"Application": "SOFTWARE", "Library": "SOFTWARE", "Language": "SOFTWARE",
               "Operating_System": "SOFTWARE", "Device": "SOFTWARE", "Algorithm": "SOFTWARE",
               "Website": "SOFTWARE", "Organization": "ORG"},
        note="product and technology are one class; names inside code (variables, functions,"
             " files, values, interface elements) are left out",
    ),
)  # fmt: skip


def measure(one: NameSet, bench: Path, pool: ReadingPool) -> Result:
    """The figures of one set."""
    rows = rows_of(bench, one.folder, "test")
    wanted = [set(spots_of(row["tags"], one.types)) for row in rows]
    tallies: dict[str, Tally | None] = {READER: None}
    told: list[dict[Name, int]] = []
    if TAGS in pool.tells:
        readings = pool.read(targeted([text_of(row) for row in rows]))
        told = [said(reading, row, one.reader) for reading, row in zip(readings, rows, strict=True)]
        tallies[READER] = overlap(one.classes, wanted, [set(names) for names in told])
    for maker, found in _baselines(one, rows, rows_of(bench, one.folder, one.train)).items():
        tallies[maker] = overlap(one.classes, wanted, [set(names) for names in found])
    measures = [Measure("F1", micro_f1), Measure("precision", precision), Measure("recall", recall)]
    own = tallies[READER]
    return Result(
        task=one.name,
        figures=figures_of(one.name, measures, tallies),
        parts=(*kind_parts(own, one.classes, "class, F1"),
               *parts_of(own, micro_f1, {"length": [length_of(text_of(row)) for row in rows]})),
        mistakes=worst([
            Mistake(str(row["id"]), _at(wants, name[1]), _told(name), score / 1000,
                    " ".join(row["tokens"][slice(*name[1])]))
            for row, wants, names in zip(rows, wanted, told, strict=False)
            for name, score in names.items() if name not in wants
        ]),
        note=one.note,
    )  # fmt: skip


def text_of(row: Row) -> str:
    """The tokens with blanks between."""
    return " ".join(row["tokens"])


def said(reading: Reading, row: Row, classes: Maps) -> dict[Name, int]:
    """The reader's names as classes at token spans, with their scores."""
    spans = [(span.start, span.stop, NAME_TYPES[span.kind], span.score) for span in reading.spans()]
    made: dict[Name, int] = {}
    for start, stop, kind, score in spans:
        if kind in classes:
            spot = spot_of(row["tokens"], start, stop)
            made.setdefault((classes[kind], spot), score)
    return made


def spot_of(tokens: Sequence[str], start: int, stop: int) -> Spot:
    """The tokens that characters start to stop of the joined text touch.

    >>> spot_of(["In", "New", "York", "now"], 3, 11)
    (1, 3)
    """
    first, last, place = len(tokens), 0, 0
    for n, token in enumerate(tokens):
        if place < stop and start < place + len(token):
            first, last = min(first, n), n + 1
        place += len(token) + 1
    return first, last


def spots_of(tags: Sequence[str], classes: Maps) -> list[Name]:
    """The names of BIO tags whose types have a class; an I after another type begins a name.

    >>> spots_of(["B-per", "I-per", "O", "B-x"], {"per": "PER"})
    [('PER', (0, 2))]
    """
    made: list[Name] = []
    start, kind = 0, ""
    for n, tag in enumerate([*tags, "O"]):
        if kind and tag != f"I-{kind}":
            made.append((kind, (start, n)))
            kind = ""
        if tag != "O" and not kind:
            start, kind = n, tag[2:]
    return [(classes[kind], spot) for kind, spot in made if kind in classes]


def kind_parts(tally: Tally | None, kinds: Sequence[str], what: str) -> tuple[Part, ...]:
    """The F1 of each kind, n being how many were wanted."""
    if tally is None:
        return ()
    made = []
    for place, kind in enumerate(kinds):
        found = estimate(tally, f1_of_kind(place), seed=kind)
        wanted = int(tally.rows[:, 3 * place + 1].sum())
        made.append(Part(what, kind, type(found)(wanted, found.value, found.low, found.high)))
    return tuple(made)


def _baselines(
    one: NameSet, rows: Sequence[Row], train: Sequence[Row]
) -> dict[str, list[list[Name]]]:
    """Names of the baselines, in the set's classes."""
    known = {kind: kind for kind in one.classes}
    part = [train[n] for n in sample([row["id"] for row in train], MOST_TRAIN)]
    taught = [(row["tokens"], _mapped(row["tags"], one.types)) for row in part]
    tagged = baselines.tags(taught, [row["tokens"] for row in rows])
    wanted = [kind for row in part for kind, _ in spots_of(row["tags"], one.types)]
    commonest = max(sorted(set(wanted)), key=wanted.count)
    return {
        CAPITALS: [[(commonest, spot) for spot in capitals(row["tokens"])] for row in rows],
        TOKENS: [spots_of(tags, known) for tags in tagged],
    }


def _mapped(tags: Sequence[str], types: Maps) -> list[str]:
    """Tags in the set's classes; O for what is left out."""
    return [
        f"{tag[:2]}{types[tag[2:]]}" if tag != "O" and tag[2:] in types else "O" for tag in tags
    ]


def capitals(tokens: Sequence[str]) -> list[Spot]:
    """Runs of capitalised words, the first word of a sentence left out unless it goes on.

    >>> capitals(["The", "House", "met", "Ann", "Lee"])
    [(0, 2), (3, 5)]
    """
    made: list[Spot] = []
    for n, token in enumerate(tokens):
        if token[:1].isupper():
            if made and made[-1][1] == n:
                made[-1] = (made[-1][0], n + 1)
            else:
                made.append((n, n + 1))
    return [spot for spot in made if spot != (0, 1)]


def _at(wanted: set[Name], spot: Spot) -> str:
    """What was wanted where a wrong name stands."""
    for kind, (start, stop) in sorted(wanted):
        if start < spot[1] and spot[0] < stop:
            return kind if (start, stop) == spot else _told((kind, (start, stop)))
    return "no name"


def _told(name: Name) -> str:
    return f"{name[0]} at {name[1][0]} to {name[1][1]}"
