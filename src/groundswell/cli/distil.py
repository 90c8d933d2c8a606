"""The command that learns what of a firehose need not be read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from groundswell.cli.stages import plural
from groundswell.cli.state import DeskOption, JsonOption, StateOption, Watch, find_desk, open_state
from groundswell.store.desks import save_desk

if TYPE_CHECKING:  # importing it takes a second that `--help` need not wait for
    from groundswell.label.distil import Distilled


def add(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(distil)


def distil(desk: str = DeskOption, state: Path = StateOption, as_json: bool = JsonOption) -> None:
    """Learn what of a firehose is surely not for this desk, so that it need not be read."""
    from groundswell.label.distil import distil as learn

    found, watch = find_desk(desk), Watch()
    with open_state(found, state) as store:
        save_desk(store, found)
        told = learn(store, found, progress=watch("distil"))
    watch.clear()
    typer.echo(json.dumps(asdict(told)) if as_json else in_words(told))


def in_words(told: Distilled) -> str:
    """What was learnt, and what is known of it."""
    return (
        f"learnt from {plural(told.taught, 'record')}, tried on the {told.held:,} newest\n"
        f"{told.found:,} of the {told.held_kept:,} that join a beat are still read: at least "
        f"{told.recall:.1%} of all such, with 95 % confidence\n"
        f"{told.left_out / 10:.1f} % of the others are left out unread; `groundswell label` puts "
        "it to work"
    )
