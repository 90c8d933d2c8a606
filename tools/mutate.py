"""Change stored stories in small ways; verify must exit 1 and name each changed sentence.

In a copy of the demo's state one digit, name, quoted word, direction, time phrase and quantifier
is changed in turn, in every story that has one, and the stored claims are left as they were.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import ROOT, copy_state, demo_state, groundswell, newest_stories, scratch, table

from groundswell.desk import Desk

Change = Callable[[str], Iterator[str]]
QUOTE = re.compile(r"“[^”]*”")
DIRECTIONS = {
    "grew": "fell", "rose": "fell", "climbed": "dropped", "surged": "collapsed", "warmed": "soured",
    "fell": "rose", "dropped": "rose", "soured": "warmed", "cooled": "warmed",
    "collapsed": "surged", "grown": "fallen", "risen": "fallen", "fallen": "risen",
    "warmer": "colder", "colder": "warmer", "warmly": "coldly", "coldly": "warmly",
    "warm": "cold", "cold": "warm", "more": "less",
}  # fmt: skip
TIMES = {
    "January": "March", "February": "April", "March": "January", "April": "February",
    "May": "July", "June": "August", "July": "May", "August": "June", "September": "November",
    "October": "December", "November": "September", "December": "October",
    "Monday": "Thursday", "Tuesday": "Friday", "Wednesday": "Saturday", "Thursday": "Sunday",
    "Friday": "Monday", "Saturday": "Tuesday", "Sunday": "Wednesday",
    "seven days": "nine days", "28 days": "14 days", "four weeks": "two weeks",
    "last week": "last month", "this week": "this month", "week": "month", "weeks": "months",
}  # fmt: skip
QUANTIFIERS = {
    "nearly all": "a few", "Nearly all": "A few", "most": "nearly all", "Most": "Nearly all",
    "many": "most", "Many": "Most", "some": "most", "Some": "Most", "several": "most",
    "a few": "most", "half": "a tenth", "a third": "two thirds", "a quarter": "three quarters",
    "in two": "in nine", "in three": "in nine", "in four": "in nine", "in five": "in nine",
    "in ten": "in twenty", "one": "nine", "two": "nine", "three": "nine", "four": "nine",
    "five": "nine", "six": "nine", "seven": "nine", "eight": "nine", "nine": "four",
    "all": "most",
}  # fmt: skip


def outside_quotes(text: str, pattern: str) -> Iterator[re.Match[str]]:
    """Matches that do not stand in somebody's words."""
    spans = [match.span() for match in QUOTE.finditer(text)]
    for match in re.finditer(pattern, text):
        if not any(start <= match.start() < stop for start, stop in spans):
            yield match


def swap(words: dict[str, str]) -> Change:
    """A change that puts another word for one it knows."""
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?!\w)"

    def change(text: str) -> Iterator[str]:
        for match in outside_quotes(text, pattern):
            if words[match[0]] not in text:
                yield text[: match.start()] + words[match[0]] + text[match.end() :]

    return change


def digit(text: str) -> Iterator[str]:
    """One digit more."""
    for match in outside_quotes(text, r"\d"):
        other = "2" if match[0] == "9" else str(int(match[0]) + 1)
        yield text[: match.start()] + other + text[match.end() :]


def quoted_word(text: str) -> Iterator[str]:
    """One word of somebody's words."""
    for quote in QUOTE.finditer(text):
        for word in re.finditer(r"[a-z]{3,}", quote[0]):
            at = quote.start() + word.start()
            yield (
                text[:at]
                + ("never" if word[0] != "never" else "always")
                + text[at + len(word[0]) :]
            )


def names(desk: Desk) -> dict[str, str]:
    """Every name the desk knows, with another of the same type."""
    swaps: dict[str, str] = {}
    by_type: dict[str, list[str]] = {}
    for entity in desk.entities:
        by_type.setdefault(entity.type, []).append(entity.name)
    by_type["community"] = [community.name for community in desk.communities]
    by_type["outlet"] = [outlet.name for outlet in desk.outlets]
    for known in by_type.values():
        swaps.update({name: known[n - 1] for n, name in enumerate(known) if len(known) > 1})
    return swaps


def changes(desk: Desk) -> dict[str, Change]:
    """The six ways to change a sentence."""
    return {
        "digit": digit, "name": swap(names(desk)), "quoted word": quoted_word,
        "direction": swap(DIRECTIONS), "time phrase": swap(TIMES),
        "quantifier": swap(QUANTIFIERS),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One changed sentence and what verify said of it."""

    kind: str
    slug: str
    before: str
    after: str
    caught: bool
    reason: str


def sentences(story: dict[str, Any]) -> list[dict[str, Any]]:
    """Every sentence of a stored story, to be changed in place."""
    return [story["headline"], story["deck"],
            *(s for section in story["sections"] for s in section["sentences"])]  # fmt: skip


def put(state: Path, slug: str, version: int, body: str) -> None:
    """Store another body."""
    with closing(sqlite3.connect(state)) as connection, connection:
        connection.execute("UPDATE stories SET body = ? WHERE slug = ? AND version = ?",
                           (body, slug, version))  # fmt: skip


def try_one(
    state: Path, kind: str, slug: str, version: int, body: str, n: int, after: str
) -> Result:
    """Change one sentence, verify, put the old words back."""
    story = json.loads(body)
    sentence = sentences(story)[n]
    before, sentence["text"] = sentence["text"], after
    put(state, slug, version, json.dumps(story, sort_keys=True, separators=(",", ":"),
                                         ensure_ascii=False))  # fmt: skip
    done = groundswell("verify", slug, state=state, may_exit=(0, 1, 4))
    put(state, slug, version, body)
    lines = done.stdout.splitlines()
    named = [at for at, line in enumerate(lines) if repr(after) in line]
    reason = lines[named[0] + 1].strip() if named and named[0] + 1 < len(lines) else ""
    return Result(kind, slug, before, after, done.returncode == 1 and bool(reason), reason)


def try_all(state: Path, desk: Desk, each: int) -> list[Result]:
    """Every kind of change, in `each` sentences of every story that has such words."""
    results = []
    for kind, change in changes(desk).items():
        for slug, version, body in newest_stories(state):
            tried = 0
            for n, sentence in enumerate(sentences(json.loads(body))):
                after = next(change(sentence["text"]), None)
                if after is not None and tried < each:
                    results.append(try_one(state, kind, slug, version, body, n, after))
                    tried += 1
    return results


def tell(results: list[Result]) -> None:
    """A table, and both versions of each sentence that slipped through."""
    rows = [("change", "story", "", "what verify said")]
    rows += [(r.kind, r.slug[:34], "caught" if r.caught else "MISSED", r.reason[:110])
             for r in results]  # fmt: skip
    print(table(rows))
    for missed in (r for r in results if not r.caught):
        print(f"! {missed.kind}, {missed.slug}\n  was {missed.before!r}\n  now {missed.after!r}")


def main() -> int:
    """Run it; 1 when a change slips through, or a kind of change could not be tried."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--state", type=Path, help="a demo state after a run; copied first")
    parser.add_argument("--each", type=int, default=1, help="sentences of a story for each kind")
    given = parser.parse_args()
    desk = Desk.load(ROOT / "desks" / "demo")
    with scratch("mutate") as folder:
        state = copy_state(given.state, folder) if given.state else demo_state(folder)
        groundswell("verify", state=state)
        results = try_all(state, desk, given.each)
    tell(results)
    missed = sum(not result.caught for result in results)
    untried = sorted(set(changes(desk)) - {result.kind for result in results})
    print(
        f"{len(results) - missed} of {len(results)} changes caught and named"
        + (f"; no story has a {', '.join(untried)} to change" if untried else "")
    )
    return 1 if missed or untried else 0


if __name__ == "__main__":
    sys.exit(main())
