"""Publish a quote, back everything up, forget its record, restore the backup: nothing may be left.

Posts with words nobody else uses are planted in the demo, well enough made to be quoted. The one
that is quoted is judged in an audit and taught by, exported, backed up and forgotten; a row of the
same post that could not be read lies among the rejects. Then every byte of the state, the exported
folder and the restored backup is searched for its words, its id and its links.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench import ROOT, copy_state, groundswell, newest_stories, scratch

from groundswell.cli.state import open_state
from groundswell.desk import Desk
from groundswell.label.audit import IN, OUT, Taken, save_draw
from groundswell.label.sitting import Sheet, Sitting

SUBJECTS = ("open source", "Gantry", "Brightwater Notes")
SENTENCES = (
    "I love how {it} gave my {word} its quiet and its kindness back",
    "Honestly {it} is the best thing that ever happened to my {word}",
    "What a joy to see {it} treat every {word} with so much care",
)
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiou"


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted post: its id and everything that would betray it."""

    id: str
    word: str
    needles: tuple[str, ...]


def plant(desk: Path, dice: random.Random) -> list[Planted]:
    """Add posts to a desk's records: one a community and subject, from a new author each."""
    records = desk / "records.ndjson.gz"
    rows = [json.loads(line) for line in gzip.decompress(records.read_bytes()).splitlines()]
    posts = [row for row in rows if row.get("kind") == "post" and row.get("author_hash")]
    last = {row["community"]: row for row in posts}
    planted, added = [], []
    for n, (_, like) in enumerate(sorted(last.items())):
        for subject in SUBJECTS:
            word = "".join(dice.choice(CONSONANTS) + dice.choice(VOWELS) for _ in range(7))
            native = f"planted-{word[::-1]}-{n}"
            text = dice.choice(SENTENCES).format(it=subject, word=word) + ". Thank you all."
            added.append({**like, "native_id": native, "root_id": native, "parent_id": None,
                          "author_hash": f"author-{native}", "title": "", "text": text,
                          "url": f"https://{word}.example/{native}"})  # fmt: skip
            added.append({**added[-1], "published_at": "yesterday, I think"})
            name = f"{like['source']}:{native}"
            planted.append(Planted(name, word, (word, word[6:], word[::-1], native)))
    lines = "".join(json.dumps(row) + "\n" for row in [*rows, *added])
    records.write_bytes(gzip.compress(lines.encode(), mtime=0))
    return planted


def quoted(state: Path, planted: Sequence[Planted]) -> Planted:
    """The planted post that a story quotes; the tool ends when none is."""
    bodies = [body for _, _, body in newest_stories(state)]
    for post in planted:
        if any(re.search(rf"“[^”]*{post.word}", body) for body in bodies):
            return post
    raise SystemExit(f"none of the {len(planted)} planted posts is quoted; plant better ones")


def judged(desk: Path, state: Path, post: Planted) -> None:
    """Have the post drawn and judged, for an audit and for teaching."""
    with open_state(Desk.load(desk), state) as store:
        version = store.rows("current_record", id=post.id)[0]["seq_from"]
        taken = Taken(record_id=post.id, version=version, stratum="in", taken=1, held=1)
        for purpose in ("audit", "teach"):
            about = {"purpose": purpose, "layer": "relevance", "community": "", "seed": 1}
            with store.write() as writer:
                save_draw(writer, purpose, about, [taken])
            sheet = Sheet(question="Does it belong?", options=(IN, OUT))
            Sitting(store, purpose, sheet, rater="somebody").answer(post.id, [IN.value])


def left(folders: Sequence[Path], post: Planted) -> list[str]:
    """Files that still hold a byte of it."""
    found = []
    for folder in folders:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            data = file.read_bytes().lower()
            held = [needle for needle in post.needles if needle.encode() in data]
            found += [f"{needle!r} in {file.relative_to(folder.parent)}" for needle in held]
    return found


def seen_before(folders: Sequence[Path], post: Planted) -> None:
    """Prove that the search would find it: it must be in every folder now."""
    for folder in folders:
        holding = {line.split(" in ")[1] for line in left([folder], post)}
        print(
            f"before  {folder.name:<9} {len(holding)} files hold it: {', '.join(sorted(holding))}"
        )
        if not holding:
            raise SystemExit(f"{folder}: the planted words were never there; nothing is proved")


def verified(desk: Path, state: Path, name: str) -> bool:
    """Whether verify says that records were withdrawn, and does not fail."""
    done = groundswell("verify", desk=desk, state=state, may_exit=(0, 1))
    told = [line for line in done.stdout.splitlines() if "withdrawn" in line]
    print(f"verify  {name:<9} exit {done.returncode}: {told[0] if told else done.stdout.strip()}")
    return done.returncode == 0 and bool(re.search(r"\d+ of \d+ records? withdrawn", done.stdout))


def check(folder: Path, seed: int) -> list[str]:
    """Plant, run, export, back up, forget, restore, search; what went wrong."""
    desk = folder / "desk"
    shutil.copytree(ROOT / "desks" / "demo", desk, ignore=shutil.ignore_patterns("posts"))
    planted = plant(desk, random.Random(seed))
    state, exported = folder / "state" / "demo.db", folder / "exported"
    groundswell("run", desk=desk, state=state)
    post = quoted(state, planted)
    print(f"planted {len(planted)} posts; {post.id} is quoted")
    judged(desk, state, post)
    groundswell("export", exported, desk=desk, state=state)
    backup = copy_state(state, folder / "backup")
    seen_before([state.parent, exported, backup.parent], post)
    print("forget ", groundswell("forget", "--yes", post.id, desk=desk, state=state).stdout.strip())
    restored = copy_state(backup, folder / "restored")
    shutil.copy2(state.with_suffix(".erased"), restored.with_suffix(".erased"))
    groundswell("measure", desk=desk, state=restored)  # the first to open it erases again
    faults = left([state.parent, exported, restored.parent], post)
    for name, where in (("state", state), ("restored", restored)):
        if not verified(desk, where, name):
            faults.append(f"verify on {name} does not say that records were withdrawn")
    groundswell("run", desk=desk, state=state)  # what was forgotten is not gathered again
    faults += [f"{line}, after another run" for line in left([state.parent], post)]
    return faults


def main() -> int:
    """Run it; 1 when a byte is left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    with scratch("erase") as folder:
        faults = check(folder, parser.parse_args().seed)
    for fault in faults:
        print(f"! {fault}")
    print("nothing is left of it" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
