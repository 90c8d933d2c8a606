"""Sentences on what people say: tone, quotes, names side by side, and what cuts the other way."""

WARM = (
    "{share} of those who wrote about {it} {window} {did} so warmly.",
    "Of those who wrote about {it} {window}, {share_l} {did} so warmly.",
    "Among people who wrote about {it} {window}, {share_l} {did} so warmly.",
)
COLD = (
    "{share} of those who wrote about {it} {window} {did} so coldly.",
    "Of those who wrote about {it} {window}, {share_l} {did} so coldly.",
    "Among people who wrote about {it} {window}, {share_l} {did} so coldly.",
)
TONE_HERE = (
    "On {a} {share_l} of those who wrote about {it} {did} so {how}.",
    "Of those writing about {it} on {a}, {share_l} {did} so {how}.",
    "Of the people on {a} who wrote about {it}, {share_l} {did} so {how}.",
)
MOST_HERE = (
    "On {places} most of those who wrote about {it} {did} so warmly.",
    "Most of those who wrote about {it} on {places} {did} so warmly.",
)
MOST_TOO = ("Counted one by one, most on {places} {did} so warmly too.",)
MANY_HERE = (
    "On {places} many {did} so warmly too.",
    "Many on {places} {did} so warmly as well.",
)
MANY_FIRST = (
    "On {places} many of those who wrote about {it} {did} so warmly.",
    "Many of those who wrote about {it} on {places} {did} so warmly.",
)
FROM_TO = (
    "By community the warm are from {low} on {a} to {high} on {b}.",
    "The share of the warm is {low} on {a} and {high} on {b}.",
)
FROM_TO_HEDGED = (
    "By community the warm appear to be from {low} on {a} to {high} on {b}.",
    "The share of the warm appears to be {low} on {a} and {high} on {b}.",
)
TONE_CHANGED = (
    "Among people who had written about {it} before, the tone {verb} {window}.",
    "The tone {verb} {window}, and that holds for people who had written about {it} before.",
    "People who had written about {it} before wrote again {window}, and the tone {verb}.",
    "Among the same people, the tone {verb} {window}.",
)
QUOTE = (
    "{quote} wrote a person on {place} on {day}.",
    "A person on {place} wrote on {day}: {quoted}.",
    "{quote} says a post on {place} from {day}.",
    "On {day} a person on {place} wrote: {quoted}.",
)
QUOTE_AGAINST = (
    "Another voice, from {place} on {day}: {quoted}.",
    "A person on {place} put it this way on {day}: {quoted}.",
    "Next to these stands a post on {place} from {day}: {quoted}.",
)
PAIR = (
    "Beside {it} stands {other}: {people} named them together, more than chance would bring.",
    "Together with {other} {it} was named by {people}, more than chance would bring together.",
)
PAIRS = (
    "Together with {it}, {n_a} named {a} and {n_b} named {b}.",
    "{n_a} named {a} together with {it}, and {n_b} named {b}.",
)
AGAINST_SHARE = (
    "On the other side, {share_l} of those who wrote about {it} {did} so {how}.",
    "At the same time {share_l} of those who wrote about {it} {did} so {how}.",
    "Still, {share_l} of those who wrote about {it} {did} so {how}.",
    "And yet {share_l} of those who wrote about {it} {did} so {how}.",
)
ABSENT = (
    "On {a} none of the {records} we read {window} {names} {it}.",
    "{window_c}, none of the {records} we read on {a} {names} {it}.",
    "We read {records} on {a} {window}, and none {names} {it}.",
)
