"""Sentences on who talks, how many and where."""

GREW_FROM_TO = (
    "{window_c}, talk of {it} {verb}: from about {before} people a day to about {now}.",
    "Talk of {it} {verb} {window}, from about {before} people a day to about {now}.",
    "From about {before} people a day, talk of {it} {verb} to about {now} {window}.",
    "Before, about {before} people a day named {it}; {window} the talk {verb} to about {now}.",
    "The number of people naming {it} {verb} {window}, from about {before} a day to about {now}.",
    "{window_c} the number of people naming {it} {verb} to about {now} a day, from about {before}.",
)
GREW_TIMES = (
    "Talk of {it} {verb} {window}, to about {times} its earlier level.",
    "{window_c}, talk of {it} {verb} to about {times} its earlier level.",
    "The number of people naming {it} {verb} {window} to about {times} what it was.",
    "Measured in people a day, talk of {it} {verb} {window} to about {times} its earlier level.",
    "{window_c} the number of people naming {it} {verb} to about {times} what it had been.",
    "Talk of {it} {verb} {window} to about {times} the earlier number of people a day.",
)
GREW_PLAIN = (
    "Talk of {it} {verb} {window}.",
    "{window_c}, talk of {it} {verb}.",
    "The number of people who name {it} {verb} {window}.",
    "{window_c} the number of people who name {it} {verb}.",
    "Measured in people, talk of {it} {verb} {window}.",
    "Counted in people, the talk {verb} {window}.",
)
PEAK = (
    "The busiest day was {day}, with {people}.",
    "Talk of {it} peaked on {day}, with {people}.",
    "{day} was the busiest day, with {people}.",
    "On the busiest day, {day}, {people} named {it}.",
    "The talk peaked on {day}, when {people} named {it}.",
    "Its busiest day {window} was {day}, with {people}.",
)
VOICES = (
    "{window_c} {people} named {it}, in {places} of the communities we follow.",
    "{people} named {it} {window}, in {places} of the communities we follow.",
    "We counted {people} who named {it} {window}, in {places} of the communities we follow.",
    "{window_c} {it} was named by {people} in {places} of the communities we follow.",
    "The people who named {it} {window} number {n}, in {places} of the communities we follow.",
    "{it_c} was named by {people} {window}, in {places} of the communities we follow.",
)
VOICES_ONE = (
    "{window_c} {people} named {it}, on {place_end}.",
    "{people} named {it} {window}, on {place_end}.",
    "We counted {people} who named {it} {window}, on {place_end}.",
    "{window_c} {it} was named by {people} on {place_end}.",
    "{it_c} was named by {people} {window}, on {place_end}.",
    "On {place} {people} named {it} {window}.",
)
PLACES_TWO = (
    "On {a} it was {n_a}, on {b} {n_b}.",
    "On {a} we counted {n_a}, on {b} {n_b}.",
    "There were {n_a} on {a} and {n_b} on {b_end}.",
    "{n_a} wrote on {a} and {n_b} on {b_end}.",
    "On {a} {n_a} named {it}, and {n_b} on {b_end}.",
    "The count is {n_a} on {a} and {n_b} on {b_end}.",
)
PLACES_ONE = (
    "On {a} it was {n_a}.",
    "On {a} we counted {n_a}.",
    "There were {n_a} on {a_end}.",
    "{n_a} wrote on {a_end}.",
    "On {a} {n_a} named {it}.",
    "The count on {a} is {n_a}.",
)
ELSEWHERE = (
    "{it_c} also came up on {places}.",
    "Others wrote about {it} on {places}.",
    "On {places} {it} came up as well.",
    "People on {places} named {it} too.",
    "{it_c} was named on {places} as well.",
    "The name also stands in posts on {places}.",
)
ONCE = (
    "{share} of the people active on {a} {window} named {it}.",
    "Of those active on {a} {window}, {share} named {it}.",
    "On {a}, {share} of those active {window} named {it}.",
    "{window_c}, {share} of the people active on {a} named {it}.",
    "Of the people who wrote on {a} {window}, {share} named {it}.",
    "Among people active on {a} {window}, {share} named {it}.",
)
CONTRAST = (
    "At equal length, people on {a} {named} {it} more than people elsewhere did.",
    "Compared at equal length, people on {a} {named} {it} more than those elsewhere.",
    "At equal length of text, people on {a} {named} {it} more than those elsewhere did.",
    "People on {a}, compared at equal length, {named} {it} more than people elsewhere.",
    "When texts are compared at equal length, people on {a} {named} {it} more than others.",
    "People on {a} {named} {it} more than others, compared at equal length.",
)
RANK = (
    "Among the {of} {type} on our list it ranks {rank} by number of people.",
    "By number of people it ranks {rank} among the {of} {type} on our list.",
    "In number of people it comes {rank} among the {of} {type} on our list.",
    "Of the {of} {type} on our list it ranks {rank} by number of people.",
    "Ranked by number of people, it stands {rank} among the {of} {type} on our list.",
    "It stands {rank} among the {of} {type} on our list when people are counted.",
)
RENAMED = (
    "What was called {old} has been called {new} since {day}; the names are counted as one here.",
    "{it_c} changed its name on {day}, from {old} to {new}; we count the names as one.",
    "{old} has been {new} since {day}, and the names are counted as one here.",
    "On {day} {old} became {new}; here the names are counted as one.",
    "The name {old} turned into {new} on {day}, and we count the names as one.",
    "Since {day} {old} has been called {new}; the names count as one here.",
)
COVERAGE = (
    "{outlets} wrote about {it} {when}.",
    "{when_c} {outlets} wrote about {it}.",
    "{it_c} was taken up by {outlets} {when}.",
    "{outlets} took {it} up {when}.",
    "{when_c} {it} was taken up by {outlets}.",
    "{outlets} published on {it} {when}.",
)
OUTLETS = (
    "{list}.",
    "The dates: {list}.",
    "In order: {list}.",
    "By date: {list}.",
    "In order of date: {list}.",
    "Day by day: {list}.",
)
OUTLET = (
    "{place} wrote about {it} on {day}.",
    "On {day} {place} wrote about {it}.",
    "{place} had a piece about {it} on {day}.",
    "A piece about {it} stood in {place} on {day}.",
    "{it_c} was in {place} on {day}.",
    "On {day} {place} published a piece about {it}.",
)
UNHEARD = (
    "{window_c} none of the {records} we read names {it}.",
    "None of the {records} we read {window} names {it}.",
    "We read {records} {window}, and none names {it}.",
    "Before, none of the {records} we read {window} names {it}.",
    "Among the {records} we read {window}, none names {it}.",
    "Of the {records} we read {window}, none names {it}.",
)
