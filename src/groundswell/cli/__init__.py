"""The command line: reads arguments and the clock, prints, and decides the exit status."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperGroup

from groundswell.cli import desk, distil, judge, look, stages, suggest, triage
from groundswell.errors import DeskError, GroundswellError, UsageError

FAILED, USAGE = 4, 2


class Alphabetical(TyperGroup):
    """Commands in alphabetical order, so that the verbs stand in the order of the data."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own Context
        """Names, sorted."""
        return sorted(self.commands)


app = typer.Typer(
    name="groundswell",
    cls=Alphabetical,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watch public discourse; publish stories in which every sentence is a claim that "
    "re-executes.  Exit: 0 done, 1 a check failed, 2 usage or desk, 3 partial, 4 failed, "
    "5 nothing where something was expected, 6 nothing new.",
)
for part in (desk, distil, judge, look, stages, suggest, triage):
    part.add(app)


def main() -> None:
    """The program. Errors we can explain are one line on standard error."""
    try:
        app()
    except GroundswellError as problem:
        print(f"groundswell: {problem}", file=sys.stderr)
        sys.exit(USAGE if isinstance(problem, DeskError | UsageError) else FAILED)
