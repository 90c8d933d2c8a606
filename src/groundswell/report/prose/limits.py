"""Sentences on what could not be told and what to watch."""

FEW = (
    "On {places} too few people wrote about {it} to say how they feel.",
    "How people on {places} feel about {it} we cannot say; too few of them wrote.",
    "Too few people on {places} wrote about {it} to tell their tone.",
    "For {places} we can tell no tone, as too few people wrote about {it} there.",
    "On {places} so few people wrote about {it} that their tone cannot be told.",
    "What people on {places} make of {it} we could not tell; too few wrote.",
)
TONE_UNTOLD = (
    "Whether the tone has changed we could not tell.",
    "We could not tell whether the tone has changed.",
    "About a change in tone we could tell nothing.",
    "Whether people write about {it} in another tone than before we could not tell.",
    "The tone may have changed or not; we could not tell.",
    "We could not tell a change in tone from none.",
)
ELSEWHERE_UNREAD = (
    "What is said about {it} outside the communities we follow we do not know.",
    "We read only the communities we follow; what others say about {it} we do not know.",
    "Outside the communities we follow, we did not look.",
    "People outside the communities we follow are not counted here.",
    "We do not know what is said about {it} outside the communities we follow.",
    "The communities we follow are few, and what is said about {it} elsewhere we do not know.",
)
WATCH_RATE = (
    "If by {watch} no more people name {it} than before, we will withdraw the {noun} told of here.",
    "The {noun} told of here will be withdrawn if by {watch} the talk is back where it was.",
    "Should the talk be back at its earlier level by {watch}, we will withdraw the {noun}.",
    "We look again on {watch}: if the talk is back where it was, the {noun} is withdrawn.",
    "By {watch} we will know whether the {noun} lasts; if the talk is back where it was, this"
    " story will say so.",
    "If the talk is back at its earlier level by {watch}, this story will say so.",
)
WATCH_TONE = (
    "If by {watch} the same people write as they did before, we will withdraw this account.",
    "Should the same people be back at their earlier tone by {watch}, this story will say so.",
    "We look again on {watch}: if the same people write as they did before, this is withdrawn.",
    "This account will be withdrawn if by {watch} the same people write as they used to.",
    "By {watch} we will know whether it lasts; if the tone is back where it was, this story will"
    " say so.",
    "If the tone is back where it was by {watch}, this story will say so.",
)
WATCH_OUTLETS = (
    "If no further outlet has written about {it} by {watch}, this story ends here.",
    "Should another outlet write about {it} by {watch}, this story will be told again.",
    "We look again on {watch}: another outlet would add a chapter, none would end the story.",
    "If another independent outlet writes about {it} by {watch}, this count will change.",
    "By {watch} we will know whether other outlets follow.",
    "Another independent outlet by {watch} would change this count.",
)
WATCH_SHARE = (
    "If by {watch} more people write coldly than warmly about {it}, this account will be rewritten.",
    "Should those who write coldly outnumber those who write warmly by {watch}, this story will"
    " say so.",
    "We look again on {watch}: if cold voices outnumber warm ones, this account is withdrawn.",
    "By {watch} we count again; if cold voices outnumber warm ones, this story will say so.",
    "This account will be rewritten if by {watch} cold voices outnumber warm ones.",
    "If cold voices outnumber warm ones by {watch}, this account will be withdrawn.",
)
WATCH_VOICES = (
    "We count again on {watch}; if fewer people name {it} then, this story will say so.",
    "If fewer people name {it} by {watch}, this story will say so.",
    "By {watch} we count again, and this story will say so if fewer people name {it}.",
    "Should fewer people name {it} by {watch}, this account will be rewritten.",
    "This account will be rewritten if by {watch} fewer people name {it}.",
    "We look again on {watch}: if fewer people name it, this account is rewritten.",
)
TITLES = {
    "hook": "What happened",
    "who": "Who is talking",
    "say": "What they say",
    "disagree": "What cuts the other way",
    "unknown": "What we could not tell",
    "watch": "What to watch",
}
