"""The word lists and sentence frames that invented people speak with."""

from __future__ import annotations

import re

FIRST: list[str] = re.findall(
    r"\w+",
    "Ada Bela Cosima Dario Edda Fenno Gita Hanno Ilka Joris Kaja Lenz Mirela Nuno Odile Pavel "
    "Quirin Rhea Sanna Tilo Ursin Vesna Wanja Xenia Ylva Zeno Amrit Bongani Chiyo Dilek",
)
LAST: list[str] = re.findall(
    r"\w+",
    "Abendroth Brackwater Carrow Dunmere Estuario Fennick Galloway Harrowgate Islay Juniper "
    "Kestrel Lindqvist Marram Nightjar Okonjo Pellworm Quill Rushton Saltmarsh Thistle Ullmann "
    "Varga Wetherby Yarrow Zander",
)
HANDLES: list[str] = re.findall(
    r"\w+",
    "moss grid tide wright half word flux less plot check north lamp salt loom quiet gear paper "
    "boat slow kiln dry dock tin whistle low moon rye field",
)

# Each topic: what it is about, what is done with it, and where it happens.
TOPICS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "harbour": (
        (
            "the ferry timetable",
            "the quay data",
            "the tide clock",
            "berth 14",
            "the dredging plan",
            "the harbour radio",
            "the new pontoon",
            "the storm gate",
        ),
        ("published", "moved", "surveyed", "closed for repairs", "opened to the public"),
        ("in Brackhaven", "on the north quay", "at the lock", "past the lighthouse"),
    ),
    "garden": (
        (
            "the cold frame",
            "a compost heap",
            "the seed exchange",
            "this frost cloth",
            "the bean row",
            "an old pear tree",
            "the allotment office",
            "the rain barrel",
        ),
        ("planted", "pruned", "divided", "moved under glass", "given away"),
        ("in zone 7b", "behind the school", "on heavy clay", "on the south wall"),
    ),
    "workshop": (
        (
            "the lathe",
            "a soldering station",
            "this torque wrench",
            "the laser cutter",
            "the bench power supply",
            "a salvaged motor",
            "the spare parts drawer",
            "the fume hood",
        ),
        ("calibrated", "taken apart", "rewired", "lent out", "sold on"),
        ("in the repair café", "at the makerspace", "in my shed", "on the Ostby bench"),
    ),
    "software": (
        (
            "the parser",
            "a tiny regex engine",
            "the sync daemon",
            "the package cache",
            "the release script",
            "their plugin interface",
            "the terminal client",
            "the test runner",
        ),
        ("rewritten", "forked", "deprecated", "documented", "shipped as version 3.1"),
        ("on the mailing list", "in the nightly build", "on my old laptop", "in production"),
    ),
    "transit": (
        (
            "line 6",
            "the night bus",
            "the cargo tram",
            "the ticket app",
            "the cycle bridge",
            "the Kaltental tunnel",
            "the parking levy",
            "the signal box",
        ),
        ("delayed", "extended", "electrified", "rerouted", "handed to the council"),
        ("through the old town", "during the strike", "at the depot", "after the vote"),
    ),
    "kitchen": (
        (
            "a rye starter",
            "the bread oven",
            "the pressure cooker",
            "this knife steel",
            "the canteen menu",
            "a barley koji",
            "the food bank",
            "the fish stall",
        ),
        ("fed twice a day", "tried again", "priced", "put on the menu", "banned"),
        ("at the Friday market", "in the canteen", "over the winter", "in a small flat"),
    ),
    "sky": (
        (
            "the comet",
            "a borrowed telescope",
            "the observatory levy",
            "the satellite train",
            "this star chart",
            "the aurora forecast",
            "the dark sky bylaw",
            "the radio dish",
        ),
        ("photographed", "logged", "predicted", "sold to the town", "shut down"),
        ("from the moor", "before dawn", "above the reservoir", "in thin cloud"),
    ),
    "archive": (
        (
            "the parish register",
            "the newsreel vault",
            "a glass negative",
            "the reading room",
            "the map cabinet",
            "the scanned ledgers",
            "the oral history tapes",
            "the catalogue",
        ),
        ("digitised", "restored", "misfiled", "returned", "put under licence"),
        ("at the county museum", "in the basement", "by volunteers", "after thirty years"),
    ),
}

TITLES = (
    "{Thing} was {done} {place}",
    "Show: I kept {thing} running {place}",
    "Why was {thing} {done}?",
    "Ask: who looks after {thing} {place}?",
    "Notes on {thing}, {number} years later",
    "{Thing}: what {number} months of measurements say",
    "“{Thing} is not for sale”, says {person}",
    "{Thing} & {other}: a short comparison",
    "The quiet end of {thing}",
    "{Person} on {thing} and why it was {done}",
)
SENTENCES = (
    "{Thing} was {done} {place}, and nobody told us.",
    "I counted: {number} people asked about {thing} last week.",
    "We tried {other} first, but it doesn't hold up {place}.",
    "{Person} says {thing} will be {done} before the end of the month.",
    "Has anybody numbers? The last I have are {number} % for {thing} and less for {other}.",
    "I disagree: {thing} was fine until it was {done}.",
    "Thanks for writing this up; {thing} {place} is the part I was missing.",
    "It's cheaper than {other} (I paid €{number}) & it works.",
    "In short: x < {number} means {thing} is safe, x > {number} means it isn't.",
    'My neighbour\'s notes call it "{thing}, {done} twice".',
    "After {number} days {place} I would do it again.",
    "Nobody should have {done} {thing} without asking {person}.",
    "The report is here: https://example.org/{slug}/{number}",
    "Does this also apply to {other}? {Person} thought so in March.",
    "I maintain {thing} in my free time; patches are welcome, complaints less so.",
    "That's wrong. {Other} was {done} in 19{number2}, not later.",
    "Ça marche aussi {place}, d'après {person}.",
    "Grüße aus der Werkstatt: {thing} läuft noch, trotz allem. 🙂",
    "Let me add one thing: {thing} needs {number} minutes, {other} needs an hour.",
    "If they had {done} {other} instead, we'd not be here.",
)
ASIDES = (
    "Yes.",
    "Same here.",
    "No, sorry.",
    "I'd like to know that too.",
    "Source?",
    "+1, exactly this.",
)
EDITS = (
    "Edit: {person} corrected me, it was {number}, not what I wrote.",
    "Update: {thing} has since been {done}.",
    "Edit: typo.",
)
