"""Which name came after which, out of a desk's dated aliases."""

from __future__ import annotations

import pytest

from groundswell.desk import Alias, Entity
from groundswell.desk.nouns import FOREVER
from groundswell.report.claims.rename import names_in_order


def entity(*aliases: Alias) -> Entity:
    return Entity(slug="crane", name="Crane", type="product", aliases=aliases)


@pytest.mark.parametrize(
    ("aliases", "names"),
    [
        ((Alias(text="Crane"),), []),
        ((Alias(text="Derrick", start=97),), [("Crane", 0), ("Derrick", 97)]),
        ((Alias(text="Crane", stop=97), Alias(text="Derrick", start=97)),
         [("Crane", 0), ("Derrick", 97)]),
        # the old name alone is dated, twice: it is not what the thing is called now
        ((Alias(text="Hoist", start=40, stop=90), Alias(text="Quay Hoist", start=40, stop=90)),
         [("Hoist", 40), ("Crane", 90)]),
    ],
)  # fmt: skip
def test_names_follow_the_days_they_held(aliases: tuple[Alias, ...], names: list[object]) -> None:
    assert names_in_order(entity(*aliases)) == names


def test_an_open_end_is_no_end() -> None:
    assert names_in_order(entity(Alias(text="Derrick", start=97, stop=FOREVER)))[-1] == (
        "Derrick",
        97,
    )
