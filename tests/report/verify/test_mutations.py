"""Lies made by the hundred: every class must be caught whole, and harmless edits let through."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b(?! April)(?!(?:st|nd|rd|th))")
NAMES = {"Gantry": ("Corvane", "Kestrel"), "Stevedore": ("Corvane", "Kestrel"),
         "r/AtticModels": ("r/DeskJobs", "Reddit", "r/programming"),
         "r/DeskJobs": ("r/AtticModels", "Reddit"), "China": ("Hexham", "India"),
         "OpenAI": ("Anthropic", "Google"), "Hexham": ("China", "Tallow County"),
         "Commons Weekly": ("Circuit Post", "The Guardian"),
         "Ledger & Wire": ("Harbor Gazette", "Wired"),
         "Classroom Tools Act": ("Ostrava Protocol", "AI Act"),
         "Brightwater Notes": ("Kestrel", "Corvane"),
         "Brightwater": ("Kestrel", "Gantry")}  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Told = tuple[str, str, tuple[str, ...]]


def swaps(text: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    for old, new in pairs:
        for m in re.finditer(rf"(?<![\w/]){re.escape(old)}(?![\w])", text):
            yield text[: m.start()] + new + text[m.end() :]


def outside_quotes(text: str, make: Callable[[str], Iterator[str]]) -> Iterator[str]:
    """Mutants that leave quotations alone."""
    kept = re.findall(r"“[^”]*”", text)
    yield from (new for new in make(text) if re.findall(r"“[^”]*”", new) == kept)


def digits(text: str) -> Iterator[str]:
    for m in NUMBER.finditer(text):
        for step in (1, -1, 2, 5):
            if m.group().isdigit() and int(m.group()) + step > 0 and "[" not in text[: m.start()]:
                yield text[: m.start()] + str(int(m.group()) + step) + text[m.end() :]
    for n, word in enumerate(WORDS[2:12], 2):
        yield from swaps(text, [(word, WORDS[n + 1]), (word, WORDS[n - 1]),
                                (word.capitalize(), WORDS[n + 1].capitalize())])  # fmt: skip


def magnitude(text: str) -> Iterator[str]:
    for m in NUMBER.finditer(text):
        if "[" not in text[: m.start()]:
            for new in (f"{m.group()}0", f"{float(m.group()) * 100:g}", f"{m.group()} thousand",
                        f"{float(m.group()) / 10:g}"):  # fmt: skip
                yield text[: m.start()] + new + text[m.end() :]


def units(text: str) -> Iterator[str]:
    yield from swaps(text, [(" %", " points"), ("points", "%"), ("people", "posts"),
                            ("authors", "posts"), ("authors", "comments"), ("people", "articles"),
                            ("people", "threads"), ("authors", "outlets"), ("outlets", "people"),
                            ("products", "people"), ("people", "communities"),
                            ("records", "people"),
                            ("people", "records"), ("authors", "records"), ("people", "forums"),
                            ("authors", "threads"), ("authors", "communities")])  # fmt: skip


def names(text: str) -> Iterator[str]:
    yield from swaps(text, [(old, new) for old, others in NAMES.items() for new in others])


def wider(text: str) -> Iterator[str]:
    yield from swaps(text, [("people", "developers"), ("authors", "developers"),
                            ("people", "teachers"), ("authors", "Americans"), ("people", "experts"),
                            ("authors", "users"), ("authors", "maintainers"),
                            ("In r/AtticModels", "In the communities we follow"),
                            ("in r/AtticModels", "on the internet"),
                            ("In r/AtticModels", "Everywhere"), ("people", "Redditors"),
                            ("in r/DeskJobs", "in the whole world"),
                            ("in r/AtticModels", "across the web"),
                            ("In r/AtticModels", "On social media")])  # fmt: skip


def flips(text: str) -> Iterator[str]:
    yield from swaps(text, [("grew", "fell"), ("surged", "collapsed"), ("fell", "rose"),
                            ("More", "Fewer"), ("Fewer", "More"), ("higher", "lower"),
                            ("cold", "warm"), ("grew", "shrank"), ("surged", "dropped"),
                            ("fell", "warmed"), ("named", "stopped naming"),
                            ("grew", "declined"), ("surged", "sank"),
                            ("fell", "improved")])  # fmt: skip


def nots(text: str) -> Iterator[str]:
    for verb in ("named", "said", "answered", "grew", "surged", "fell", "wrote", "shared", "gave",
                 "appears", "were", "is", "was", "are", "did"):  # fmt: skip
        for denial in ("did not", "never", "hardly", "no longer"):
            yield from swaps(text, [(verb, f"{denial} {verb}")])


def stronger(text: str) -> Iterator[str]:
    for verb in ("named", "grew", "surged", "fell", "wrote", "answered", "shared"):
        for word in ("dramatically", "overwhelmingly", "massively", "clearly", "sharply"):
            yield from swaps(text, [(verb, f"{word} {verb}"), (verb, f"{verb} {word}")])
    yield from swaps(text, [("fell", "collapsed"), ("fell", "plunged"), ("grew", "soared"),
                            ("surged", "exploded"), ("grew", "skyrocketed")])  # fmt: skip


def quantities(text: str) -> Iterator[str]:
    yield from swaps(
        text,
        [
            ("Some", "Most"),
            ("Some", "All"),
            ("Many", "Most"),
            ("Many", "All"),
            ("Many", "Nearly all"),
            ("Nearly all", "All"),
            ("Some", "Nearly all"),
        ],
    )
    for noun in ("people", "authors"):
        for m in re.finditer(rf"(?:\d+ of )?\d+ {noun}", text):
            for word in ("most", "nearly all", "all", "hundreds of", "dozens of", "the majority of",
                         "countless", "every one of the"):  # fmt: skip
                yield text[: m.start()] + f"{word} {noun}" + text[m.end() :]


def times(text: str) -> Iterator[str]:
    pairs = [
        ("last seven days", f"last {word}")
        for word in (
            "thirty days",
            "six days",
            "two weeks",
            "three months",
            "24 days",
            "eight days",
        )
    ]
    pairs += [("week to 12 April", f"week to {day} April") for day in (5, 11, 13, 19)]
    pairs += [("week to 12 April", "month to 12 April"), ("that week", "that month"),
              ("that week", "last month"), ("four weeks before", "eight weeks before"),
              ("four weeks before", "three weeks before"), ("a day", "a week")]  # fmt: skip
    pairs += [(f"{n} April", f"{n + step} April") for n in range(1, 20) for step in (1, 9, -1)]
    pairs += [("April", "May"), ("April", "March"), ("March", "April"), ("the 9th", "the 10th"),
              ("the 9th", "the 19th"), ("9 March", "8 March"), ("9 March", "19 March")]  # fmt: skip
    pairs += [(a, b) for a in ("Tuesday", "Wednesday") for b in DAYS if a != b]
    yield from swaps(text, pairs)


def ranks(text: str) -> Iterator[str]:
    yield from swaps(text, [("second most", word) for word in
                            ("most", "third most", "fourth most", "fifth most", "least",
                             "second least", "eleventh most")])  # fmt: skip
    yield from swaps(text, [("product", "company"), ("of four", "of five"), ("of four", "of forty"),
                            ("the second most named", "the top"), ("the second most named", "the"
                             " best"), ("the second most named", "the leading")])  # fmt: skip
    yield from swaps(
        text,
        [
            ("Commons Weekly was first", f"{other} was first")
            for other in ("Ledger & Wire", "Circuit Post", "Harbor Gazette", "Evening Harbor")
        ],
    )
    yield from swaps(text, [("in our corpus", place) for place in
                            ("anywhere", "in the world", "of all outlets",
                             "on the day")])  # fmt: skip


def causes(text: str) -> Iterator[str]:
    for link in ("because of the launch", "thanks to the launch", "despite the launch",
                 "as a result", "due to the launch", "which proves the point"):  # fmt: skip
        yield f"{text.rstrip('.')} {link}."


def quotes(text: str) -> Iterator[str]:
    for m in re.finditer(r"“([^”]*)”", text):
        words = m.group(1).split()
        for n, word in enumerate(words):
            for new in ([], ["not"], [word, "really"], [word.replace("o", "\u043e")], [word[::-1]]):
                changed = " ".join([*words[:n], *new, *words[n + 1 :]])
                if changed.rstrip(",") != m.group(1).rstrip(","):
                    yield f"{text[: m.start()]}“{changed}”{text[m.end() :]}"


def equals(text: str) -> Iterator[str]:
    for new in ("named as often as", "named as many times as", "named about as often as",
                "named equally often by people who named"):  # fmt: skip
        yield from swaps(text, [("named", new)])


CLASSES: dict[str, Callable[[str], Iterator[str]]] = {
    "digit": digits, "order of magnitude": magnitude, "unit or denominator": units,
    "entity or place": names, "scope": wider, "direction": flips, "not": nots,
    "intensity": stronger, "quantity": quantities, "time": times, "rank and first": ranks,
    "cause": causes, "quotation": quotes, "equivalence": equals,
}  # fmt: skip
FEWEST = 60


def mutants(told: list[Told], sort: str) -> list[Told]:
    found, make = [], CLASSES[sort]
    for move, text, cited in told:
        if cited == ("who",):
            continue  # no number, no direction: nothing mechanical to mutate
        edits = make(text) if sort == "quotation" else outside_quotes(text, make)
        found += [(move, new, cited) for new in dict.fromkeys(edits) if new != text]
    return found


def stretched(town: Any, told: list[Told]) -> list[Told]:
    """The same sentences led in, so that each class has enough to mutate."""
    leads = ("Again: ", "As counted here, ", "At the time, ", "To begin with, ", "For now, ",
             "In short, ")  # fmt: skip
    more = list(told)
    for move, text, cited in told:
        for lead in leads:
            low = (
                text
                if text[:1] == "“" or text.split()[0] in NAMES or not lead.endswith(", ")
                else _lowered(text)
            )
            if cited and not town.faults(lead + low, *cited, move=move):
                more.append((move, lead + low, cited))
    return more


def _lowered(text: str) -> str:
    kept = ("Gantry", "Commons", "Stevedore", "Brightwater", "Ledger", "OpenAI")
    return text if text.startswith(kept) else text[:1].lower() + text[1:]


@pytest.fixture(scope="module")
def wide(town: Any, told: list[Told]) -> list[Told]:
    return stretched(town, told)


@pytest.mark.parametrize("sort", CLASSES)
def test_every_mutant_is_caught(town: Any, wide: list[Told], sort: str) -> None:
    made = mutants(wide, sort)
    random.Random(sort).shuffle(made)
    made = made[:400]
    slipped = [text for move, text, cited in made if not town.faults(text, *cited, move=move)]
    print(f"{sort}: {len(made) - len(slipped)}/{len(made)} caught")
    assert len(made) >= FEWEST
    assert slipped == []


def test_harmless_edits_pass(town: Any, told: list[Told]) -> None:
    """Words for digits, aliases, other order: at most one in fifty may be refused."""
    edits: list[Told] = []
    for move, text, cited in told:
        spelled = [(WORDS[n], str(n)) for n in range(2, 13)] + [
            (WORDS[n].capitalize(), str(n)) for n in range(2, 13)]  # fmt: skip
        pairs = [*spelled, ("Gantry", "Stevedore"), ("Brightwater Notes", "Brightwater"),
                 ("last seven days", "past week"), ("last seven days", "last week"),
                 ("people", "authors"), ("authors", "people"), (" %", " percent"),
                 ("8 April", "8 April 2026"), ("wrote", "published"),
                 ("named", "mentioned")]  # fmt: skip
        for new in outside_quotes(text, lambda t, p=pairs: swaps(t, p)):  # type: ignore[misc]
            if "Stevedore to Stevedore" not in new and "Stevedore gave" not in new:
                edits.append((move, new, cited))
    refused = [(text, found) for move, text, cited in edits
               if (found := town.faults(text, *cited, move=move))]  # fmt: skip
    print(f"harmless: {len(refused)}/{len(edits)} refused")
    assert len(edits) >= 60
    assert len(refused) <= len(edits) // 50, refused
