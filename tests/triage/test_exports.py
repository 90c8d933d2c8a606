from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.errors import UsageError
from groundswell.gather.github import is_bot, reply, ticket
from groundswell.triage.exports import read_exports

BASE = "https://api.github.com/repos/example/quay"


def api(number=12, **changes):
    return {
        "number": number,
        "title": f"Tide {number}",
        "body": "It stops.",
        "state": "open",
        "html_url": f"https://github.com/example/quay/issues/{number}",
        "url": f"{BASE}/issues/{number}",
        "created_at": "2026-11-20T10:00:00Z",
        "user": {"login": "berthmap", "id": 9, "type": "User"},
        "comments": 0,
        "author_association": "NONE",
        "labels": [{"name": "bug"}],
        **changes,
    }


COMMENT = {
    "id": 33,
    "issue_url": f"{BASE}/issues/12",
    "body": "Yes.",
    "author_association": "MEMBER",
    "user": {"login": "mattlow", "type": "User"},
    "created_at": "2026-11-20T12:00:00Z",
}
OURS = {
    "source": "github",
    "community": "example/quay",
    "native_id": "example/quay#4",
    "published_at": "2026-11-20T10:00:00Z",
    "title": "A",
    "text": "b",
    "author_hash": "aa",
    "engagement": {
        "kind": "pull_request",
        "comments": 1,
        "labels": ["x"],
        "closed_at": "2026-11-21T10:00:00Z",
    },
}
OUR_REPLY = {
    "source": "github",
    "community": "example/quay",
    "native_id": "example/quay#4/c0",
    "published_at": "2026-11-20T11:00:00Z",
    "text": "c",
    "author_hash": "bb",
    "parent_id": "example/quay#4",
    "engagement": {"kind": "comment"},
}


def write(path, *things, lines=False):
    texts = [json.dumps(one) for one in things]
    path.write_text("\n".join(texts) if lines else "".join(texts))
    return path


def test_arrays_after_each_other_are_read_as_one(tmp_path):
    file = write(tmp_path / "a.json", [api(1), api(2)], [api(3)])
    assert [one.number for one in read_exports([file])] == [1, 2, 3]


def test_replies_find_their_ticket_across_files(tmp_path):
    files = [write(tmp_path / "c.json", [COMMENT]), write(tmp_path / "a.json", [api(12)])]
    (one,) = read_exports(files)
    assert one.answered(by_maintainer=True) == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (one.name, one.role, one.labels) == ("example/quay#12", "none", ("bug",))


def test_changes_of_both_lists_are_changes():
    pull = api(5, pull_request={"merged_at": "2026-11-21T00:00:00Z"}, closed_at=None)
    one = ticket(pull)
    assert (one.kind, one.merged, one.closed) == ("change", one.merged, one.merged)
    own = api(6, head={"ref": "x"}, merged_at=None, closed_at="2026-11-22T00:00:00Z")
    assert ticket(own).kind == "change"
    assert ticket(own).merged is None


def test_what_gh_prints_is_read(tmp_path):
    told = {
        "number": 7,
        "title": "Gauge",
        "body": "",
        "url": "https://github.com/example/quay/pull/7",
        "createdAt": "2026-11-20T10:00:00Z",
        "closedAt": None,
        "author": {"login": "x"},
        "labels": [],
        "comments": [
            {
                "author": {"login": "app/tide", "is_bot": True},
                "createdAt": "2026-11-20T11:00:00Z",
                "body": "hi",
                "authorAssociation": "NONE",
            }
        ],
        "reviews": [
            {
                "author": {"login": "mattlow"},
                "submittedAt": "2026-11-20T12:00:00Z",
                "authorAssociation": "OWNER",
            }
        ],
    }
    (one,) = read_exports([write(tmp_path / "gh.json", [told])])
    assert (one.kind, one.comments, len(one.replies)) == ("change", 1, 2)
    assert [reply.bot for reply in one.replies] == [True, False]
    assert one.answered(by_maintainer=False) == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_our_own_lines_are_read_packed_too(tmp_path):
    path = tmp_path / "n.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, (OURS, OUR_REPLY))).encode()))
    (one,) = read_exports([path])
    assert (one.kind, one.id, one.number) == ("change", "github:example/quay#4", 4)
    assert one.closed == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert [reply.author for reply in one.replies] == ["bb"]


def test_files_that_hold_no_ticket_are_named(tmp_path):
    with pytest.raises(UsageError, match="no issue"):
        read_exports([write(tmp_path / "x.json", [{"a": 1}])])
    (tmp_path / "y.json").write_text("[1,\n{")
    with pytest.raises(UsageError, match=r"y\.json, line 1: is not JSON"):
        read_exports([tmp_path / "y.json"])


def test_replies_that_are_none_are_left_out():
    assert reply({"id": 1, "pull_request_url": f"{BASE}/pulls/5", "state": "PENDING"}) is None
    assert reply({"created_at": "2026-11-20T11:00:00Z", "body": "x"}) is None


@pytest.mark.parametrize(
    ("login", "bot"),
    [
        ("renovate[bot]", True),
        ("k8s-ci-robot", True),
        ("talbot", False),
        ("robotina", False),
        ("Codecov-Commenter", True),
        ("", False),
    ],
)
def test_bots_say_so_or_are_well_known(login, bot):
    assert is_bot({"login": login}) is bot


@pytest.fixture
def run():
    return lambda *args: CliRunner().invoke(app, ["triage", "--no-reader", *map(str, args)])


def test_the_command_prints_and_appends(tmp_path, run):
    start = datetime(2026, 11, 1, tzinfo=UTC)
    many = [api(n, created_at=(start + timedelta(days=n)).isoformat()) for n in range(1, 9)]
    file = write(tmp_path / "a.json", many)
    done = run("example/quay", file, "--summary", tmp_path / "s.md", "--limit", "2")
    assert done.exit_code == 0
    assert "# example/quay: 3 November to 10 November 2026" in done.stdout
    assert "6 more." in done.stdout
    assert (tmp_path / "s.md").read_text().startswith("# example/quay")
    told = json.loads(run("example/quay", file, "--json", "--until", "2026-11-05").stdout)
    assert told["open"] == 3


def test_the_command_says_what_to_mend(tmp_path, run):
    file = write(tmp_path / "a.json", [api()])
    for args, said in (
        (("quay", file), "OWNER/REPO"),
        (("example/none", file), "it holds example/quay"),
    ):
        done = run(*args)
        assert isinstance(done.exception, UsageError)
        assert said in str(done.exception)


def test_an_empty_list_is_told_by_the_exit_status(tmp_path, run):
    closed = write(tmp_path / "a.json", [api(closed_at="2026-11-21T00:00:00Z", state="closed")])
    assert run("example/quay", closed).exit_code == 5
