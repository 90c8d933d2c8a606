"""Stories already stored: verified again, tampering seen, withdrawals told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundswell.errors import StoreError
from groundswell.report.saved import save_story
from groundswell.report.verify import finding, verify
from groundswell.types import Fidelity, Section, Sentence, Story


@pytest.fixture
def stored(request: Any) -> Any:
    """A town with one story."""
    town = request.getfixturevalue("fresh")()
    used = {name: town.claims[name] for name in ("rank2", "voices", "quote", "answered")}

    def says(move: Any, text: str, *names: str) -> Sentence:
        return Sentence(move=move, text=text, claims=tuple(used[name].id for name in names))

    quote = used["quote"].values["text"]
    story = Story(
        slug="gantry", version=1, night=town.snapshot.seen - 1, subject="entity/gantry", beat="",
        snapshot=town.snapshot, claims=tuple(used.values()), citations=("reddit:said",),
        headline=says("headline", "Gantry is the second most named product", "rank2"),
        deck=says("deck", "In r/AtticModels 61 people named Gantry over the last seven days.",
                  "voices"),
        sections=(Section(title="", sentences=(
            says("hook", f"“{quote}”, a post on r/AtticModels said.", "quote"),
            says("say", "Ten people answered the post of 8 April.", "answered"))),),
        verdicts=(), fidelity=Fidelity(draft=1.0, strength=1.0, fewest_authors=40,
                                       gold_corrected=0.0),
    )  # fmt: skip
    with town.store.write() as writer:
        save_story(writer, story)
    return town


def again(town: Any, verifiers: Any) -> tuple[str, str]:
    found = verify(town.store, town.evidence._desk, verifiers=verifiers)
    assert len(found) == 1
    return finding(found[0][1])


def alter(town: Any, change: Any) -> None:
    row = town.store.rows("evidence_stories", slug="gantry")[0]
    data = json.loads(row["body"])
    change(data)
    town.store.connection.execute("UPDATE stories SET body = ?", (json.dumps(data),))


def test_untouched_story_holds(stored: Any, using: Any) -> None:
    assert again(stored, using) == ("holds", "every sentence holds")


def test_altered_claim_is_told_by_its_id(stored: Any, using: Any) -> None:
    alter(stored, lambda data: data["claims"][1].update(estimate=62.0))
    kind, why = again(stored, using)
    assert kind == "false" and "not its hash" in why  # noqa: PT018


def test_altered_text_is_false(stored: Any, using: Any) -> None:
    alter(stored, lambda data: data["deck"].update(text="In r/AtticModels 610 people came."))
    assert again(stored, using)[0] == "false"


def test_headline_stronger_than_its_story_is_false(stored: Any, using: Any) -> None:
    alter(stored, lambda data: data["headline"].update(text="Gantry is the most named product"))
    kind, why = again(stored, using)
    assert kind == "false" and "most named" in why  # noqa: PT018


def test_forged_citation_cannot_be_read(stored: Any, using: Any) -> None:
    alter(stored, lambda data: data["deck"].update(claims=["f" * 16]))
    with pytest.raises(StoreError, match="cites no claim"):
        again(stored, using)


def test_forgotten_record_is_told_as_withdrawn(stored: Any, using: Any) -> None:
    from groundswell.store.erase import forget

    forget(stored.store, ["reddit:said"])
    kind, why = again(stored, using)
    assert kind == "withdrawn", why
    assert "records withdrawn" in why


def test_missing_snapshot_cannot_be_checked(stored: Any, using: Any) -> None:
    alter(stored, lambda data: data["snapshot"].update(seq=10**9))
    assert again(stored, using)[0] == "uncheckable"
