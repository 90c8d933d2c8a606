"""Headlines, decks and first sentences."""

HEADLINE_RENAMED = (
    "{old} became {new} while talk of it {verb}",
    "{new}, called {old} until {day}: talk of it {verb}",
    "Talk of {new}, the former {old}, {verb}",
    "{old} is now {new}, and talk of it {verb}",
    "Talk of {new}, lately {old}, {verb}",
    "{new}, formerly {old}: talk of it {verb}",
)
HEADLINE_VOICES = (
    "Talk of {x} {verb} in the communities we follow",
    "Talk of {x} {verb}",
    "The talk about {x} {verb} {window}",
    "{x}: the talk about {it} {verb}",
    "In the communities we follow, talk of {x} {verb}",
    "Talk about {x} {verb} {window}",
)
HEADLINE_TONE = (
    "The tone towards {x} {verb} among the same people",
    "Among people who already wrote about {x}, the tone {verb}",
    "The same people wrote about {x} again, and the tone {verb}",
    "The tone of those who write about {x} {verb}",
    "Words about {x}: among the same people the tone {verb}",
    "Towards {x}, the tone of the same people {verb}",
)
HEADLINE_COVERAGE = (
    "{outlets} wrote about {x} {when}",
    "{x} reached {outlets} {when}",
    "{outlets} took up {x} {when}",
    "{x} in the papers: {outlets} {when}",
    "{outlets} carried pieces on {x} {when}",
    "{x} was the subject in {outlets} {when}",
)
HEADLINE_SHARE = (
    "How people in {places} communities write about {x}",
    "{x}, as {places} communities write about {it}",
    "What {places} communities say about {x}",
    "{x} in the words of {places} communities",
    "In {places} communities, people write about {x}",
    "{x}, in the words of those who write about {it} in {places} communities",
)
DECK_BOTH = (
    "{it_c} came up on {places}, and {outlets} wrote about {it}.",
    "People named {it} on {places}; {outlets} wrote about {it} too.",
    "{it_c} was named on {places}, and {outlets} covered it.",
    "The talk runs on {places}; {outlets} have written about {it}.",
    "On {places} people named {it}, and {outlets} wrote about {it}.",
    "{outlets} wrote about {it}, and {it} came up on {places}.",
)
DECK_PLACES = (
    "{it_c} came up on {places} {window}.",
    "The talk {window} ran on {places}.",
    "{window}, people named {it} on {places}.",
    "People on {places} named {it} {window}.",
    "{it_c} was named on {places} {window}.",
    "Those who named {it} {window} wrote on {places}.",
)
DECK_OUTLETS = (
    "{outlets} wrote about {it} {when}.",
    "{it_c} was in {outlets} {when}.",
    "{outlets} had it {when}.",
    "The pieces stood in {outlets} {when}.",
    "Pieces about {it} appeared in {outlets} {when}.",
    "{outlets} published on it {when}.",
)
HOOK_QUOTE = (
    "{quote} a post on {place} said on {day}.",
    "On {day} a post on {place} put it like this: {quoted}.",
    "{quote} somebody wrote on {place} on {day}.",
    "{quote} one person on {place} wrote on {day}.",
    "A post on {place} had these words on {day}: {quoted}.",
    "{quote} reads a post on {place} from {day}.",
)
HOOK_POST = (
    "On {day} a post about {x} went up on {place_end}.",
    "A post on {place} on {day} was about {x}.",
    "{x} was the subject of a post on {place} on {day}.",
    "Somebody wrote about {x} on {place} on {day}.",
    "On {place} a post about {x} appeared on {day}.",
    "It was on {day} that a post on {place} took up {x}.",
)
HOOK_OUTLET = (
    "On {day} {place} wrote about {x}.",
    "{place} wrote about {x} on {day}.",
    "{x} was in {place} on {day}.",
    "On {day} {place} published a piece about {x}.",
    "A piece about {x} appeared in {place} on {day}.",
    "{place} had a piece about {x} on {day}.",
)
ANSWERED = (
    "By {end} {people} had answered it.",
    "{people} had replied to it by {end}.",
    "The thread under it drew {people} by {end}.",
    "It drew replies from {people} by {end}.",
    "Replies came from {people} by {end}.",
    "Under it, {people} had written by {end}.",
)
SHARED = (
    "{people} passed on one link about {it}, from {day} on.",
    "One link about {it} was shared by {people}, from {day} on.",
    "From {day} on, {people} shared the same link about {it}.",
    "A link about {it} went up on {day} and was shared by {people} {window}.",
    "The same link about {it} was posted by {people}, beginning on {day}.",
    "Beginning on {day}, {people} posted the same link about {it}.",
)
