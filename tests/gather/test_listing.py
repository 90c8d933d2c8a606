"""Walking lists: what is new is found once, and what cannot be had is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest

from groundswell.errors import (
    BadRow,
    Forbidden,
    Malformed,
    QuotaExhausted,
    SourceError,
    Throttled,
    Upstream,
)
from groundswell.gather.listing import (
    CHUNK,
    Known,
    cursor_of,
    decoded,
    every,
    in_chunks,
    in_turn,
    mark_of,
    newest_first,
    packed,
    rechecked,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.source import Cursor, Payload
from groundswell.types.moment import moment


def item(number):
    return {"id": str(number), "at": number * 10}


def name(raw):
    return raw["id"], raw["at"]


def pages(*numbers):
    return [[item(one) for one in page] for page in numbers]


def walk(listed, known, most=9):
    return newest_first(listed, known, name, most=most, what="a list")


def natives(found):
    return [native for native, _, _ in found.items]


def known(*numbers):
    return Known().plus((str(one), one * 10) for one in numbers)


def test_the_first_walk_reads_one_page():
    found = walk(pages([9, 8, 7], [6, 5, 4]), Known())
    assert (natives(found), found.arrived) == (["7", "8", "9"], True)


def test_a_walk_ends_at_five_known_in_a_row_and_no_sooner():
    pinned = pages([1, 2, 30, 29], [28, 27, 26, 25, 24], [23, 22, 21, 20, 19], [18])
    read = []
    found = walk((read.append(page) or page for page in pinned), known(*range(1, 24)))
    assert natives(found) == ["24", "25", "26", "27", "28", "29", "30"]
    assert found.arrived
    assert len(read) == 3


def test_what_appears_late_among_the_known_is_new():
    found = walk(pages([12, 11, 10, 9, 8, 7]), known(8, 9, 10, 12))
    assert natives(found) == ["11"]  # 7 is older than anything we remember
    assert found.arrived


def test_a_capped_list_is_a_gap_from_the_newest_known_to_the_oldest_had():
    found = walk(pages([100, 99], [98, 97], [96, 95]), known(1, 2, 3), most=2)
    (gap,) = found.gap("s", "r/x", known(1, 2, 3), "capped")
    assert (gap.start, gap.stop, gap.permille, gap.community) == (30, 970, 0, "r/x")
    found = walk(pages([100, 99], [98, 97]), known(1, 2, 3))
    assert not found.arrived  # the list ended before it met anything known
    dated_back = [{"id": "101", "at": 7}, item(100)]
    (gap,) = walk([dated_back], known(1, 2), most=1).gap("s", "*", known(1, 2), "capped")
    assert (gap.start, gap.stop) == (20, 1000)
    assert walk(pages([5, 4]), known(3, 4)).gap("s", "r/x", known(3, 4), "capped") == ()


def test_a_page_from_another_time_does_not_pass_for_an_arrival():
    old = list(range(100, 160))
    found = walk(pages([300, 299], [120, 119, 118, 117, 116]), known(*old))
    assert not found.arrived
    assert natives(found) == ["299", "300"]


def test_an_empty_or_repeated_page_is_no_answer():
    with pytest.raises(Malformed, match="empty list where there was one"):
        walk([[]], known(1))
    with pytest.raises(Malformed, match="page 2 again"):
        walk(pages([9, 8], [9, 8]), known(1))
    assert natives(walk([[]], Known())) == []


def test_items_without_a_name_are_passed_over_unless_all_are():
    def strict(raw):
        if "at" not in raw:
            raise BadRow("no time")
        return name(raw)

    listed = [[{"id": "x"}, item(5), "odd", None]]
    found = newest_first(listed, Known(), strict, most=1, what="a list")
    assert natives(found) == ["5"]
    with pytest.raises(Malformed, match="none of the 2 items"):
        newest_first([["odd", {}]], Known(), strict, most=1, what="a list")


def test_chunks_come_oldest_first_and_every_cursor_resumes():
    listed = pages([*range(200, 60, -1)])
    found, state = walk(listed, known(60, 61)), {}

    def mark(read):
        state["x"] = read.told()
        return cursor_of(state)

    payloads = list(in_chunks(found, known(60, 61), packed, mark, url="u", now=7))
    told = [[one["id"] for one in decoded(payload.body, "x")] for payload in payloads]
    assert [*chain(*told)] == [str(one) for one in range(62, 201)]
    assert [len(one) for one in told] == [CHUNK, CHUNK, 39]
    for number, payload in enumerate(payloads):
        left = walk(listed, Known.of(state_of(payload.cursor)["x"]))
        assert natives(left) == [*chain(*told[number + 1 :])]
        assert Known.of(state_of(payload.cursor)["x"]).more == (number < 2)


def test_a_list_that_was_empty_at_first_is_read_to_its_end_later():
    def mark(read):
        return cursor_of({"x": read.told()})

    empty = walk([[]], Known())
    (begun,) = in_chunks(empty, Known(), packed, mark, url="u", now=500)
    assert begun.body == b"[]"
    after = Known.of(state_of(begun.cursor)["x"])
    assert (after.begun, after.ids, after.at) == (True, (), 500)
    assert list(in_chunks(walk([[]], after), after, packed, mark, url="u", now=900)) == []
    found = walk(pages([99, 98], [97, 96], [95]), after)
    assert (natives(found), found.arrived) == (["95", "96", "97", "98", "99"], True)
    cut = walk(pages([99, 98], [97, 96], [95]), after, most=2)
    assert not cut.arrived
    (gap,) = cut.gap("x", "c", after, "too many")
    assert (gap.start, gap.stop) == (500, 960)


def test_ids_of_any_base_stand_in_order():
    assert Known().plus([("zz", 1), ("100", 1), ("9", 1)]).ids == ("9", "zz", "100")
    assert not known(*range(10, 90)).new("39")
    assert known(*range(10, 90)).new("91")


@pytest.mark.parametrize("told", ["[1]", '{"x":1}', '{"x":{"at":"now","ids":[]}}', "nonsense"])
def test_a_cursor_that_is_not_ours_is_refused(told):
    with pytest.raises(Malformed):
        Known.of(state_of(Cursor(told)).get("x"))


def test_backward_marks():
    assert mark_of({}, "x", 7) == ("", 7)
    assert mark_of({"x": ["12", 5]}, "x", 7) == ("12", 5)
    for odd in ("12", ["12"], ["12", "5"], None):
        with pytest.raises(Malformed):
            mark_of({"x": odd}, "x", 7)


def test_places_in_turn():
    def visit(place):
        yield Payload(place.encode(), Cursor(""))
        if place != "b":
            raise SourceError(f"{place} is down")

    taken = []
    with pytest.raises(SourceError, match="a is down; c is down"):
        taken.extend(in_turn("x", ["a", "b", "c"], visit))
    assert [one.body for one in taken] == [b"a", b"b", b"c"]
    with pytest.raises(SourceError, match="names no place"):
        list(in_turn("x", [], visit))


NOON, LATER = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (12, 13))


@pytest.mark.parametrize(("problems", "kind", "until"), [
    ([Throttled("a", until=NOON), Upstream("b")], Throttled, NOON),
    ([Throttled("a", until=NOON), Throttled("b", until=LATER)], Throttled, LATER),
    ([QuotaExhausted("a", reset=LATER), Throttled("b")], Throttled, LATER),
    ([Throttled("a"), Throttled("b")], Throttled, None),
    ([Throttled("a"), Upstream("b")], SourceError, None),
    ([Forbidden("a"), Forbidden("b")], Forbidden, None),
    ([Forbidden("a"), Malformed("b")], SourceError, None),
])  # fmt: skip
def test_what_goes_wrong_together_is_waited_for_as_long_as_asked(problems, kind, until):
    def visit(place):
        yield Payload(place.encode(), Cursor(""))
        raise problems[int(place)]

    with pytest.raises(SourceError, match=r"^a; b$") as raised:
        list(in_turn("x", ["0", "1"], visit))
    assert type(raised.value) is kind
    assert getattr(raised.value, "until", None) == until


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[1", b"NaN", b"[" * 100_000])
def test_only_json_is_json(body):
    with pytest.raises(Malformed, match="is not JSON"):
        decoded(body, "x")


def record(raw):
    if "id" not in raw:
        raise BadRow("no id")
    if raw.get("hidden"):
        return []
    return [tombstone(raw["id"], source="x", community="c", at=moment(int(raw.get("at", 1))))]


def test_one_odd_item_does_not_cost_its_page():
    assert [one.id for one in every([{"id": "1"}, {}, 3, {"id": "2"}], record)] == ["x:1", "x:2"]
    assert every([{"id": "1", "hidden": True}], record) == []
    assert every([], record) == []
    with pytest.raises(Malformed, match="none of the 2 items can be read"):
        every([{}, 3], record)


def test_nothing_answers_itself():
    def read(raw):
        (one,) = record(raw)
        return [replace(one, parent=raw["parent"])]

    found = every([{"id": "1", "parent": "x:1"}, {"id": "2", "parent": "x:1"}], read)
    assert [one.parent for one in found] == [None, "x:1"]


def test_a_record_told_twice_is_told_once_as_last():
    (one,) = every([{"id": "1", "at": 1}, {"id": "1", "at": 2}], record)
    assert one.published == moment(2)


def test_what_was_asked_about():
    def bury(native, state):
        return tombstone(native, source="x", community="c", at=moment(0), state=state)

    def read(raw):
        return record(table(raw, "x"))

    items = [{"id": "1"}, {"id": "2", "hidden": True}, {"id": "3", "at": "odd"}]
    found = rechecked(["1", "2", "3", "4"], items, lambda raw: raw["id"], read, bury)
    assert [(one.id, one.state) for one in found] == [
        ("x:1", "deleted"), ("x:2", "removed"), ("x:4", "deleted"),
    ]  # fmt: skip
