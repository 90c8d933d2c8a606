"""Make the demo world with another seed, run it, and compare what was found with what is planted.

Names, dates and communities change with the seed; the founding story and the three small ones must
be published all the same, and at least eleven of the twelve decoys must stay silent.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench import ROOT, groundswell, newest_stories, rows, scratch, table

Thing = Mapping[str, Any]
UNTESTED = ("convergence", "frame", "analogy", "contradiction")
TELLS: Mapping[str, tuple[tuple[str, str], ...]] = {  # test -> the claims (kind, op) that tell it
    "volume": (("change", "voices"),),
    "tone": (("change", "tone"),),
    "coverage": (("coverage", "outlets"),),
    "cooccurrence": (("cooccurrence", "pair"),),
    "contrast": (("ratio", "contrast"),),
    "rename": (("rename", "alias"),),
}
SPOKEN: Mapping[str, tuple[tuple[str, str], ...]] = {  # what a founding story may tell a part by
    **TELLS, "volume": (("change", "voices"), ("count", "voices")),
    "tone": (("change", "tone"), ("share", "warm"), ("share", "cold")),
}  # fmt: skip
EVERYWHERE = "*"
MAY_SPEAK = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a run came to: its tests that found something and its stories."""

    signals: tuple[Thing, ...]
    stories: tuple[Thing, ...]

    def of(self, subject: str) -> list[Thing]:
        """Stories on a subject."""
        return [story for story in self.stories if story["subject"] == subject]


def load(state: Path) -> Found:
    """Read a state after its run."""
    sql = "SELECT kind, subject, community, body FROM signals WHERE outcome = 'found'"
    signals = tuple(
        json.loads(body) | {"kind": kind, "subject": subject, "community": community}
        for kind, subject, community, body in rows(state, sql)
    )
    return Found(signals, tuple(json.loads(body) for _, _, body in newest_stories(state)))


def told(story: Thing, ways: Iterable[tuple[str, str]]) -> bool:
    """Whether a sentence of a story rests on a claim of one of some kinds."""
    wanted = set(ways)
    parts = [story["headline"], story["deck"],
             *(s for section in story["sections"] for s in section["sentences"])]  # fmt: skip
    cited = {claim for part in parts for claim in part["claims"]}
    return any((c["kind"], c["query"]["op"]) in wanted and claim_id(c) in cited
               for c in story["claims"])  # fmt: skip


def claim_id(claim: Thing) -> str:
    """The id of a stored claim."""
    from groundswell.types.claim import from_json

    return from_json(claim).id


def concerns(signal: Thing, subject: str, pair: Iterable[str]) -> bool:
    """Whether a test is about a subject, or about a pair in either order."""
    named = {signal["subject"], signal.get("detail", {}).get("partner", "")}
    return {f"entity/{name}" for name in pair} <= named if pair else signal["subject"] == subject


def founding(story: Thing, found: Found) -> tuple[bool, str]:
    """The founding story: parts without a test say so, the others are told."""
    published = found.of(story["subject"])
    if not published:
        return False, "no story"
    ended = {part["kind"]: part["outcome"] for part in published[0]["obligations"]}
    wrong = [f"{kind} is {ended.get(kind, 'not registered')!r}" for kind in UNTESTED
             if ended.get(kind) != "not tested yet"]  # fmt: skip
    if ended.get("coverage") in (None, "not tested yet"):
        wrong.append("coverage is not tested")
    wrong += [f"{kind} is not told" for kind in ("coverage", "cooccurrence", "volume", "tone")
              if not told(published[0], SPOKEN[kind])]  # fmt: skip
    parts = ", ".join(f"{kind}: {outcome}" for kind, outcome in ended.items())
    return not wrong, "; ".join(wrong) or f"{published[0]['headline']['text']} ({parts})"


def small(story: Thing, found: Found) -> tuple[bool, str]:
    """A smaller true story: published, each of its kinds found or told."""
    published = found.of(story["subject"])
    if not published:
        return False, "no story"
    missing = [kind for kind in story["kinds"]
               if not any(s["kind"] == kind and s["subject"] == story["subject"]
                          for s in found.signals)
               and not told(published[0], TELLS[kind])]  # fmt: skip
    return not missing, (f"without {', '.join(missing)}" if missing
                         else published[0]["headline"]["text"])  # fmt: skip


def decoy(planted: Thing, found: Found) -> tuple[bool, str]:
    """A decoy: no test of a forbidden kind found it, no story tells it by one."""
    place = planted.get("community", "")
    spoke = [f"{s['kind']} at {s['community']}" for s in found.signals
             if s["kind"] in planted["must_not"]
             and concerns(s, planted["subject"], planted.get("pair", ()))
             and (not place or s["community"] in (place, EVERYWHERE))]  # fmt: skip
    ways = [way for kind in planted["must_not"] for way in TELLS.get(kind, ())]
    if not planted.get("pair"):
        spoke += [f"story: {story['headline']['text']}" for story in found.of(planted["subject"])
                  if told(story, ways)]  # fmt: skip
    return not spoke, "; ".join(spoke) or "silent"


def make_world(folder: Path, seed: int) -> Path:
    """The demo desk of a seed."""
    desk = folder / "demo"
    subprocess.run([sys.executable, "-m", "groundswell.simulate", ROOT / "desks" / "demo" / "posts",
                    desk, "--seed", str(seed)], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    return desk


def compare(truth: Thing, found: Found) -> tuple[list[tuple[str, ...]], int, int]:
    """A table of what is planted and what came of it; stories missing, decoys that spoke."""
    lines: list[tuple[str, ...]] = [("planted", "subject", "", "what came of it")]
    missing = speaking = 0
    for n, story in enumerate(truth["story"]):
        good, why = (small if n else founding)(story, found)
        missing += not good
        kind, ended = "story" if n else "founding", "found" if good else "MISSING"
        lines.append((kind, story["subject"], ended, why))
    for planted in truth["decoy"]:
        good, why = decoy(planted, found)
        speaking += not good
        ended = "silent" if good else "SPEAKS"
        lines.append(("decoy", planted["name"], ended, planted["expect"] if good else why))
    return lines, missing, speaking


def main() -> int:
    """Run it; 1 when a story is missing or more than one decoy speaks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with scratch("demo-check") as folder:
        desk, state = make_world(folder, given.seed), folder / "demo.db"
        print(groundswell("run", desk=desk, state=state).stdout, end="")
        truth = tomllib.loads((desk / "truth.toml").read_text("utf-8"))
        found = load(state)
    lines, missing, speaking = compare(truth, found)
    print(table(lines))
    planted = {thing["subject"] for thing in (*truth["story"], *truth["decoy"])}
    planted |= {name for story in truth["story"] for name in story.get("also", ())}
    for story in found.stories:
        if story["subject"] not in planted:
            print(f"besides: {story['subject']}: {story['headline']['text']}")
    print(f"seed {given.seed}: {len(truth['story']) - missing} of {len(truth['story'])} stories, "
          f"{len(truth['decoy']) - speaking} of {len(truth['decoy'])} decoys silent")  # fmt: skip
    return 1 if missing or speaking > MAY_SPEAK else 0


if __name__ == "__main__":
    sys.exit(main())
