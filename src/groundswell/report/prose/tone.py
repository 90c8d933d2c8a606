"""Sentences on what people say: tone, quotes, names side by side, and what cuts the other way."""

WARM = (
    "{share} of those who wrote about {it} {did} so warmly.",
    "{share} of the people who wrote about {it} {were} warm in tone.",
    "Warm words about {it} {came} from {share_l} of those who wrote.",
    "{share} of those writing about {it} {did} so warmly.",
    "Of those who wrote about {it}, {share_l} {did} so warmly.",
    "Among people who wrote about {it}, {share_l} {did} so warmly.",
)
COLD = (
    "{share} of those who wrote about {it} {did} so coldly.",
    "{share} of the people who wrote about {it} {were} cold in tone.",
    "Cold words about {it} {came} from {share_l} of those who wrote.",
    "{share} of those writing about {it} {did} so coldly.",
    "Of those who wrote about {it}, {share_l} {did} so coldly.",
    "Among people who wrote about {it}, {share_l} {did} so coldly.",
)
TONE_HERE = (
    "On {a} {share_l} of those who wrote about {it} did so {how}.",
    "Of those writing about {it} on {a}, {share_l} did so {how}.",
    "Of the people on {a} who wrote about {it}, {share_l} did so {how}.",
    "Of those who wrote about {it} on {a}, {share_l} did so {how}.",
    "Among those who wrote about {it} on {a}, {share_l} did so {how}.",
    "On {a}, {share_l} of those who wrote about {it} did so {how}.",
)
TONE_CHANGED = (
    "Among people who had written about {it} before, the tone {verb} {window}.",
    "The tone {verb} {window}, and that holds for people who had written about {it} before.",
    "The same people wrote about {it} before and {window}, and their tone {verb}.",
    "People who had written about {it} before wrote again {window}, and the tone {verb}.",
    "Among the same people, the tone {verb} {window}.",
    "The tone of people who had written about {it} before {verb} {window}.",
)
QUOTE = (
    "{quote} wrote a person on {place} on {day}.",
    "A person on {place} wrote on {day}: {quoted}.",
    "{quote} says a post on {place} from {day}.",
    "On {place} a person wrote on {day}: {quoted}.",
    "A post on {place} from {day} says: {quoted}.",
    "{quote} a person on {place} wrote on {day}.",
    "From a post on {place} of {day}: {quoted}.",
    "On {day} a person on {place} wrote: {quoted}.",
)
QUOTE_AGAINST = (
    "There are other voices: {quote} wrote a person on {place} on {day}.",
    "Another voice, from {place} on {day}: {quoted}.",
    "Then there is a post on {place} from {day}: {quoted}.",
    "A person on {place} put it this way on {day}: {quoted}.",
    "The other side, in the words of a post on {place} from {day}: {quoted}.",
    "Next to these stands a post on {place} from {day}: {quoted}.",
)
PAIR = (
    "In the same post, {people} named {other}, more than chance would bring together.",
    "{other} was named in the same post by {people}, more often than chance would have it.",
    "In the same posts {people} named {other}, more than chance would bring together.",
    "Beside {it} stands {other}: {people} named them together, more than chance would bring.",
    "Together with {other}, {it} was named by {people}, more often than chance would have it.",
    "Together with {other} {it} was named by {people}, more than chance would bring together.",
)
PAIRS = (
    "In the same posts {n_a} named {a}, and {n_b} named {b}.",
    "Of those, {n_a} named {a} in the same post, and {n_b} named {b}.",
    "{a} was named in the same post by {n_a}, {b} by {n_b}.",
    "Together with {it}, {n_a} named {a} and {n_b} named {b}.",
    "In posts about {it} {n_a} named {a}, and {n_b} named {b}.",
    "Side by side with {it}, {n_a} named {a} and {n_b} named {b}.",
)
AGAINST_SHARE = (
    "On the other side, {share_l} of those who wrote about {it} did so {how}.",
    "At the same time {share_l} of those who wrote about {it} did so {how}.",
    "There is another side: {share_l} of those who wrote about {it} did so {how}.",
    "Still, {share_l} of those who wrote about {it} did so {how}.",
    "Other voices are there too: {share_l} of those who wrote about {it} did so {how}.",
    "And yet {share_l} of those who wrote about {it} did so {how}.",
)
ABSENT = (
    "On {a} none of the {records} we read {window} names {it}.",
    "None of the {records} we read on {a} {window} names {it}.",
    "{window_c}, none of the {records} we read on {a} names {it}.",
    "We read {records} on {a} {window}, and none names {it}.",
    "On {a} we read {records} {window}; none names {it}.",
    "Among the {records} we read on {a} {window}, none names {it}.",
)
