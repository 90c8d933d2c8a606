"""Names the desk has no entity for: shown, and on request added to its entities."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from groundswell.cli.state import DeskOption, JsonOption, StateOption, find_desk, open_state, say
from groundswell.desk import Desk, slugged
from groundswell.errors import UsageError
from groundswell.query.unnamed import Cluster, key_of, unnamed

SHOWN = 30

desk_app = typer.Typer(no_args_is_help=True, help="Work on the desk itself.")


def add(app: typer.Typer) -> None:
    """Register the group."""
    app.add_typer(desk_app, name="desk")


@desk_app.callback()
def group() -> None:
    """Work on the desk itself."""


@desk_app.command()
def suggest(
    desk: str = DeskOption,
    state: Path = StateOption,
    days: int = typer.Option(28, "--days", min=1, help="Look at the newest so many days."),
    least: int = typer.Option(15, "--least", min=1, help="Only names this many voices wrote."),
    promote: str = typer.Option("", "--promote", help="Add this name to the desk's entities."),
    as_json: bool = JsonOption,
) -> None:
    """Names that people and outlets use and the desk has no entity for."""
    found = find_desk(desk)
    with open_state(found, state, readonly=True) as store:
        clusters = unnamed(store, days, least)
    if promote:
        add_entity(found, promote, clusters)
        return
    if as_json:
        typer.echo(json.dumps([told(c) for c in clusters[:SHOWN]], ensure_ascii=False))
        return
    for cluster in clusters[:SHOWN]:
        places = ", ".join(name for name, _ in cluster.communities.most_common(3))
        typer.echo(f"{len(cluster.voices):>6,}  {cluster.name:<32} {cluster.type:<13} {places}")
    if not clusters:
        say(f"no name without an entity was written by {least} voices in {days} days")


def told(cluster: Cluster) -> dict[str, object]:
    """A cluster as JSON."""
    return {
        "name": cluster.name, "type": cluster.type, "voices": len(cluster.voices),
        "records": cluster.records, "written": dict(cluster.surfaces.most_common(5)),
        "communities": dict(cluster.communities.most_common(5)),
    }  # fmt: skip


def add_entity(desk: Desk, name: str, clusters: list[Cluster]) -> None:
    """Append an entity to the desk's entities.toml. UsageError for a name that was not found."""
    cluster = next((c for c in clusters if c.key == key_of(name)), None)
    if cluster is None:
        raise UsageError(f"{name!r} is not among the suggestions of groundswell desk suggest")
    taken = {entity.slug for entity in desk.entities}
    slug = slugged(cluster.name)
    if slug in taken:
        raise UsageError(f"the desk has an entity {slug!r} already; add the name to its aliases")
    public = "public = true\n" if cluster.type == "person" else ""
    written = [surface for surface, _ in cluster.surfaces.most_common(3)]
    aliases = ", ".join(json.dumps(surface, ensure_ascii=False) for surface in written)
    path = desk.folder / "entities.toml"
    with path.open("a", encoding="utf-8") as file:
        name = json.dumps(cluster.name, ensure_ascii=False)
        file.write(f'\n[[entity]]\nslug = "{slug}"\nname = {name}\ntype = "{cluster.type}"\n')
        file.write(f"{public}aliases = [{aliases}]\n")
    say(f"{cluster.name} is entity {slug!r} in {path}; the next run labels what names it")
