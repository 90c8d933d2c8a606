"""Write docs/cli.md from the program's own help and docs/sources.md from the sources' dossiers;
fail for whatever docs/ does not name.

Every command with its options, every page, every plugin, every error and every make target must
stand somewhere in docs/ (pages by their path, the rest by name).
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

import click
import dossiers
import typer
from workbench import ROOT

from groundswell import errors
from groundswell.cli import app
from groundswell.registry import GROUPS, plugins

DOCS = ROOT / "docs"
CLI = DOCS / "cli.md"
HEAD = """# Commands

Written by `make docs` from the program itself; do not edit.

{about}

"""


def commands() -> dict[str, click.Command]:
    """Every command by name."""
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    return {name: group.commands[name] for name in sorted(group.commands)}


def one_line(text: str | None) -> str:
    """Text without line breaks."""
    return " ".join((text or "").split())


def section(name: str, command: click.Command) -> Iterator[str]:
    """A command as Markdown: its line, what it does, its arguments and options."""
    context = click.Context(command, info_name=name)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## {name}\n\n{one_line(command.help)}\n\n    groundswell {name} {usage}\n"
    for param in command.params:
        if (record := param.get_help_record(context)) and "--help" not in param.opts:
            yield f"- `{one_line(record[0])}`: {one_line(record[1])}".rstrip(": ")
        elif isinstance(param, click.Argument):
            told = one_line(getattr(param, "help", ""))
            yield f"- `{param.make_metavar(context)}`: {told}".rstrip(": ")
    yield ""


def reference() -> str:
    """The whole of docs/cli.md."""
    parts = [line for name, command in commands().items() for line in section(name, command)]
    return HEAD.format(about=one_line(app.info.help)) + "\n".join(parts).rstrip() + "\n"


def pages() -> Iterator[str]:
    """The path of every page."""
    for point in plugins("groundswell.pages").values():
        yield point.load().path


def targets() -> Iterator[str]:
    """Every make target that people call."""
    text = (ROOT / "Makefile").read_text("utf-8")
    for name in re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE):
        yield f"make {name}"


def named() -> Iterator[tuple[str, str]]:
    """What must be named: what it is, and its name."""
    yield from (("command", f"groundswell {name}") for name in commands())
    yield from (("page", path) for path in pages())
    yield from (("make target", name) for name in targets())
    for group in GROUPS:
        yield from (
            (group.removeprefix("groundswell.").rstrip("s"), name) for name in plugins(group)
        )
    for name, thing in inspect.getmembers(errors, inspect.isclass):
        if issubclass(thing, Exception):
            yield "error", name


def main() -> int:
    """Write the reference; 1 when something is not documented."""
    CLI.write_text(reference(), "utf-8")
    (DOCS / "sources.md").write_text(dossiers.page(), "utf-8")
    told = "\n".join(path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md")))
    every = list(named())
    missing = [(what, name) for what, name in every
               if not re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w-])", told)]  # fmt: skip
    for what, name in missing:
        print(f"docs/ does not name the {what} {name}")
    print(f"docs/cli.md written; {len(every) - len(missing)} of {len(every)} things are named")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
