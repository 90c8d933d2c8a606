"""Sentences on who talks, how many and where."""

GREW_FROM_TO = (
    "Talk of {it} {verb} {window}, from about {before} people a day to about {now} a day.",
    "From about {before} people a day, talk of {it} {verb} to about {now} a day {window}.",
    "Before, about {before} people a day {named} {it}; {window} it {verb} to about {now} a day.",
    "{window_c} the number of people {naming} {it} {verb} to about {now} a day, from about"
    " {before}.",
)
GREW_TIMES = (
    "Counted in people a day, talk of {it} {verb} {window} to about {times} its earlier level.",
    "{window_c} the number of people {naming} {it} {verb} to about {times} what it had been.",
    "Talk of {it} {verb} {window} to about {times} the earlier number of people a day.",
)
GREW_PLAIN = (
    "Talk of {it} {verb} {window}.",
    "{window_c} the number of people who {name} {it} {verb}.",
    "Counted in people, talk of {it} {verb} {window}.",
)
PEAK = (
    "The busiest day was {day}, with {people}.",
    "It peaked on {day}, with {people}.",
    "The talk peaked on {day}, when {people} {named} {it}.",
)
VOICES = (
    "{window_c} {people} {named} {it}, in {places} of the communities we follow.",
    "We counted {people} who {named} {it} {window}, in {places} of the communities we follow.",
    "{people} {named} {it} {window}, in {places} of the communities we follow.",
)
VOICES_ONE = (
    "{window_c} {people} {named} {it}, on {place_end}.",
    "We counted {people} who {named} {it} {window}, on {place_end}.",
    "{people} {named} {it} {window}, on {place_end}.",
    "On {place} {people} {named} {it} {window}.",
)
PLACES_TWO = (
    "On {a} it was {n_a}, on {b} {n_b}.",
    "On {a} we counted {n_a}, on {b} {n_b}.",
    "There were {n_a} on {a} and {n_b} on {b_end}.",
)
PLACES_SAME = ("On {a} it was {n_a}, and on {b} as well.",)
ELSEWHERE = (
    "{it_c} also came up on {places}.",
    "Others wrote about {it} on {places}.",
    "On {places} {it} came up as well.",
)
PLACES_ALL = ("The people who {named} {it} wrote on {places}.",)
ELSEWHERE_ONE = (
    "On {a} it was {n_a}.",
    "On {a} we counted {n_a}.",
)
ONCE = (
    "On {a} {share} of those active {window} {named} {it}.",
    "{share} of the people active on {a} {window} {named} {it}.",
)
ONCE_HEDGED = (
    "On {a} {share} of those active {window} appear to have {been} {it}.",
    "{share} of the people active on {a} {window} appear to have {been} {it}.",
)
CONTRAST = (
    "Even when posts of equal length are compared, people on {a} {did} {it} more than others did.",
    "Posts differ in length from place to place; when those of equal length are compared, people"
    " on {a} {did} {it} more than others did.",
)
RANK = (
    "Of the {of} {type} on our list it was the {rank}most named.",
    "Among the {of} {type} on our list it was the {rank}most named.",
)
RENAMED = (
    "{old} has been called {new} since {day}; the names are counted as one here.",
    "On {day} {old} became {new}; here the names are counted as one.",
    "{new} was called {old} until {day}; the names are counted as one here.",
)
COVERAGE = (
    "{outlets} wrote about {it} {when}.",
    "{when_c} {outlets} wrote about {it}.",
    "{outlets} took {it} up {when}.",
)
OUTLETS = ("{list}.",)
OUTLET = (
    "{place} wrote about {it} on {day}.",
    "On {day} {place} wrote about {it}.",
    "On {day} {place} published a piece about {it}.",
)
UNHEARD = (
    "{window_c} none of the {records} we read {names} {it}.",
    "None of the {records} we read {window} {names} {it}.",
    "We read {records} {window}, and none {names} {it}.",
)
