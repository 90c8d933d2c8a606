"""Sentences on what could not be told and what to watch."""

FEW = (
    "On {places} too few people wrote about {it} to tell their tone.",
    "What tone people on {places} take we could not tell; too few people wrote there.",
    "Too few people on {places} wrote about {it} to tell their tone.",
    "For {places} the tone could not be told, as too few people wrote about {it} there.",
    "The tone on {places} could not be told: too few people wrote about {it} there.",
    "What people on {places} make of {it} we could not tell; too few people wrote.",
)
TONE_UNTOLD = (
    "Whether what seems a change in tone is one we could not tell.",
    "We could not tell whether what seems a change in tone is one.",
    "What seems a change in tone we could not tell from chance.",
    "Whether the tone seems another than before we could not tell.",
    "We could not tell from chance what seems a change in tone.",
    "Whether the change that seems to show in the tone is one we could not tell.",
)
ELSEWHERE_UNREAD = (
    "What is said about {it} outside the communities we follow we do not know.",
    "We read the communities we follow; what others say about {it} we do not know.",
    "People outside the communities we follow are not counted here.",
    "We do not know what is said about {it} outside the communities we follow.",
    "What people elsewhere say about {it} we do not know.",
    "What other people say, outside the communities we follow, we do not know.",
)
WATCH_RATE = (
    "If the talk is back where it was within the next thirty days, we will withdraw the"
    " {noun} told of here.",
    "The {noun} told of here will be withdrawn if the talk is back where it was within the"
    " next thirty days.",
    "Should the talk be back at its earlier level within the next thirty days, this story"
    " will say so.",
    "We look again over the next thirty days: if the talk is back where it was, the {noun} is"
    " withdrawn.",
    "If the next thirty days bring the talk back to its earlier level, this story will say so.",
    "Over the next thirty days we count again; if the talk is back at its earlier level, this"
    " story will say so.",
)
WATCH_TONE = (
    "If within the next thirty days the same people write as they did before, we will"
    " withdraw this story.",
    "Should the same people be back at their earlier tone within the next thirty days, this"
    " story will say so.",
    "We look again over the next thirty days: if the same people write as they did before,"
    " this is withdrawn.",
    "This story will be withdrawn if within the next thirty days the same people write as"
    " they used to.",
    "Over the next thirty days we count again; if the tone is back where it was, this story"
    " will say so.",
    "If the next thirty days bring the tone back to where it was, this story will say so.",
)
WATCH_OUTLETS = (
    "If another independent outlet writes about {it} within the next thirty days, this count"
    " will change.",
    "Should another outlet write about {it} within the next thirty days, this story will be"
    " told again.",
    "We look again over the next thirty days: another outlet would change this count.",
    "Over the next thirty days we will know whether other outlets follow.",
    "Another independent outlet within the next thirty days would change this count.",
    "Over the next thirty days we count the outlets again; if others follow, this story will"
    " say so.",
)
WATCH_SHARE = (
    "If the warm and the cold change sides within the next thirty days, this story will say so.",
    "We count again over the next thirty days; if the warm and the cold change sides, this is"
    " withdrawn.",
    "Should the warm and the cold change sides within the next thirty days, we will withdraw"
    " this story.",
    "Over the next thirty days we look again: if the warm and the cold change sides, this"
    " story will say so.",
    "This story will be withdrawn if the warm and the cold change sides within the next"
    " thirty days.",
    "If the next thirty days turn the warm and the cold around, this story will be corrected.",
)
TITLES = {
    "hook": "What happened",
    "who": "Who is talking",
    "say": "What they say",
    "disagree": "What cuts the other way",
    "unknown": "What we could not tell",
    "watch": "What to watch",
}
