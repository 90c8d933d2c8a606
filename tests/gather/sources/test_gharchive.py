"""GH Archive against saved pages, the invented files, and as an archive."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.gharchive import REPO
from internet.platforms.gharchive import GhArchive as Platform

from groundswell.errors import BadRow, Malformed
from groundswell.gather.archive import Row
from groundswell.gather.archives.gharchive import GhArchive as Archive
from groundswell.gather.events import counted, event_record
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.gharchive import MISSING, SMALL, GhArchive
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import Indicator, Record
from groundswell.types.moment import as_day, micros

SOURCE = GhArchive(repos=(REPO,))


class Files(Direct):
    """Reads files by the stream, as the client does: what is not there is said."""

    def stream(self, url, *, params=None, headers=None):
        self.get(url, params=params, headers=headers)
        return super().stream(url, params=params, headers=headers)


class Unchanged(Platform):
    """Nobody takes anything back: an edit is told by another file, which is no overlap."""

    def __init__(self, *args):
        super().__init__(*args)
        for hour, some in self.hours.items():
            self.hours[hour] = [one for one in some if one.act == "publish"]


def test_golden(golden, start):
    payloads = golden(GhArchive(repos=("example/quay",)), "gharchive")
    assert len(payloads) == 1
    now = start + timedelta(days=3)
    http = Files([Unchanged(3, start, 4)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now, first=start))


def test_holds_what_the_files_hold(live, start):
    platform = Platform(7, start, 4)
    http = Files([platform], start)
    shelf, _ = live(SOURCE, platform, hours=24 * 4 + 8, every=0.5, http=http)
    due = platform.due(http.now)
    assert len(due) > 60
    assert shelf.bodies == due


def test_hours_that_never_come_are_gaps_and_late_ones_are_not(live, start):
    platform = Platform(7, start, 4)
    http = Files([platform], start)
    shelf, _ = live(SOURCE, platform, hours=24 * 4 - 1, every=0.5, http=http)
    missing = {hour for n in range(24 * 4 - 5) if platform.never(hour := start + n * HOUR)}
    assert len(missing) > 1
    missing |= {start - HOUR, start - 2 * HOUR}  # it begins before there were any
    assert {gap.start for gap in shelf.gaps if gap.reason == MISSING} == {
        micros(hour) for hour in missing
    }
    assert {gap.permille for gap in shelf.gaps} == {0}


HOUR = timedelta(hours=1)


def test_backfill_gives_missing_hours_up_at_once(start):
    platform = Platform(7, start, 3)
    now = start + timedelta(days=3)
    pages = list(SOURCE.backfill(Files([platform], now), None, start, now))
    hours = [n for n in range(71) if platform.never(start + n * HOUR)]
    assert sum(len(page.gaps) for page in pages) == len(hours)


class Ill(Platform):
    """Files of one afternoon hold next to nothing."""

    def _file(self, path, now):
        lines = super()._file(path, now)
        return lines[:3] if lines and "2026-11-03-15" in path else lines


def test_a_tiny_file_is_a_partial_hour(start):
    now = start + timedelta(days=3)
    pages = list(SOURCE.backfill(Files([Ill(7, start, 4)], now), None, start, now))
    (gap,) = [gap for page in pages for gap in page.gaps if gap.reason == SMALL]
    assert gap.start == micros(datetime(2026, 11, 3, 15, tzinfo=UTC))
    assert 0 < gap.permille < 200


def test_whole_days_are_counted_and_days_with_a_gap_are_not(start):
    platform = Platform(11, start, 6)
    now = start + timedelta(days=6, hours=3)
    pages = list(SOURCE.backfill(Files([platform], now), None, start, now))
    counts = [one for page in pages for one in SOURCE.parse(page) if isinstance(one, Indicator)]
    holed = {
        as_day((start + n * HOUR).date()) for n in range(24 * 6) if platform.never(start + n * HOUR)
    }
    days = {as_day(start.date()) + n for n in range(6)}
    assert holed
    assert {one.day for one in counts} == days - holed
    told = {(one.series, one.day): one.value for one in counts}
    day = min(days - holed)
    opened = [
        one for one in platform.happenings
        if one.act == "publish" and platform.sort(one) == "change" and one.place == REPO
        and as_day(one.at.date()) == day
    ]  # fmt: skip
    assert told[f"{REPO}/changes opened, events", day] == len(opened) > 0


def test_october_2025_is_a_break():
    days = {str(day): {"a/b/issues opened": 3} for day in (20_368, 20_000)}
    payload = Payload(json.dumps({"events": [], "days": days}).encode(), Cursor(""))
    found = {one.day: one.break_ for one in SOURCE.parse(payload)}
    assert found == {20_368: True, 20_000: False}
    assert as_day(date(2025, 10, 7)) == 20_368


def event(kind, payload, **changes):
    return {"id": "1", "type": kind, "actor": {"login": "x", "id": 1},
            "repo": {"name": "example/quay"}, "payload": payload,
            "created_at": "2026-11-22T15:00:00Z", **changes}  # fmt: skip


COMMENT = {"id": 5, "body": "Yes.", "created_at": "2026-11-22T15:00:00Z", "user": {"id": 4}}


@pytest.mark.parametrize(("thing", "name", "kind"), [
    (event("IssueCommentEvent", {"issue": {"number": 3}, "comment": COMMENT}), "#3/c5", "comment"),
    (event("PullRequestReviewEvent", {"pull_request": {"number": 3}, "review": {
        **COMMENT, "submitted_at": "2026-11-22T15:00:00Z"}}), "#3/r5", "review"),
    (event("PullRequestReviewCommentEvent", {"pull_request": {"number": 3}, "comment": {
        **COMMENT, "pull_request_review_id": 9}}), "#3/r9c5", "comment"),
    (event("DiscussionCommentEvent", {"discussion": {"number": 3}, "comment": COMMENT}), "#d3/c5",
     "comment"),
    (event("PullRequestEvent", {"action": "opened", "pull_request": {
        "number": 3, "title": "A", "created_at": "2026-11-22T15:00:00Z"}}), "#3", "change"),
])  # fmt: skip
def test_events_name_records_as_the_api_does(thing, name, kind):
    record = event_record(thing)
    assert (record.id, record.kind) == (f"github:example/quay{name}", kind)


@pytest.mark.parametrize(("thing", "why"), [
    (event("PushEvent", {}), "event of type PushEvent"),
    (event("PullRequestEvent", {"pull_request": {"number": 3}}), "no number or title"),
    (event("IssuesEvent", {"action": "opened"}), "IssuesEvent without what it is about"),
    (event("IssueCommentEvent", {"comment": COMMENT}), "answers no ticket"),
    ({"type": "IssuesEvent", "payload": {}}, "no name"),
])  # fmt: skip
def test_events_without_words_say_why(thing, why):
    with pytest.raises(BadRow, match=why):
        event_record(thing)


def test_cut_down_events_are_still_counted():
    thing = event("PullRequestEvent", {"action": "merged", "pull_request": {"number": 3}})
    assert counted(thing) == ("example/quay", "changes closed")
    assert counted(event("IssuesEvent", {"action": "labeled"})) is None
    assert counted(event("IssuesEvent", {"action": "opened"}, actor={"login": "x[bot]"})) is None


def test_the_archive_reads_downloaded_files(start):
    archive = Archive(repos=(REPO,))
    platform = Platform(7, start, 2)
    lines = platform._file("/2026-11-01-12.json.gz", start + timedelta(days=1))
    good, bad = [], []
    for number, line in enumerate(lines, 1):
        try:
            good.append(archive.parse(Row(number, line)))
        except BadRow as problem:
            bad.append(str(problem))
    assert good
    assert all(isinstance(one, Record) and one.community == REPO for one in good)
    assert bad.count("another repository") >= 40


@pytest.mark.parametrize("cursor", ['{"hour": "x"}', '{"days": []}', '{"usual": "3"}', "7"])
def test_a_cursor_that_is_not_ours_is_refused(start, cursor):
    with pytest.raises(Malformed):
        list(SOURCE.fetch(Files([Platform(3, start, 2)], start), Cursor(cursor), start + HOUR * 9))


def test_other_failures_are_not_missing_files(start):
    class Down(Files):
        def get(self, url, *, params=None, headers=None):
            raise Malformed(url)

    with pytest.raises(Malformed):
        list(SOURCE.fetch(Down([], start), None, start + HOUR * 9))
