"""Sentences on what people say: tone, quotes, names side by side, and what cuts the other way."""

WARM = (
    "{share} of those who wrote about {it} {did} so warmly.",
    "{share} of the people who wrote about {it} {were} warm in tone.",
    "Warm words about {it} {came} from {share_l} of those who wrote.",
    "{share} of those writing about {it} {sounded} warm.",
    "Of those who wrote about {it}, {share_l} {did} so warmly.",
    "Among people who wrote about {it}, {share_l} {did} so warmly.",
)
COLD = (
    "{share} of those who wrote about {it} {did} so coldly.",
    "{share} of the people who wrote about {it} {were} cold in tone.",
    "Cold words about {it} {came} from {share_l} of those who wrote.",
    "{share} of those writing about {it} {sounded} cold.",
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
    "Among people who wrote about {it} before and again {window}, the tone {verb}.",
    "The tone {verb}, and that holds for people who had written about {it} before.",
    "The same people wrote about {it} before and {window}, and their tone {verb}.",
    "People who had written about {it} before wrote again {window}, and the tone {verb}.",
    "Among the same people, the tone {verb} {window}.",
    "The tone of people who had written about {it} before {verb} {window}.",
)
QUOTE = (
    "{quote} wrote a person on {place} on {day}.",
    "One person on {place} wrote on {day}: {quoted}.",
    "{quote} says a post on {place} from {day}.",
    "On {place} somebody wrote on {day}: {quoted}.",
    "A post on {place} from {day} says: {quoted}.",
    "{quote} somebody on {place} wrote on {day}.",
    "From a post on {place} of {day}: {quoted}.",
    "On {day} a person on {place} wrote: {quoted}.",
)
QUOTE_AGAINST = (
    "There are other voices: {quote} wrote a person on {place} on {day}.",
    "A post on {place} sounds different: {quote} it said on {day}.",
    "Another voice, on {place} on {day}: {quoted}.",
    "One person on {place} saw it differently on {day}: {quoted}.",
    "The other side, in the words of a post on {place} from {day}: {quoted}.",
    "A post on {place} on {day} cuts the other way: {quoted}.",
)
PAIR = (
    "{people} named {other} in the same post, more than chance would bring together.",
    "{other} was named in the same post by {people}, more often than chance would have it.",
    "In the same posts {people} named {other}, more than chance would bring together.",
    "{other} often stands beside it: {people} named the two together, more than chance explains.",
    "{people} named {it} together with {other}, more often than chance would have it.",
    "Together with {other} {it} was named by {people}, more than chance would bring together.",
)
PAIRS = (
    "{n_a} named {a} in the same post, {n_b} named {b}.",
    "In the same post {n_a} named {a}, and {n_b} named {b}.",
    "{a} was named in the same post by {n_a}, {b} by {n_b}.",
    "Together with it, {n_a} named {a} and {n_b} named {b}.",
    "In posts about {it} {n_a} named {a}, and {n_b} named {b}.",
    "Side by side with it, {n_a} named {a} and {n_b} named {b}.",
)
AGAINST_SHARE = (
    "Against that, {share_l} of them wrote {how} about {it}.",
    "On the other side, {share_l} of them wrote {how} about {it}.",
    "At the same time {share_l} of them wrote {how} about {it}.",
    "There is another side: {share_l} of them wrote {how} about {it}.",
    "Still, {share_l} of them wrote {how} about {it}.",
    "Other voices are there too: {share_l} of them wrote {how} about {it}.",
)
ABSENT = (
    "On {a} none of the {records} we read {window} names {it}.",
    "None of the {records} we read on {a} {window} names {it}.",
    "{window_c}, none of the {records} we read on {a} names {it}.",
    "We read {records} on {a} {window}, and none names {it}.",
    "On {a} we read {records} {window}; none names {it}.",
    "Among the {records} we read on {a} {window}, none names {it}.",
)
