"""Sentences on what could not be told and what to watch."""

FEW = (
    "On {places} too few people wrote about {it} to tell their tone.",
    "Too few people on {places} wrote about {it} to tell their tone.",
    "What people on {places} make of {it} we could not tell; too few people wrote.",
)
TONE_UNTOLD = (
    "We could not tell whether the tone changed; what seems a change may be chance.",
    "What seems a change in tone may be chance.",
    "Whether the tone changed we could not tell: what seems a change may be chance.",
)
VOLUME_UNTOLD = (
    "{window_c} about {now} people a day {named} {it}, after about {before} before; whether what"
    " seems a change is one we could not tell.",
    "About {now} people a day {named} {it} {window}, after about {before} before; what seems a"
    " change may be chance.",
)
COVERAGE_UNTOLD = (
    "That {outlets} wrote about {it} in one week may be chance: we could not tell.",
    "We could not tell whether it was chance that {outlets} wrote about {it} in one week.",
)
AGREE = "whether communities that disagree elsewhere agree here"
FRAME = "whether people speak of {it} as right or as technology"
PAIRS = "any difference between the counts for {a} and {b}"
ANALOGY = "the comparison with {source_a} and {source_b}"
OWN = "the projects' own figures"
UNTESTED = "Not tested yet: {list}."
ELSEWHERE_UNREAD = (
    "We read the communities we follow; what others say about {it} we do not know.",
    "What people elsewhere say about {it} we do not know.",
    "What is said about {it} outside the communities we follow we do not know.",
)
WATCH_RATE = (
    "If the talk is back where it was within the next thirty days, we will withdraw the"
    " {noun} told of here.",
    "Should the talk be back at its earlier level within the next thirty days, this story"
    " will say so.",
    "We look again over the next thirty days: if the talk is back where it was, the {noun} is"
    " withdrawn.",
)
WATCH_TONE = (
    "If within the next thirty days the same people write as they did before, we will"
    " withdraw this story.",
    "We look again over the next thirty days: if the same people write as they did before,"
    " this is withdrawn.",
    "This story will be withdrawn if within the next thirty days the same people write as"
    " they used to.",
)
WATCH_OUTLETS = (
    "If another independent outlet writes about {it} within the next thirty days, this count"
    " will change.",
    "Should another outlet write about {it} within the next thirty days, this story will be"
    " told again.",
    "Another independent outlet within the next thirty days would change this count.",
)
WATCH_SHARE = (
    "If the warm and the cold change sides within the next thirty days, this story will say so.",
    "Should the warm and the cold change sides within the next thirty days, we will withdraw"
    " this story.",
    "This story will be withdrawn if the warm and the cold change sides within the next"
    " thirty days.",
)
WATCH_HEDGED = {
    "voices": (
        "If the talk is back where it was within the next thirty days, what seems a {noun} here"
        " will be withdrawn.",
    ),
    "tone": (
        "If within the next thirty days the same people write as they did before, what seems a"
        " change here will be withdrawn.",
    ),
    "share": (
        "If the warm and the cold{read_} seem to change sides within the next thirty days, this"
        " story will say so.",
    ),
}
TITLES = {
    "hook": "What happened",
    "who": "Who is talking",
    "say": "What they say",
    "disagree": "What cuts the other way",
    "unknown": "What we could not tell",
    "watch": "What to watch",
}
