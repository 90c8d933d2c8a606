"""The story of a registered hypothesis, what becomes of its parts, and stories on beats."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from groundswell.desk import Beat, Duty, Hypothesis
from groundswell.report import Newsroom, report
from groundswell.report.edition import Edition
from groundswell.report.places import running
from groundswell.report.saved import load_story
from groundswell.types import Numbers, Signal, Story

NIGHT = 100
DUTIES = (
    Duty(kind="convergence", question="Do they agree?", options={"min_communities": 2}),
    Duty(kind="frame", question="As right?", options={"controls": ["mole"]}),
    Duty(kind="coverage", question="Four outlets?", options={"outlets": 4}),
    Duty(kind="cooccurrence", question="As often?",
         options={"a": "barge", "b": "mole", "margin": [0.8, 1.25]}),
    Duty(kind="contradiction", question="And the queues?"),
)  # fmt: skip


def signal(kind: str, subject: str = "entity/crane", outcome: str = "found", **how: Any) -> Signal:
    parts: dict[str, Any] = {"effect": 5, "low": 2.2, "high": 9, "unit": "times", "p": 0.001,
                             "q": 0.01, "n": Numbers()} | how  # fmt: skip
    return Signal(kind=kind, family=kind, subject=subject, community="*", window=(94, 101),
                  baseline=(66, 94), outcome=outcome, maker="x@1", **parts)  # type: ignore[arg-type]  # fmt: skip


def tell(world: Any, *signals: Signal) -> Edition:
    for n, one in enumerate(signals):
        world.store.connection.execute(
            "INSERT INTO signals VALUES (?,?,'s',?,?,?,?,?,?,?)",
            (f"s{n}", NIGHT, one.kind, one.subject, one.community, one.outcome, one.p, one.q,
             json.dumps(asdict(one))))  # fmt: skip
    made: Edition = report(world.store, world.desk, world.snapshot, NIGHT, newsroom=Newsroom())
    return made


@pytest.fixture
def yard(world: Any) -> Any:
    """Two communities warm to Crane, four outlets in a week, one busy new name beside it."""
    return filled(world, cold_in=6)


def filled(world: Any, cold_in: int) -> Any:
    """The yard, where one in so many writes coldly."""
    praised = Hypothesis(slug="praised", title="Crane is praised", subject="crane", registered=50,
                         statement="It is.", obligations=DUTIES)  # fmt: skip
    world.desk = replace(world.desk, hypotheses=(praised,))
    for n in range(110):
        day = 74 + n % 26
        for place, letter in (("r/Attic", "a"), ("cellar.example", "c")):
            if n < 60:
                tone = "negative" if n % cold_in == 0 else "positive"
                other = " with Barge" if n < 20 else " with Mole" if n < 40 else ""
                world.post(f"{letter}{n}", f"Crane{other} is what I would have chosen as well.",
                           day=day, place=place, tone=tone)  # fmt: skip
            else:
                world.post(f"{letter}{n}", "Nothing of note here.", day=day, place=place)
    for day, outlet in ((96, "Quay Post"), (97, "Hill Review"), (98, "Far Paper"), (99, "Low")):
        world.post("", "More on Crane.", title=f"Why the crane matters {day}", outlet=outlet,
                   place=outlet, day=day)  # fmt: skip
    return world.measured()


def founding(world: Any, *signals: Signal) -> Story:
    edition = tell(world, *signals)
    story = load_story(world.store, edition.slugs[0])
    assert story is not None
    return story


def test_it_leads_and_is_titled_by_what_is_known(yard: Any) -> None:
    for n in range(50):
        yard.post(f"b{n}", "Barge is a boat that people have bought lately.", day=95 + n % 6)
    yard.measured()
    edition = tell(yard, signal("volume", "entity/barge"))
    assert len(edition.slugs) == 2
    story = load_story(yard.store, edition.slugs[0])
    assert story is not None
    assert story.subject == "entity/crane"
    assert "two communities" in story.headline.text
    assert "four outlets" in story.headline.text
    assert "not tested yet" in story.deck.text
    assert story.dropped == ()


def test_where_as_many_write_coldly_the_headline_says_both(world: Any) -> None:
    story = founding(filled(world, cold_in=2))
    text = story.headline.text
    assert "warmly" in text
    assert "coldly" in text
    assert "two communities" in text
    assert "four outlets" in text
    assert story.dropped == ()  # a sentence that does not verify is dropped


def test_the_more_numerous_side_comes_first(world: Any) -> None:
    for n in range(12):
        world.post(f"d{n}", "Crane again.", day=80, place="r/Attic", tone="negative")
        world.post(f"e{n}", "Crane again.", day=80, place="cellar.example", tone="negative")
    text = founding(filled(world, cold_in=2)).headline.text
    assert text.index("coldly") < text.index("warmly")


def test_what_its_tests_could_not_tell_stands_in_the_story(yard: Any) -> None:
    story = founding(yard, signal("coverage", outcome="could not tell", unit="outlets"))
    unknown = next(s for s in story.sections if s.title == "What we could not tell")
    text = " ".join(s.text for s in unknown.sentences)
    assert "four outlets" in text
    assert "chance" in text
    assert "Not tested yet: whether communities that disagree elsewhere agree here" in text
    assert "the projects' own figures" in text


def test_every_part_has_a_sentence_with_its_numbers(yard: Any) -> None:
    story = founding(yard, signal("coverage", outcome="could not tell", unit="outlets"))
    told = {o.kind: (o.outcome, o.sentence) for o in story.obligations}
    assert list(told) == [duty.kind for duty in DUTIES]
    assert told["coverage"][0] == "could not tell"
    assert told["coverage"][1].startswith("Four independent outlets wrote about it between")
    assert told["cooccurrence"][0] == "not tested yet"
    assert "40 people named Barge" in told["cooccurrence"][1]
    assert "40 people named Mole" in told["cooccurrence"][1]
    assert told["convergence"][1].startswith("In two of the two communities")
    assert "Mole" in told["frame"][1]
    assert all(sentence.endswith(".") for _, sentence in told.values())


def test_enough_outlets_and_a_found_test_prove_the_coverage(yard: Any) -> None:
    story = founding(yard, signal("coverage", unit="outlets"))
    told = {o.kind: o.outcome for o in story.obligations}
    assert told["coverage"] == "found"
    texts = " ".join(s.text for s in story.sentences())
    assert "may be chance: we could not tell" not in texts


def test_a_beat_is_written_about_not_named(world: Any) -> None:
    world.desk = replace(world.desk, beats=(Beat(slug="sheds", name="Sheds & Yards",
                                                 description="sheds"),))  # fmt: skip
    for n in range(120):
        world.post(f"a{n}", "Nothing of note here.", day=70 + n % 30)
        world.post(f"c{n}", "Small talk here.", day=70 + n % 30, place="cellar.example")
    for n in range(60):
        world.post(f"a{n}", "The roof has been leaking since I moved in here.", beats=["sheds"],
                   day=94 + n % 7)  # fmt: skip
        world.post(f"a{n}", "It leaks.", beats=["sheds"], day=66 + n % 28)
    edition = tell(world.measured(), signal("volume", "beat/sheds"))
    story = load_story(world.store, edition.slugs[0])
    assert story is not None
    text = " ".join(s.text for s in story.sentences())
    assert "sheds and yards" in text
    assert not [s.text for s in story.sentences() if "named" in s.text]


def test_a_beat_whose_articles_another_story_tells_makes_none(yard: Any) -> None:
    yard.store.connection.execute(
        "INSERT INTO annotations SELECT record_id, 'beats', 9, 'tools', 900, NULL, NULL, maker,"
        " seq_from, seq_to FROM annotations WHERE layer = 'entities' AND value = 'crane'"
        " AND record_id IN (SELECT id FROM records WHERE unit = 'outlet')")  # fmt: skip
    edition = tell(yard, signal("coverage", "beat/tools", unit="outlets"))
    assert len(edition.slugs) == 1
    assert edition.dropped == {"beat/tools": "the story on Crane tells it"}
    assert edition.unpublished == {}


def test_a_beats_name_in_running_text(world: Any) -> None:
    desk = world.desk
    assert running("Maintainers and their queues", desk) == "maintainers and their queues"
    assert running("AI & Privacy", desk) == "AI and privacy"
    assert running("Crane Owners", desk) == "Crane owners"
