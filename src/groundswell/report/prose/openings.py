"""Headlines, decks and first sentences."""

HEADLINE_RENAMED = (
    "{old} became {new} while talk of it {verb}",
    "{new}, called {old} until {day}: talk of it {verb}",
    "Talk of {new}, the former {old}, {verb}",
    "{old} is now {new}, and talk of it {verb}",
    "Talk of {new}, formerly {old}, {verb}",
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
    "Talk of {x} {verb} among people who had written about it before",
    "Among people who had written about it before, talk of {x} {verb}",
    "The tone towards {x} {verb} among the same people",
    "{x}: the tone {verb} among those who wrote about it before",
    "The same people, another tone: talk of {x} {verb}",
    "Talk of {x} {verb} among the same people",
)
HEADLINE_NEW = (
    "{x} is a new name in the communities we follow",
    "A new name in the communities we follow: {x}",
    "{x}, a new name in the talk of the communities we follow",
    "Now they talk about {x}, a new name in the communities we follow",
    "New in the communities we follow: {x}",
    "{x}, a new name in the communities we follow",
)
HEADLINE_COVERAGE = (
    "{outlets} wrote about {x} {when}",
    "{x}: {outlets} wrote about it {when}",
    "{outlets} took up {x} {when}",
    "{outlets} covered {x} {when}",
    "{when_c}, {outlets} wrote about {x}",
    "{outlets} published on {x} {when}",
)
HEADLINE_SHARE = (
    "How people in {places} communities write about {x}",
    "{x}, as people in {places} communities write about it",
    "What people in {places} communities say about {x}",
    "{x} in the words of people in {places} communities",
    "In {places} communities people talk about {x}",
    "{x}, the talk of {places} communities",
)
DECK_BOTH = (
    "{it_c} came up on {places}, and {outlets} wrote about it.",
    "People named {it} on {places}; {outlets} wrote about it too.",
    "{it_c} was named on {places}, and {outlets} covered it.",
    "The talk about {it} ran on {places}; {outlets} wrote about it.",
    "On {places} people named {it}, and {outlets} wrote about it.",
    "{outlets} wrote about {it}, and it came up on {places}.",
)
DECK_PLACES = (
    "{it_c} came up on {places} {window}.",
    "The talk about {it} {window} ran on {places}.",
    "{window_c} people named {it} on {places}.",
    "People on {places} named {it} {window}.",
    "{it_c} was named on {places} {window}.",
    "Those who named {it} {window} wrote on {places}.",
)
DECK_OUTLETS = (
    "{outlets} wrote about {it} {when}.",
    "{it_c} was in {outlets} {when}.",
    "{outlets} wrote on {it} {when}.",
    "{it_c} stood in {outlets} {when}.",
    "{outlets} took {it} up {when}.",
    "{outlets} published on {it} {when}.",
)
HOOK_QUOTE = (
    "{quote} a post on {place} said on {day}.",
    "On {day} a post on {place} put it like this: {quoted}.",
    "{quote} a person wrote on {place} on {day}.",
    "{quote} says a post on {place} from {day}.",
    "Words from a post on {place} on {day}: {quoted}.",
    "{quote} reads a post on {place} from {day}.",
)
HOOK_POST = (
    "On {day} a post about {x} went up on {place_end}.",
    "A post on {place} on {day} was about {x}.",
    "{x} was the subject of a post on {place} on {day}.",
    "A person wrote about {x} on {place} on {day}.",
    "On {place} a post about {x} went up on {day}.",
    "It was on {day} that a post on {place} took up {x}.",
)
HOOK_OUTLET = (
    "On {day} {place} wrote about {x}.",
    "{place} wrote about {x} on {day}.",
    "{x} was in {place} on {day}.",
    "On {day} {place} published a piece about {x}.",
    "A piece about {x} stood in {place} on {day}.",
    "{place} had a piece about {x} on {day}.",
)
ANSWERED = (
    "{window_c} {people} answered it.",
    "{people} answered it {window}.",
    "It drew replies from {people} {window}.",
    "Replies came from {people} {window}.",
    "The thread under it drew {people} {window}.",
    "Under it {people} wrote {window}.",
)
SHARED = (
    "{people} shared one link about {it}, from {day} on.",
    "One link about {it} was shared by {people}, from {day} on.",
    "From {day} on, {people} shared the same link about {it}.",
    "A link about {it} went up on {day} and was shared by {people} {window}.",
    "The same link about {it} was posted by {people}, beginning on {day}.",
    "Beginning on {day}, {people} posted the same link about {it}.",
)
