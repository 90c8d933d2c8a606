"""One hand-made lie of every sort, each caught with a reason that names the thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from groundswell.types import Interval, Sentence, Snapshot

LIES = [
    # numbers
    ("digit", "11 people answered the post.", ("answered",), "11 people"),
    ("magnitude", "100 people answered the post.", ("answered",), "100 people"),
    (
        "percent for points",
        "In r/AtticModels the share is 34 % higher than in r/DeskJobs.",
        ("contrast",),
        "34 %",
    ),
    (
        "points for percent",
        "In r/AtticModels 54 points of authors named Gantry.",
        ("once",),
        "54 points",
    ),
    ("denominator", "61 of 112 records in r/AtticModels named Gantry.", ("once",), "112 records"),
    ("denominator", "61 posts in r/AtticModels named Gantry.", ("once",), "61 records"),
    ("vague number", "Dozens of people named Gantry in r/AtticModels.", ("once",), "dozens"),
    ("swapped part", "112 of 61 authors in r/AtticModels named Gantry.", ("once",), "112 of 61"),
    # names
    ("entity", "In r/AtticModels 61 people named Corvane.", ("voices",), "Corvane"),
    ("entity", "In r/AtticModels 61 people named Kestrel.", ("voices",), "Kestrel"),
    ("place", "In r/DeskJobs 61 people named Gantry.", ("voices",), "r/DeskJobs"),
    ("place of another claim", "In r/DeskJobs 61 people named Gantry.", ("voices", "desk"), "61"),
    ("outlet", "Circuit Post wrote on 8 April.", ("wrote0",), "Circuit"),
    ("outlet of another claim", "Circuit Post wrote on 8 April.", ("wrote0", "wrote4"), "8 April"),
    ("wider place", "On Reddit 61 people named Gantry.", ("voices",), "Reddit"),
    ("wider people", "In r/AtticModels 61 developers named Gantry.", ("voices",), "developers"),
    ("wider places", "In the communities we follow 61 people named Gantry.", ("voices",), "wider"),
    ("everywhere", "In every community we follow people named Gantry.", ("voices",), "r/DeskJobs"),
    # directions
    (
        "flip",
        "The tone of those who named Brightwater Notes rose in r/AtticModels.",
        ("tone",),
        "'rose'",
    ),
    ("flip", "Gantry collapsed in r/AtticModels.", ("rise",), "'collapsed'"),
    ("flip", "More people in r/AtticModels named China than Gantry.", ("ratio",), "'more'"),
    (
        "flip",
        "In r/AtticModels the share is 34 points lower than in r/DeskJobs.",
        ("contrast",),
        "'lower'",
    ),
    (
        "flip",
        "In r/DeskJobs the share is 34 points higher than in r/AtticModels.",
        ("contrast",),
        "'higher'",
    ),
    ("intensity", "The tone of those who named Brightwater collapsed.", ("tone",), "'collapsed'"),
    ("intensity", "Gantry soared in r/AtticModels.", ("rise",), "'soared'"),
    ("intensity", "Gantry grew dramatically in r/AtticModels.", ("rise",), "'dramatically'"),
    ("from and to", "From 11.6 to 0.9 people a day named Gantry.", ("rise",), "11.6"),
    ("not", "Gantry did not grow in r/AtticModels.", ("rise",), "'not'"),
    ("never", "People in r/AtticModels never named Gantry.", ("voices",), "'never'"),
    # quantities
    ("most", "Most authors in r/AtticModels named Gantry.", ("once",), "'most'"),
    ("nearly all", "Nearly all authors in r/AtticModels named Gantry.", ("once",), "'nearly all'"),
    ("all", "All authors in r/AtticModels named Gantry.", ("once",), "'all'"),
    ("many", "Many authors in r/DeskJobs named Gantry.", ("once-desk",), "'many'"),
    ("some", "Some people answered the post.", ("answered",), "'some'"),
    ("no one", "No one in r/AtticModels named China.", ("voices",), "'no one'"),
    # time
    (
        "window",
        "Over the last thirty days 61 people in r/AtticModels named Gantry.",
        ("voices",),
        "thirty days",
    ),
    (
        "week",
        "In the week to 5 April 61 people in r/AtticModels named Gantry.",
        ("voices",),
        "5 April",
    ),
    ("since", "Since 1 March 61 people in r/AtticModels named Gantry.", ("voices",), "1 March"),
    ("day", "A post said so on 9 April.", ("quote",), "9 April"),
    ("weekday", "Gantry gave way to Stevedore on Friday 7 April.", ("rename",), "Friday"),
    (
        "later",
        "Ledger & Wire wrote two days later than Commons Weekly.",
        ("wrote0", "wrote1"),
        "two days later",
    ),
    # ranks and firsts
    ("rank", "Gantry is the third most named product.", ("rank2",), "third most named"),
    ("rank", "Gantry is the most named product.", ("rank2",), "most named"),
    ("rank", "Gantry ranks 3 of 4 products.", ("rank2",), "3 of 4"),
    ("first", "Circuit Post was first in our corpus.", ("wrote4", "coverage"), "'first'"),
    ("first", "Commons Weekly was first.", ("wrote0", "coverage"), "corpus"),
    ("first day", "Gantry first appears in our corpus on 10 March.", ("rename",), "10 March"),
    # sameness and causes
    (
        "as often as",
        "China is named as often as Gantry in r/AtticModels.",
        ("ratio",),
        "as often as",
    ),
    (
        "no difference",
        "There is no difference in how often people named Gantry and China.",
        ("ratio",),
        "no difference",
    ),
    ("cause", "Gantry grew because people named it.", ("rise",), "'because'"),
    ("cause", "Gantry grew despite China.", ("rise", "ratio"), "'despite'"),
    ("proof", "This proves that Gantry grew.", ("rise",), "'proves'"),
    ("the public", "The public named Gantry.", ("voices",), "'the public'"),
    ("opinion", "This worried regulators.", (), "'worried'"),
    ("a number from nowhere", "Nine people came.", (), "Nine"),
    ("a name from nowhere", "Then Torvalds spoke.", (), "Torvalds"),
    ("hidden", "Ten peo\u200bple answered the post.", ("answered",), "invisible"),
]


@pytest.mark.parametrize(("sort", "text", "names", "named"), LIES)
def test_lie_is_caught_and_named(town: Any, sort: str, text: str, names: tuple[str, ...],
                                 named: str) -> None:  # fmt: skip
    found = town.faults(text, *names)
    assert any(named in reason for reason in found), (sort, found)


@pytest.mark.parametrize("words", [
    "it did a whole day of my inbox and I do not know how to feel",
    "it did a whole week of my inbox and I do know how to feel",
    "it did a whole week of my inb\u043ex and I do not know how to feel",
    "it did a whole week of my inbox and I do not know",
    "my inbox and I do not know how to feel",
    "Gantry again. Honestly it did a whole week of my inbox",
    "it was fine",
])  # fmt: skip
def test_altered_quotations_are_caught(town: Any, words: str) -> None:
    found = town.faults(f"“{words}”, a post said.", "quote")
    assert any("is not what a cited record says" in reason for reason in found), found


def test_quotation_marks_and_places_must_be_right(town: Any) -> None:
    quote = town.claims["quote"].values["text"]
    assert any("partner" in r for r in town.faults(f"“{quote}, a post said.", "quote"))
    assert any(
        "not from 'r/DeskJobs'" in r
        for r in town.faults(f"“{quote}”, a post on r/DeskJobs said.", "quote", "desk")
    )
    assert town.faults("“it did a whole week of my inbox […] how to feel”, a post said.",
                       "quote") == []  # fmt: skip


def test_quotation_moved_to_another_record_is_caught(town: Any) -> None:
    quote = town.claims["quote"]
    moved = replace(quote, query={**quote.query, "record": "reddit:r0"}, evidence=("reddit:r0",))
    assert town.faults(f"“{quote.values['text']}”, a post said.", "quote", quote=moved)


def test_hedge_may_not_be_dropped(town: Any) -> None:
    claim = replace(town.claims["rise"], status="provisional")
    assert town.faults("Gantry appears to have grown.", "rise", rise=claim) == []
    assert any("appears" in r for r in town.faults("Gantry grew.", "rise", rise=claim))
    touching = replace(town.claims["rise"], effect_min=2.5)
    assert any("provisional" in r for r in town.faults("Gantry grew.", "rise", rise=touching))


def test_surge_needs_twice_as_many(town: Any) -> None:
    claim = replace(town.claims["rise"], interval=Interval(low=1.5, high=49, level=0.95, method=""))
    assert town.faults("Gantry grew.", "rise", rise=claim) == []
    assert any("'surged'" in r for r in town.faults("Gantry surged.", "rise", rise=claim))


FORGERIES = [
    ("voices", {"estimate": 62.0}, "62"),
    ("voices", {"evidence": ("reddit:said", "rss:n0")}, "rss:n0"),
    ("voices", {"population": None}, "speaks of"),
    ("once", {"interval": Interval(low=.51, high=.6, level=.95, method="")}, "low end"),
    ("mean", {"interval": Interval(low=.43, high=.44, level=.95, method="")}, "low end"),
    ("once-desk", {"values": {"part": 11, "whole": 59}}, "whole 59"),
    ("cold", {"estimate": 0.9}, "estimate 0.9"),
    ("tone", {"decomposition": {"within": 0.5, "between": -1.3}}, "within 0.5"),
    ("rise", {"values": {"now": 12.5, "before": 0.93, "peak": 14}}, "now 12.5"),
    ("rise", {"interval": Interval(low=12.4, high=12.5, level=.95, method="")}, "narrower"),
    ("ratio", {"interval": Interval(low=2.6, high=2.7, level=.95, method="")}, "low end"),
    ("pair", {"values": {"lift": 1.9}}, "lift 1.9"),
    ("rank2", {"estimate": 1.0}, "estimate 1"),
    ("burst", {"values": {"day": 20555, "first": 20549}}, "day 20555"),
    ("coverage", {"estimate": 5.0}, "estimate 5"),
    ("absence", {"values": {"searched": 9}}, "searched 9"),
    ("wrote0", {"values": {"day": 20550, "place": "Commons Weekly"}}, "20550"),
    ("wrote0", {"values": {"day": 20551, "place": "Circuit Post"}}, "Circuit Post"),
    ("rename", {"values": {"names_in_order": ["Gantry", "Corvane"], "first_days": [1, 2],
                           "switch": 20550}}, "Corvane"),
    ("who", {"values": {"text": "all developers"}}, "all developers"),
    ("answered", {"query": {"op": "answered", "root": "reddit:first"}}, "counted again"),
    ("shared", {"query": {"op": "shared", "url": "https://other.example"}}, "other.example"),
    ("voices", {"names": ("Corvane",)}, "Corvane"),
    ("voices", {"window": (20548, 20555)}, "speaks of days"),
    ("voices", {"query": {"op": "nonsense"}}, "nonsense"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "named"), FORGERIES)
def test_forged_claims_do_not_recount(town: Any, name: str, change: dict[str, Any],
                                      named: str) -> None:  # fmt: skip
    claim = town.claims[name]
    if "population" in change:
        change = {"population": replace(claim.population, communities=("r/DeskJobs",))}
    forged = replace(claim, **change)
    found = [v.reason for v in town.verdicts("This is so.", name, **{name: forged})]
    assert any(named in reason for reason in found), found


def test_forged_ids_and_stale_snapshots_are_caught(town: Any) -> None:
    from groundswell.report.verify import check

    claim = town.claims["answered"]
    sentence = Sentence(move="say", text="Ten people answered the post.", claims=("0" * 16,))
    found = check([sentence], [claim], town.evidence, verifiers=())
    assert "0000" in found[0].reason
    old = Snapshot(seq=claim.snapshot.seq - 30, as_of=claim.snapshot.as_of, makers=(), desk="d")
    stale = replace(claim, snapshot=old)
    cites = replace(sentence, claims=(stale.id, town.claims["voices"].id))
    found = check([cites], [stale, town.claims["voices"]], town.evidence, verifiers=())
    assert any("stale" in v.reason for v in found)
    assert town.faults("Ten people answered the post.", "answered", answered=stale)
