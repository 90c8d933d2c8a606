"""Which reader reads: the packaged one, another by path or name, or one with parts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from groundswell.desk import Desk, PartSpec, ReaderSpec
from groundswell.desk.table import read_table
from groundswell.errors import DeskError, UsageError
from groundswell.label.checkpoint import read_json
from groundswell.label.part import Means, Part, Reads, Remote, Stack
from groundswell.label.reader import Reader, packaged
from groundswell.registry import build, plugins

READERS, PARTS = "groundswell.readers", "groundswell.parts"
PACKAGED, FOLDER, CLASSIFIER, GLINER = "packaged", "folder", "classifier", "gliner"
OWN = "reader.toml"  # in a model's folder: options for whoever names it by its path alone


@dataclass(frozen=True, slots=True)
class Choice:
    """A reader before it is opened, so that every process may open it for itself.

    `kind` is "" for a reader in one file, at `path` in `options`; else a plugin's name.
    """

    kind: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[PartSpec, ...] = ()


Source = Choice | Path | Reads
"""A reader that was chosen, the file of one, or one that is open already."""


def chosen(desk: Desk | None = None, named: str | Path | None = None) -> Choice:
    """The reader of that path or name, else the desk's, else the packaged one.

    A path is a reader's file or a model's folder; a folder with a GLiNER model or a text
    classifier stands beside the packaged reader. UsageError when it is nothing of that.
    """
    if named is not None:
        return _named(named)
    if desk is None or desk.reader is None:
        return Choice(options={"path": packaged()})
    return _of_desk(desk.reader)


def open_reader(source: Source, means: Means | None = None) -> Reads:
    """A reader ready to read. PluginError says what is wrong with it, or with an option."""
    if isinstance(source, Path):
        return Reader(source)
    if not isinstance(source, Choice):
        return source
    options = _with_own(source.options)
    base: Reads = build(READERS, source.kind, **options) if source.kind else Reader(
        Path(options["path"]))  # fmt: skip
    parts: list[Part] = [build(PARTS, p.kind, **_with_own(p.options)) for p in source.parts]
    for part in parts:
        if means is not None and isinstance(part, Remote):
            part.use(means)
    return Stack(base, tuple(parts)) if parts else base


def _of_desk(spec: ReaderSpec) -> Choice:
    if spec.kind == PACKAGED or not (spec.kind or "path" in spec.options):
        return Choice(options={"path": packaged()}, parts=spec.parts)
    path = Path(str(spec.options.get("path", "")))
    kind = spec.kind or (FOLDER if path.is_dir() else "")
    more = sorted(spec.options.keys() - {"path"})
    if not kind and more:
        raise DeskError(f"desk.toml, [reader], key {more[0]!r}: {path.name} is a reader's own file "
                        "and says this itself; remove the key")  # fmt: skip
    return Choice(kind, spec.options, spec.parts)


def _named(named: str | Path) -> Choice:
    path = Path(named)
    if path.is_file():
        return Choice(options={"path": path})
    if path.is_dir():
        kind = _look(path)
        if kind == FOLDER:
            return Choice(FOLDER, {"path": path})
        return Choice(options={"path": packaged()}, parts=(PartSpec(kind, {"path": path}),))
    if str(named) == PACKAGED:
        return Choice(options={"path": packaged()})
    if str(named) in plugins(READERS):
        return Choice(str(named))
    raise UsageError(
        f"no reader {str(named)!r}: there is no such file or folder, and no plugin of that name; "
        f"there are {', '.join((PACKAGED, *plugins(READERS)))}"
    )


def _look(folder: Path) -> str:
    """What kind of model a folder holds."""
    if (folder / "gliner_config.json").is_file():
        return GLINER
    told = read_json(folder / "config.json", dict)
    classifies = any("Classification" in str(one) for one in told.get("architectures") or ())
    return CLASSIFIER if classifies and not (folder / "modules.json").is_file() else FOLDER


def _with_own(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options, with those that a model's folder keeps in its own reader.toml beneath them."""
    own = Path(str(options.get("path", ""))) / OWN
    beneath = read_table(own).rest() if "path" in options and own.is_file() else {}
    return {**beneath, **options}
