"""Which words of people may be printed, and which titles."""

from typing import Any

import pytest

from groundswell.report.quotes import Quotes, headline, opens, readable

NIGHT = 100


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Crane is a fine thing to have around here", True),
        ("Crane is a fine thing", False),  # under eight words
        ("a crane is a fine thing to have around here", False),  # starts small
        ("Crane in the yard by the shed near the road", False),  # says nothing
        ("Crane is worth 40 of the hours it costs me", False),  # a joke of numbers
        ("And Crane is a fine thing to have around here", False),  # leans on what stood before
    ],
)
def test_a_quote_is_a_sentence_worth_reading(text: str, fits: bool) -> None:
    assert readable(text) is fits


def test_a_quote_begins_where_a_sentence_begins() -> None:
    body = "I said yes. Crane works, mostly Crane works.\nCrane is done."
    assert opens(body, 0)
    assert opens(body, body.index("Crane works"))
    assert opens(body, body.index("Crane is done"))
    assert not opens(body, body.index("mostly"))


def crowd(world: Any) -> None:
    for n in range(120):
        world.post(f"a{n}", "Nothing of note.", day=80)
        world.post(f"c{n}", "Small talk.", day=80, place="cellar.example")


def quotes(world: Any) -> Quotes:
    figures = world.measured().figures
    return Quotes("entity/crane", figures.posts("entity/crane", 90, 101), figures)


def test_never_two_from_one_thread(world: Any) -> None:
    crowd(world)
    root = world.post("ann", "Crane is the one thing that I would keep.")
    world.post("bob", "Crane was never what I wanted from all this.", place="cellar.example",
               root=root, parent=root)  # fmt: skip
    assert len(quotes(world).take(2)) == 1


def test_a_contrary_voice_is_clear_and_says_nothing_warm(world: Any) -> None:
    crowd(world)
    world.post("ann", "Crane has been great but now it eats my evenings.", tone="negative")
    assert quotes(world).against(1) == []
    world.post("bob", "Crane has eaten every one of my free evenings lately.", tone="negative")
    assert quotes(world).against(1) == []
    world.post("cid", "Crane has eaten every one of my weekday evenings lately.", tone="negative")
    assert [p.post.author for p in quotes(world).against(1)] == ["cid"]
    assert quotes(world).against(-1) == []


def test_a_title_is_quoted_unless_it_names_somebody_private(world: Any) -> None:
    plain = world.post("", "It fell.", title="Why the big crane had to come down", outlet="hill")
    named = world.post("", "It fell.", title="Why old Jim Smith took it down", outlet="hill")
    figures = world.measured().figures
    assert headline(figures.post(plain), []) == len("Why the big crane had to come down")
    assert headline(figures.post(named), []) == 0
