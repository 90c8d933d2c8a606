from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from groundswell.measure.tickets.similar import groups, pairs
from groundswell.measure.tickets.wording import errors_of, wordings

TITLE = "Almanac import crashes on leap seconds of 1998"
TEXT = (
    "Importing the naval almanac of 1998 crashes as soon as it meets the leap second on new "
    "year's eve; the parser expects sixty, finds sixty-one and gives up."
)
AGAIN = (
    "When I import the 1998 naval almanac the parser gives up at the leap second of new "
    "year's eve, because it expects sixty and finds sixty-one."
)


def found(tickets, read=None):
    return {(one.first.number, one.second.number) for one in pairs(tickets, read)}


def test_the_same_report_by_two_people_is_a_pair(crowd, ticket):
    two = [ticket(1, title=TITLE, text=TEXT), ticket(2, title=TITLE.lower(), text=AGAIN)]
    (pair,) = pairs([*crowd, *two])
    assert (pair.first.number, pair.second.number) == (1, 2)
    assert "alike" in pair.reason
    assert 450 <= pair.likeness <= 1000


def test_reports_about_other_things_are_not(crowd):
    assert found(crowd) == set()


def test_a_word_put_in_the_place_of_another_names_another_thing(crowd, ticket):
    text = "The pool must be widened for subscribers before the third lock opens at Stenness weir."
    two = [
        ticket(1, title="Describe how the relay subscribes to the weir", text=text),
        ticket(
            2,
            title="Describe how the relay publishes to the weir",
            text=text.replace("subscribers", "publishers"),
        ),
    ]
    assert found([*crowd, *two]) == set()


def test_short_talk_proves_nothing(crowd, ticket):
    assert found([*crowd, ticket(1, title="Fix typo"), ticket(2, title="Fix typo")]) == set()


def test_issues_are_not_compared_with_changes(crowd, ticket):
    two = [ticket(1, title=TITLE, text=TEXT), ticket(2, title=TITLE, text=TEXT, kind="change")]
    assert found([*crowd, *two]) == set()


def test_bots_repeat_themselves_by_design(crowd, ticket):
    two = [ticket(n, title=TITLE, text=TEXT, bot=True) for n in (1, 2)]
    assert found([*crowd, *two]) == set()


@pytest.mark.parametrize(
    ("days", "text", "paired"), [(3, TEXT, True), (90, TEXT, False), (3, AGAIN, False)]
)
def test_one_author_files_twice_only_in_the_same_words_and_soon(
    crowd, ticket, start, days, text, paired
):
    two = [
        ticket(1, title=TITLE, text=TEXT, author="ines"),
        ticket(2, title=TITLE, text=text, author="ines", opened=start + timedelta(days=days)),
    ]
    assert (found([*crowd, *two]) == {(1, 2)}) is paired


def test_after_a_year_it_is_another_story(crowd, ticket, start):
    two = [
        ticket(1, title=TITLE, text=TEXT),
        ticket(2, title=TITLE, text=AGAIN, opened=start + timedelta(days=400)),
    ]
    assert found([*crowd, *two]) == set()


def test_a_template_is_not_what_makes_tickets_alike(ticket, start):
    form = (
        "### What happened? Tell us in your own words what you saw and what you expected to "
        "see instead. ### Version of the almanac you use on board and ashore. "
    )
    tickets = [
        ticket(
            n,
            title=f"Trouble of kind {n}",
            text=f"{form} {n} lanterns, {n * 3} bells",
            opened=start + timedelta(days=n),
        )
        for n in range(1, 30)
    ]
    assert found(tickets) == set()
    assert not any("words" in one.text for one in wordings(tickets))


def test_a_burst_of_one_error_is_no_template(crowd, ticket, start):
    said = "AlmanacError: leap second out of range at knot four of the northern table today"
    burst = [
        ticket(
            n,
            title=f"{said} ({n})",
            text=said * 2,
            author=f"a{n}",
            opened=start + timedelta(hours=n),
        )
        for n in range(1, 5)
    ]
    assert len(found([*crowd, *burst])) == 6


def test_errors_are_read_without_what_varies(ticket):
    one = ticket(
        1,
        text='ValueError: bad tide at /home/x/y.py line 3\nFile "/a/tides.py", '
        "line 7, in read\n    at Quay.moor (quay.js:3:1)",
    )
    two = ticket(
        2,
        text='ValueError: bad tide at /srv/z.py line 99\nFile "/b/tides.py", '
        "line 8, in read\n    at Quay.moor (quay.js:9:9)",
    )
    assert errors_of(one) == errors_of(two) != frozenset()
    assert "at Quay.moor" in errors_of(one)


def test_the_reader_is_asked_about_few_and_finds_other_words(crowd, ticket):
    one = ticket(
        1,
        title="Almanac import collapses on a leap second",
        text="Importing the naval almanac of 1998 dies at the leap second of new "
        "year's eve: the parser expects sixty, and finds sixty-one.",
    )
    two = ticket(
        2,
        title="Parser chokes on a leap second of the almanac",
        text="The naval almanac of 1998 has a leap second on new year's eve. The import "
        "parser finds sixty-one where it expects sixty and dies.",
    )
    asked = []

    def read(one):
        asked.append(one.number)
        return np.array([100, 1 if one.number == 1 else 2], dtype=np.int8)

    assert found([*crowd, one, two]) == set()
    assert found([*crowd, one, two], read) == {(1, 2)}
    assert {1, 2} <= set(asked)
    assert len(set(asked)) < len(crowd) / 2


def test_groups_keep_what_is_open_and_most_talked_about(crowd, ticket, start):
    closed = {"closed": start + timedelta(days=2)}
    three = [
        ticket(1, title=TITLE, text=TEXT, comments=9, **closed),
        ticket(2, title=TITLE, text=AGAIN, comments=1),
        ticket(3, title=TITLE, text=TEXT, comments=4),
    ]
    (group,) = groups(pairs([*crowd, *three]))
    assert group.keep.number == 3
    assert [one.number for one, _ in group.others] == [1, 2]
    assert all(reason for _, reason in group.others)


def test_a_group_with_nothing_to_close_is_left_out(crowd, ticket, start):
    two = [ticket(1, title=TITLE, text=TEXT, closed=start), ticket(2, title=TITLE, text=AGAIN)]
    assert groups(pairs([*crowd, *two])) == []
