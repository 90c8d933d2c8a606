"""Find a plugin by name through its entry point; built-ins use the same door."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from groundswell.errors import PluginError

GROUPS = (
    "groundswell.archives",
    "groundswell.sources",
    "groundswell.readers",
    "groundswell.parts",
    "groundswell.annotators",
    "groundswell.linkers",
    "groundswell.detectors",
    "groundswell.claims",
    "groundswell.writers",
    "groundswell.verifiers",
    "groundswell.pages",
)


@cache
def plugins(group: str) -> dict[str, EntryPoint]:
    """All plugins of a group by name, in name order. PluginError when two share a name."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda p: p.name):
        if point.name in found and found[point.name].value != point.value:
            raise PluginError(
                f"{group}: {point.value} and {found[point.name].value} are both "
                f"called {point.name!r}; uninstall one"
            )
        found[point.name] = point
    return found


def find(group: str, name: str) -> Any:
    """The plugin of that name, loaded. PluginError names what there is."""
    points = plugins(group)
    if name not in points:
        raise PluginError(
            f"no {group.split('.')[-1].rstrip('s')} called {name!r}; "
            f"there are: {', '.join(points) or 'none'}"
        )
    try:
        return points[name].load()
    except (ImportError, AttributeError) as problem:
        raise PluginError(
            f"{group}: {name} ({points[name].value}) cannot be loaded: {problem}"
        ) from problem


def build(group: str, name: str, /, **options: Any) -> Any:
    """Make a plugin from its options. PluginError names a wrong option."""
    try:
        return find(group, name)(**options)
    except TypeError as problem:
        raise PluginError(f"{name}: {problem}; check its options in the desk") from problem


def build_all(group: str) -> list[Any]:
    """Every plugin of a group with its default options, in name order."""
    return [build(group, name) for name in plugins(group)]
