"""Stories as files, in folders we remember, so that an erasure reaches them too."""

from __future__ import annotations

import json
from pathlib import Path

from groundswell.desk import Desk
from groundswell.errors import GroundswellError
from groundswell.report.machine import machine_text
from groundswell.report.saved import load_story, newest_stories, story_json
from groundswell.store import Store

KIND = "stories"
MARK = ".groundswell-export"  # says that the folder's stories are ours to rewrite


def export_stories(store: Store, desk: Desk, folder: Path, address: str) -> list[Path]:
    """Write the newest version of every story as text and JSON; remember the folder.

    GroundswellError when the folder holds something else.
    """
    folder = folder.resolve()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise GroundswellError(f"{folder}: holds other files; name an empty or new folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(address, "utf-8")
    with store.write() as writer:
        writer.do("note_published", path=str(folder), kind=KIND)
    return _write(store, desk, folder, address)


def refresh_published(store: Store, desk: Desk) -> int:
    """Write every remembered folder again; return how many were still there."""
    count = 0
    for row in store.rows("published"):
        folder = Path(row["path"])
        mark = folder / MARK
        if mark.is_file():
            for old in (*folder.glob("*.txt"), *folder.glob("*.json")):
                old.unlink()
            _write(store, desk, folder, mark.read_text("utf-8"))
            count += 1
    return count


def _write(store: Store, desk: Desk, folder: Path, address: str) -> list[Path]:
    written = []
    for slug, version in newest_stories(store):
        story = load_story(store, slug, version)
        if story is None:
            continue
        for path, words in (
            (folder / f"{slug}.txt", machine_text(store, desk, story, address)),
            (folder / f"{slug}.json", json.dumps(story_json(story), indent=1, ensure_ascii=False)),
        ):
            path.write_text(words, "utf-8")
            written.append(path)
    return written
