"""The house rules that no other checker knows; prints each place that breaks one.

Functions and modules short enough to be seen whole, no drawers for odds and ends, no address of
this machine or of a package registry, and the folder of corpora named once, in the Makefile.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from workbench import ROOT

FOLDERS = ("src", "tools", "tests", "training", "docs", "desks", "quality", "requirements", ".ci")
TEXTS = {".py", ".md", ".toml", ".sql", ".html", ".css", ".txt", ".json", ".yml", ".cfg", ""}
SHAPED = ("src", "tools", "training")  # a table of cases may be as long as it is
LONGEST_FUNCTION, LONGEST_MODULE = 80, 400
DRAWERS = {"utils", "helpers", "common", "core", "lib", "misc"}
MACHINE = re.compile(r"(?<![\w.])/(?:work/|root/|home/\w+/|opt/|mnt/)\w")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|--(?:extra-)?index-url")
OUTSIDE = re.compile(r"\.\./shared|SHARED\s*\?=")


def files() -> Iterator[Path]:
    """Every text file of the repository that people write."""
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file())
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.parts[-2:-1])
            if path.is_file() and path.suffix in TEXTS and not hidden:
                yield path


def shape(path: Path, text: str) -> Iterator[str]:
    """What is too long, or in a drawer."""
    if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}:
        yield "is a drawer for odds and ends; name it after what it holds"
    if text.count("\n") > LONGEST_MODULE:
        yield f"has {text.count(chr(10))} lines, over {LONGEST_MODULE}: two ideas"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION:
                yield f"line {node.lineno}: {node.name} has {size} lines, over {LONGEST_FUNCTION}"


def words(path: Path, text: str) -> Iterator[str]:
    """Addresses that belong to one machine or to one registry."""
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE.search(line) and not path.is_relative_to(ROOT / "tests"):
            yield f"line {number}: names a folder of one machine"
        if REGISTRY.search(line):
            yield f"line {number}: names a package registry or index"
        if OUTSIDE.search(line) and path.name != "Makefile":
            yield f"line {number}: names the folder of corpora; only the Makefile may"


def broken(path: Path) -> Iterator[str]:
    """Every rule one file breaks."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return
    if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in SHAPED:
        yield from shape(path, text)
    if path != Path(__file__).resolve() and path.name != "Makefile":
        yield from words(path, text)


def main() -> int:
    """Check every file; 1 when a rule is broken."""
    faults = [f"{path.relative_to(ROOT)}: {fault}" for path in files() for fault in broken(path)]
    print("\n".join(faults) if faults else "house rules kept")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
