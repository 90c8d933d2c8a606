"""The house style that a machine can check."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
import tomllib
from functools import cache
from pathlib import Path

import pytest

from groundswell.registry import GROUPS, find, plugins

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "groundswell"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION, LONGEST_MODULE = 60, 400
BROAD = {  # the only places that may catch whatever comes; two at most
    ("label/session.py", "loading"),  # ONNX Runtime raises its own unrelated types
}
CLOCKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"),
}  # fmt: skip
CLOCK_READERS = ("cli", "simulate/__main__.py")  # commands: they hand the clock down
HEAVY = ("onnxruntime", "tokenizers", "altair", "scipy", "fastapi", "starlette", "jinja2",
         "uvicorn", "vl_convert", "pyarrow", "typer", "datasketch", "py3langid")  # fmt: skip
TEXT = {".py", ".md", ".toml", ".sql", ".txt", ".json", ".html", ".css", ".js", ".yml", ".yaml",
        ".cfg", ".in", ".svg", ".ndjson", ".csv", ".tsv", ".mbox", ".sh", ".lock"}  # fmt: skip
UNTRACKED = {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache",
             ".hypothesis", ".import_linter_cache", ".groundswell", "dist", "build"}  # fmt: skip


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def code_lines(path: Path) -> set[int]:
    """Lines that hold code: no blank line, no comment, no docstring."""
    text = path.read_text("utf-8")
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
               tokenize.ENCODING, tokenize.ENDMARKER)  # fmt: skip
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree(path)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            said = node.body[0]
            lines -= set(range(said.lineno, (said.end_lineno or said.lineno) + 1))
    return lines


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(path: Path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]


def test_modules_are_short():
    sizes = {name_of(path): len(code_lines(path)) for path in SOURCES}
    assert {name: n for name, n in sizes.items() if n > LONGEST_MODULE} == {}


def test_functions_are_short():
    long = {}
    for path in SOURCES:
        lines = code_lines(path)
        for node in functions(path):
            size = len(lines & set(range(node.lineno, node.end_lineno + 1)))
            if size > LONGEST_FUNCTION:
                long[f"{name_of(path)}:{node.name}"] = size
    assert long == {}


def test_lines_of_code_are_counted_without_words(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('"""Doc\n\nstring."""\n\n# why\ndef f():\n    """Doc."""\n    return 1  # so\n')
    assert code_lines(path) == {6, 8}


def test_broad_excepts_stand_only_where_allowed():
    found = set()
    for path in SOURCES:
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and broad(node) and not reraises(node):
                    found.add((name_of(path), function.name))
        for node in tree(path).body:
            assert not isinstance(node, ast.Try) or not any(map(broad, node.handlers)), path
    assert found == BROAD, f"catch what you expect: {sorted(found ^ BROAD)}"
    assert len(BROAD) <= 2


def broad(node: ast.ExceptHandler) -> bool:
    if node.type is None:
        return True
    return any(isinstance(part, ast.Name) and part.id in ("Exception", "BaseException")
               for part in ast.walk(node.type))  # fmt: skip


def reraises(node: ast.ExceptHandler) -> bool:
    """Cleaning up and letting the error go on is no catching."""
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize(("group", "name"), [(g, n) for g in GROUPS for n in plugins(g)])
def test_every_entry_point_loads(group, name):
    assert find(group, name) is not None


def test_registered_plugins_are_those_of_pyproject():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert set(said) <= set(GROUPS)
    for group, points in said.items():
        found = {name: point.value for name, point in plugins(group).items()}
        missing = {name: value for name, value in points.items() if found.get(name) != value}
        assert missing == {}, f"{group}: install the package again"


def test_importing_the_package_loads_nothing_heavy():
    code = ("import sys, groundswell, groundswell.types, groundswell.errors, groundswell.store,"
            " groundswell.desk, groundswell.gather;"
            f" print([name for name in {HEAVY!r} if name in sys.modules])")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_commands_read_the_clock():
    found = []
    for path in SOURCES:
        if not name_of(path).startswith(CLOCK_READERS):
            found += [f"{name_of(path)}:{line}" for line in clock_reads(tree(path))]
    assert found == []


def clock_reads(module: ast.Module) -> list[int]:
    """Lines that name a clock, called or handed on, however it was imported."""
    alias = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime"):
            alias |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        if isinstance(node, ast.Import):
            alias |= {one.asname: ("", one.name) for one in node.names if one.asname}
    lines = []
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            owner = node.value
            last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (alias.get(last, ("", last))[1], node.attr) in CLOCKS:
                lines.append(node.lineno)
        if isinstance(node, ast.Name) and alias.get(node.id) in CLOCKS:
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("code", [
    "import time\ntime.time()", "from time import time as t\nt()", "import time as t\nt.time_ns()",
    "import datetime\ndatetime.datetime.now()", "from datetime import datetime\ndatetime.utcnow()",
    "from datetime import datetime as d\nclock = d.now", "from datetime import date\ndate.today()",
])  # fmt: skip
def test_the_clock_is_seen_however_imported(code):
    assert clock_reads(ast.parse(code)) == [2]


def test_no_name_of_this_machine_or_its_mirrors():
    # put together here, so that this file does not hold them
    forbidden = [str(ROOT), sys.prefix, "/" + "work/", "/" + "root/", "artifact" + "ory",
                 "dev" + "pi.", ".inter" + "nal/", ".cor" + "p/"]  # fmt: skip
    found = []
    for path in tracked():
        text = path.read_text("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in forbidden if word in text]
    assert found == []


def tracked() -> list[Path]:
    """Text files of the repository, folders that git ignores left out."""
    return [path for path in sorted(ROOT.rglob("*"))
            if path.suffix in TEXT and path.is_file()
            and not UNTRACKED & set(path.relative_to(ROOT).parts)]  # fmt: skip


def test_everything_public_says_what_it_is():
    silent = []
    for path in SOURCES:
        silent += [] if ast.get_docstring(tree(path)) else [name_of(path)]
        silent += [f"{name_of(path)}:{name}" for name in undocumented(tree(path).body, "")]
    assert silent == []


def undocumented(body: list[ast.stmt], owner: str) -> list[str]:
    found = []
    for node in body:
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None and not overload(node):
            found.append(owner + node.name)
        if isinstance(node, ast.ClassDef):
            found += undocumented(node.body, f"{owner}{node.name}.")
    return found


def overload(node: ast.stmt) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload"
               for one in getattr(node, "decorator_list", []))  # fmt: skip


def test_detectors_claims_and_writers_never_hear_of_what_was_planted():
    word = "tru" + "th"
    for folder in ("gather", "label", "measure", "notice", "report", "query", "store"):
        for path in (PACKAGE / folder).rglob("*"):
            if path.suffix in (".py", ".sql", ".toml"):
                names = {node.value for node in ast.walk(tree(path)) if path.suffix == ".py"
                         and isinstance(node, ast.Constant) and isinstance(node.value, str)
                         } if path.suffix == ".py" else {path.read_text("utf-8")}  # fmt: skip
                assert not any(f"{word}.toml" in said or said == word for said in names), path


def test_import_contracts_name_every_plugin_and_the_network():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {one["name"]: one for one in said["tool"]["importlinter"]["contracts"]}
    apart = contracts["Plugins do not know each other"]["modules"]
    apart += contracts["Pages do not know each other"]["modules"]
    for points in said["project"]["entry-points"].values():
        for value in points.values():
            module = value.partition(":")[0]
            assert {module, module.rpartition(".")[0] + ".*"} & set(apart), module
    if (PACKAGE / "http.py").exists():
        pure = contracts["Plugins that compute reach neither the store nor the network"]
        assert "groundswell.http" in pure["forbidden_modules"]


def test_imports_keep_their_contracts():
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0
