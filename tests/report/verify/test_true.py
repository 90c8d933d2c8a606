"""True sentences are let through, however they are put."""

from __future__ import annotations

from typing import Any

import pytest


def test_every_claim_is_counted_alike(town: Any) -> None:
    from groundswell.report.verifiers.figures import faults

    wrong = {name: list(faults(claim, town.evidence)) for name, claim in town.claims.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_true_sentences_hold(town: Any, told: Any) -> None:
    wrong = {text: town.faults(text, *names, move=move) for move, text, names in told}
    assert {text: found for text, found in wrong.items() if found} == {}
    assert len(told) >= 30


@pytest.mark.parametrize(("text", "names"), [
    ("Stevedore is the second most named product.", ("rank2",)),
    ("By voices, Gantry ranks second of four products.", ("rank2",)),
    ("Gantry ranks 2 of 4 products.", ("rank2",)),
    ("Brightwater is the most named product.", ("rank1",)),
    ("10 people answered the post.", ("answered",)),
    ("Ten people answered the post.", ("answered",)),
    ("Eleven people shared the link over the past week.", ("shared",)),
    ("In the last seven days, 11 people shared the link.", ("shared",)),
    ("In the last 7 days, 11 people shared the link.", ("shared",)),
    ("More than half of the authors who named Brightwater appear cold, as our reader labels them.",
     ("cold",)),
    ("Ledger & Wire wrote a day later than Commons Weekly.", ("wrote0", "wrote1")),
    ("Four outlets published within four days.", ("coverage",)),
    ("There were two names, Gantry and then Stevedore.", ("rename",)),
])  # fmt: skip
def test_other_ways_to_say_it_hold(town: Any, text: str, names: tuple[str, ...]) -> None:
    assert town.faults(text, *names) == []


def test_thousands_are_read_either_way() -> None:
    from groundswell.report.verifiers.numerals import read
    from groundswell.report.verifiers.spans import parse

    printed = ("1,234 people", "1234 people", "one thousand people", "twenty-three people")
    assert [read(parse(text))[0].value for text in printed] == [1234, 1234, 1000, 23]
