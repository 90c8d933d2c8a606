"""Headlines, decks and first sentences."""

HEADLINE_AGREED = (
    "Many write warmly of {x} in {places} communities, and {outlets} take it up {when}",
    "In {places} communities many write warmly of {x}; {outlets} take it up {when}",
    "Warm words for {x} from many in {places} communities, and {outlets} take it up {when}",
)
HEADLINE_WARM = (
    "Many write warmly of {x} in {places} communities",
    "In {places} communities many write warmly of {x}",
    "Warm words for {x} from many in {places} communities",
)
HEADLINE_AGREED_HEDGED = (
    "Many appear to write warmly of {x} in {places} communities{read}, and {outlets} take it up"
    " {when}",
    "In {places} communities many appear to write warmly of {x}{read}; {outlets} take it up {when}",
)
HEADLINE_WARM_HEDGED = (
    "Many appear to write warmly of {x} in {places} communities{read}",
    "In {places} communities many appear to write warmly of {x}{read}",
)
HEADLINE_DIVIDED = (
    "Many write {first} of {x} and many {second} in {places} communities{read}; {outlets} take it"
    " up {when}",
    "In {places} communities many write {first} of {x} and many {second}{read}; {outlets} take it"
    " up {when}",
)
HEADLINE_BOTH = (
    "Many write {first} of {x} and many {second} in {places} communities{read}",
    "In {places} communities many write {first} of {x} and many {second}{read}",
)
HEADLINE_DIVIDED_HEDGED = (
    "Many appear to write {first} of {x} and many {second} in {places} communities{read};"
    " {outlets} take it up {when}",
    "In {places} communities many appear to write {first} of {x} and many {second}{read};"
    " {outlets} take it up {when}",
)
HEADLINE_BOTH_HEDGED = (
    "Many appear to write {first} of {x} and many {second} in {places} communities{read}",
    "In {places} communities many appear to write {first} of {x} and many {second}{read}",
)
HEADLINE_RENAMED = (
    "{old} became {new} while talk of it {verb}",
    "Talk of {new}, the former {old}, {verb}",
    "{old} is now {new}, and talk of it {verb}",
    "Talk of {new}, formerly {old}, {verb}",
)
HEADLINE_VOICES = (
    "Talk of {x} {verb} in the communities we follow",
    "Talk of {x} {verb}",
    "Talk about {x} {verb} {window}",
    "In the communities we follow, talk of {x} {verb}",
)
HEADLINE_TONE = (
    "Talk of {x} {verb} among people who had written about it before",
    "Among people who had written about it before, talk of {x} {verb}",
    "The tone towards {x} {verb} among the same people",
    "Talk of {x} {verb} among the same people",
)
HEADLINE_NEW = (
    "{x} is a new name in the communities we follow",
    "A new name in the communities we follow: {x}",
    "New in the communities we follow: {x}",
)
HEADLINE_COVERAGE = (
    "{outlets} wrote about {x} {when}",
    "{outlets} took up {x} {when}",
    "{outlets} covered {x} {when}",
    "{when_c}, {outlets} wrote about {x}",
)
HEADLINE_SHARE = (
    "How people in {places} communities write about {x}",
    "What people in {places} communities say about {x}",
    "{x} in the words of people in {places} communities",
)
DECK_AGREED = (
    "{window_c} {people} in {places} communities {named} {it}, and the outlets' pieces are from"
    " {span}. Whether communities that disagree elsewhere agree here is not tested yet.",
    "We counted {people} who {named} {it} {window}, in {places} communities; the outlets' pieces"
    " are from {span}. Whether communities that disagree elsewhere agree here is not tested yet.",
)
DECK_WARM = (
    "{window_c} {people} in {places} communities {named} {it}. Whether communities that disagree"
    " elsewhere agree here is not tested yet.",
)
DECK_TONE = (
    "{share} of those who wrote about {it} {window} {did} so {how}{read}; it came up on {places}.",
    "{share} of those who wrote about {it} {window} {did} so {how}{read}. It came up on {places}.",
)
DECK_TONE_PLAIN = (
    "{share} of those who wrote about {it} {window} {did} so {how}{read}.",
    "Of those who wrote about {it} {window}, {share_l} {did} so {how}{read}.",
)
DECK_BOTH = (
    "{it_c} came up on {places}, and {outlets} wrote about it.",
    "People on {places} {named} {it}; {outlets} wrote about it.",
    "The talk about {it} ran on {places}, and {outlets} wrote about it.",
)
DECK_ONE = (
    "{window_c} {people} {named} {it} on {places}, and {outlets} wrote about it.",
    "{window_c} {people} {named} {it} on {places}; {outlets} wrote about it.",
)
DECK_PLACES = (
    "{it_c} came up on {places} {window}.",
    "{window_c} people {named} {it} on {places}.",
    "People on {places} {named} {it} {window}.",
)
DECK_OUTLETS = (
    "{outlets} wrote about {it} {when}.",
    "{outlets} took {it} up {when}.",
    "{when_c} {outlets} wrote about {it}.",
)
HOOK_QUOTE = (
    "{quote} a person wrote on {place} on {day}.",
    "On {day} a person on {place} wrote: {quoted}.",
    "{quote} says a post on {place} from {day}.",
    "{quote} reads a post on {place} from {day}.",
)
HOOK_POST = (
    "On {day} a post about {x} went up on {place_end}.",
    "On {place} a post about {x} went up on {day}.",
    "A person wrote about {x} on {place} on {day}.",
)
HOOK_OUTLET = (
    "On {day} {place} wrote about {x}.",
    "{place} wrote about {x} on {day}.",
    "On {day} {place} published a piece about {x}.",
    "{place} had a piece about {x} on {day}.",
)
HOOK_TITLE = (
    "{quote} {place} wrote on {day}, in a piece about {x}.",
    "On {day} {place} published a piece about {x} under the title {quoted}.",
    "{quote} was the title over a piece about {x} in {place} on {day}.",
)
TITLE = (
    "{place} put it this way on {day}: {quoted}.",
    "The title in {place} on {day} was {quoted}.",
    "{quote} wrote {place} on {day}.",
)
ANSWERED = (
    "{people} answered it {window}.",
    "It drew replies from {people} {window}.",
    "Replies came from {people} {window}.",
    "Under it {people} wrote {window}.",
)
SHARED = (
    "{people} shared one link about {it}, from {day} on.",
    "One link about {it} was shared by {people}, from {day} on.",
    "From {day} on, {people} shared the same link about {it}.",
)
