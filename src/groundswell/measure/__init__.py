"""Third verb: recount what changed. A late record from 2020 costs one day of one community."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

from groundswell.errors import StoreError
from groundswell.store import Row, Store, Writer
from groundswell.store.migrate import split

BATCH = 200  # cells per transaction: a kill loses at most this much work, and readers never wait
Progress = Callable[[int], None]


def measure(store: Store, *, progress: Progress = lambda _: None) -> int:
    """Recount every dirty cell of every rollup; return how many cells were done.

    Each transaction recounts a batch in a fixed order and forgets that it was dirty, so the work
    may be stopped at any instant and goes on where it was. Indicators come last.
    """
    done = 0
    while True:
        with store.write() as writer:
            cells = writer.rows("measure_dirty", batch=BATCH)
            for cell in cells:
                _recount(writer, cell)
        done += len(cells)
        progress(len(cells))
        if len(cells) < BATCH:
            return done + _indicators(store)


def _indicators(store: Store) -> int:
    """Bring the indicators of tickets up to date, where any ticket is held."""
    last = store.one("last_item")
    if not last or not last["seq"]:
        return 0
    from groundswell.measure.indicators import keep_indicators  # it loads scipy

    return keep_indicators(store)


@cache
def rollups() -> Mapping[str, tuple[str, ...]]:
    """The statements of every rollup by name: one file each, named in its first line."""
    folder = files("groundswell.measure") / "rollups"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return {f.name.removesuffix(".sql"): tuple(split(f.read_text("utf-8"))) for f in found}


def _recount(writer: Writer, cell: Row) -> None:
    name = cell["rollup"]
    if name not in rollups():
        raise StoreError(f"the state file asks for rollup {name!r}, which this version lacks; "
                         f"there are: {', '.join(rollups())}")  # fmt: skip
    writer.script(rollups()[name], day=cell["day"], cell=cell["cell"])
    writer.do("measure_clean", rollup=name, day=cell["day"], cell=cell["cell"])
