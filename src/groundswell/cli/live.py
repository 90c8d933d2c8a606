"""What gather, run and up share: asking live sources, and what became of it in words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import typer

from groundswell.cli.network import holder, network
from groundswell.cli.state import say
from groundswell.desk import Desk
from groundswell.gather import gather_live, total
from groundswell.gather.live import Run
from groundswell.gather.roster import live_sources
from groundswell.pipeline import Pass
from groundswell.query.sources import source_states
from groundswell.store import Store

PARTIAL, NOTHING = 3, 5
Live = Callable[[Callable[[int], None]], list[Run]]


@contextmanager
def gathering(store: Store, desk: Desk, only: Sequence[str] = ()) -> Iterator[Live]:
    """What gathers the desk's live sources once; reaches the network only where there are any."""
    if all(live.off for live in live_sources(desk)) and not only:
        yield lambda _: []
        return
    with network(desk) as http:

        def live(progress: Callable[[int], None]) -> list[Run]:
            return gather_live(
                store, desk, http, lambda: datetime.now(UTC), only=only, holder=holder(store),
                dice=random.random, progress=progress,
            )  # fmt: skip

        yield live


def end_gathering(store: Store, runs: Sequence[Run], came: int) -> None:
    """Say which sources failed or were silent; exit 5 when nothing came, 3 when some did.

    `came` is how many records the whole pass saw. A silent source is one that was asked, answered,
    and brought nothing for a day although it usually does.
    """
    asked = {run.name for run in runs if run.skipped != "off"}
    bad = {run.name: run.problem or run.skipped for run in runs
           if run.problem or run.skipped.startswith("parked")}  # fmt: skip
    for state in source_states(store):
        if state.state == "silent" and state.name in asked:
            bad.setdefault(state.name, state.advice)
    for name, why in sorted(bad.items()):
        say(f"{name}: {why.removeprefix(f'{name}: ')}")
    came += sum(run.values for run in runs)
    first = asked - set(bad) and not came and not _ever(store)
    if (bad and not came) or first:
        say("nothing was gathered where something was expected; see `groundswell doctor`")
        raise typer.Exit(NOTHING)
    if bad:
        raise typer.Exit(PARTIAL)


def totals(done: Pass) -> tuple[int, int, int, Counter[str]]:
    """Rows read, records added and known, and rows left out by reason, of a whole pass."""
    read, added, known, skipped = total(done.gathered)
    added += sum(run.added + run.edited for run in done.runs)
    known += sum(run.known for run in done.runs)
    return read, added, known, skipped


def _ever(store: Store) -> bool:
    """Whether anything ever came from a live source."""
    return any(row["heard"] for row in store.rows("live_sources"))
