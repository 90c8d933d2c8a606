"""A whole night on a small world: what the writer promises, and what is kept."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from groundswell.report import Newsroom, report
from groundswell.report.machine import machine, machine_text
from groundswell.report.prose.numbers import count, figures_in
from groundswell.report.saved import (
    load_edition,
    load_story,
    newest_stories,
    story_from,
    story_json,
)
from groundswell.report.writers.plain import LONGEST
from groundswell.types import Numbers, Signal, Story

NIGHT = 100
GOLDEN = Path(__file__).parent / "machine.txt"


def volume(outcome: str = "found") -> Signal:
    return Signal(kind="volume", family="volume", subject="entity/crane", community="*",
                  window=(94, 101), baseline=(66, 94), effect=5, low=2.2, high=9, unit="times",
                  p=0.001, q=0.01, outcome=outcome, n=Numbers(), maker="volume@1")  # type: ignore[arg-type]  # fmt: skip


def keep(world: Any, *signals: Signal) -> None:
    for n, signal in enumerate(signals):
        body = asdict(signal) | {"detail": dict(signal.detail)}
        world.store.connection.execute(
            "INSERT INTO signals VALUES (?,?,'s',?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            (f"s{n}", NIGHT, signal.kind, signal.subject, signal.community, signal.outcome,
             signal.p, signal.q, json.dumps(body)))  # fmt: skip


def tell(world: Any, *signals: Signal) -> Any:
    keep(world, *signals)
    return report(world.store, world.desk, world.snapshot, NIGHT, newsroom=Newsroom(verifiers=()))


@pytest.fixture
def told(world: Any) -> Any:
    for n in range(120):
        world.post(f"a{n}", "Nothing of note.", day=70 + n % 30)
        world.post(f"c{n}", "Small talk.", day=70 + n % 30, place="cellar.example")
    for day in range(66, 94):
        for n in range(2):
            world.post(f"a{(day + n) % 120}", "Crane is a fine thing to have.", day=day,
                       tone="positive")  # fmt: skip
    root = world.post("a1", "Crane moved my whole shed in one night.", day=94, tone="positive")
    for day in range(94, 101):
        for n in range(8):
            at = (day * 8 + n) % 120
            world.post(f"a{at}", "Crane is good and Derrick is a good name.", day=day,
                       tone="positive", root=root, parent=root)  # fmt: skip
        world.post(f"c{day}", "Nobody asked me what Crane does to the street.", day=day,
                   place="cellar.example", tone="negative")  # fmt: skip
    world.post("", "Crane, explained.", outlet="Quay Post", place="Quay Post", day=96)
    world.post("", "The trouble with Crane.", outlet="Hill Review", place="Hill Review", day=96)
    return world.measured()


@pytest.fixture
def story(told: Any) -> Story:
    edition = tell(told, volume())
    loaded = load_story(told.store, edition.slugs[0])
    assert loaded is not None
    return loaded


def test_at_most_two_figures_a_sentence_and_a_third_without(story: Story) -> None:
    body = [s.text for section in story.sections for s in section.sentences]
    assert all(figures_in(text) <= 2 for text in body)
    assert sum(not figures_in(text) for text in body) * 3 >= len(body)


def test_no_sentence_twice_no_dash_not_too_long(story: Story) -> None:
    texts = [s.text for s in story.sentences()]
    assert len(set(texts)) == len(texts)
    assert not re.search("[—–]|-- ", " ".join(texts))
    assert len(" ".join(texts).split()) <= LONGEST
    assert ". " not in story.headline.text


def test_it_opens_with_words_or_an_event(story: Story) -> None:
    opening = story.sections[0].sentences[0].text
    assert "“" in opening or "Quay Post" in opening
    assert "%" not in opening


def test_every_sentence_rests_on_claims_and_every_citation_resolves(story: Story) -> None:
    assert all(s.claims for s in story.sentences())
    cited = {c.evidence[0] for c in story.claims if c.kind in ("quote", "attribution")}
    assert set(story.citations) == cited


def test_quotes_are_verbatim_and_from_different_people(told: Any, story: Story) -> None:
    quotes = [c for c in story.claims if c.kind == "quote"]
    posts = [told.figures.post(c.values["record"]) for c in quotes]
    assert quotes
    assert all(c.values["text"] in p.body for c, p in zip(quotes, posts, strict=True))
    assert len({p.author for p in posts}) == len(posts)


def test_a_story_survives_its_json(story: Story) -> None:
    assert story_from(json.loads(json.dumps(story_json(story)))) == story


def test_the_same_night_again_adds_no_version(told: Any) -> None:
    first = tell(told, volume())
    again = tell(told, volume())
    assert again.slugs == first.slugs
    assert again.kept == first.kept == ()  # the night is the same, so is its edition
    assert newest_stories(told.store) == [(first.slugs[0], 1)]


def test_new_numbers_make_the_next_version_of_the_same_slug(told: Any) -> None:
    slug = tell(told, volume()).slugs[0]
    told.post("late", "Crane came late to me.", day=99)
    told.measured()
    assert tell(told, volume()).slugs == (slug,)
    assert newest_stories(told.store) == [(slug, 2)]
    assert load_story(told.store, slug, 1) is not None


def test_a_thin_night_is_an_edition_of_near_misses(told: Any) -> None:
    edition = tell(told, volume("could not tell"))
    assert edition.slugs == ()
    assert [(m.subject, m.outcome) for m in edition.misses] == [("entity/crane", "could not tell")]
    assert edition.unpublished == {"could not tell": 1}
    assert edition.tested == ({"family": "volume", "m": 1, "R": 0},)
    assert load_edition(told.store, NIGHT) == edition


def test_failing_sentences_are_dropped_and_lower_the_draft_fidelity(told: Any) -> None:
    class Strict:
        name = "strict"

        def __call__(self, sentence: Any, claims: Any, show: Any) -> list[Any]:
            from groundswell.types import Verdict

            bad = sentence.move == "watch"
            return [
                Verdict(finding="false", sentence=sentence.text, reason="no", by="strict")
            ] * bad

    keep(told, volume())
    edition = report(told.store, told.desk, told.snapshot, NIGHT,
                     newsroom=Newsroom(verifiers=(Strict(),)))  # type: ignore[arg-type]  # fmt: skip
    story = load_story(told.store, edition.slugs[0])
    assert story is not None
    assert story.fidelity.draft < 1
    assert story.dropped
    assert not [sentence for sentence in story.sentences() if sentence.move == "watch"]


def test_registered_verifiers_pass_the_plain_writer(told: Any) -> None:
    body = asdict(volume()) | {"detail": {}}
    told.store.connection.execute(
        "INSERT INTO signals VALUES ('s',?,'s','volume','entity/crane','*','found',0,0,?)",
        (NIGHT, json.dumps(body)))  # fmt: skip
    edition = report(told.store, told.desk, told.snapshot, NIGHT)
    loaded = load_story(told.store, edition.slugs[0])
    assert loaded is not None
    assert loaded.dropped == ()


def test_machine_export_is_as_it_was(told: Any, story: Story) -> None:
    text = machine_text(told.store, told.desk, story, "https://desk.example")
    if not GOLDEN.exists():
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_machine_export_resolves_every_marker(story: Story) -> None:
    text = machine(story)
    body, sources = text.split("Sources:")
    assert set(re.findall(r"\[\d+\]", body)) == set(re.findall(r"^\[\d+\]", sources, re.M))
    assert text.count("{{entity:crane|") == 1
    assert "invented" in text


def test_one_record_is_one_record() -> None:
    assert count(1, "record", "records") == "one record"
    assert count(2, "record", "records") == "two records"


def test_no_comma_stands_twice(story: Story) -> None:
    assert not [s.text for s in story.sentences() if ",," in s.text or ",." in s.text]


def test_a_window_is_named_in_full_once_a_section(story: Story) -> None:
    for section in story.sections:
        full = [s.text for s in section.sentences if "in the week to" in s.text.lower()]
        assert len(full) <= 1


def test_progress_counts_candidates(told: Any) -> None:
    keep(told, volume())
    seen: list[int] = []
    report(told.store, told.desk, told.snapshot, NIGHT, progress=seen.append,
           newsroom=Newsroom(verifiers=()))  # fmt: skip
    assert seen == [1]
