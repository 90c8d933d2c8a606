"""Which records may be left out unread: sources, communities and groups marked as a firehose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groundswell.desk import Desk
from groundswell.errors import DeskError

HEAD = 'name = "x"\ntitle = "x"'
BEAT = '[[beat]]\nslug = "b"\nname = "B"\ndescription = "Bees."'
SOURCE = '[[source]]\nname = "sky"\nkind = "{kind}"\nfirehose = {firehose}'
TOWNS = """
[[community]]
slug = "quiet"
name = "quiet"
source = "mastodon"
kind = "microblog"

[[community]]
slug = "loud"
name = "loud"
source = "mastodon"
kind = "microblog"
firehose = true

[[group]]
source = "lemmy"
match = "*@loud.example"
kind = "forum"
firehose = true
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in {"desk": HEAD, "beats": BEAT, **files}.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_sources_communities_and_groups_can_be_one(tmp_path: Path) -> None:
    source = SOURCE.format(kind="bluesky", firehose="true")
    desk = Desk.load(write(tmp_path, sources=source, communities=TOWNS))
    assert desk.sources[0].options == {}
    assert [where.split(", ")[1] for where in desk.firehoses] == [
        "[[source]] sky", "[[community]] loud", "[[group]] lemmy *@loud.example"]  # fmt: skip
    assert desk.is_firehose("sky", "anywhere", "bluesky")
    assert desk.is_firehose("other", "loud", "mastodon")
    assert desk.is_firehose("other", "pets@loud.example", "lemmy")
    assert not desk.is_firehose("other", "quiet", "mastodon")
    assert not desk.is_firehose("other", "pets@quiet.example", "lemmy")
    assert not desk.is_firehose("other", "unknown", "bluesky")


def test_a_desk_without_one_has_none(tmp_path: Path) -> None:
    desk = Desk.load(write(tmp_path, sources=SOURCE.format(kind="bluesky", firehose="false")))
    assert desk.firehoses == ()
    assert not desk.is_firehose("sky", "", "bluesky")


def test_what_is_learnt_is_not_the_desk(tmp_path: Path) -> None:
    desk = Desk.load(write(tmp_path, communities=TOWNS))
    assert replace(desk, cascade="{}").hash == desk.hash


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"sources": SOURCE.format(kind="bluesky", firehose='"yes"')},
         ["sources.toml, [[source]] sky", "'firehose'", "true or false"]),
        ({"sources": SOURCE.format(kind="archive", firehose="true")},
         ["sources.toml, [[source]] sky", "'firehose'", "communities.toml"]),
        ({"beats": "", "communities": TOWNS},
         ["communities.toml, [[community]] loud", "'firehose'", "without beats"]),
    ],
)  # fmt: skip
def test_mistakes_name_file_table_and_key(
    tmp_path: Path, files: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(DeskError) as caught:
        Desk.load(write(tmp_path, **files))
    assert all(word in str(caught.value) for word in words)
