"""Ctrl-C at a terminal ends the program well, and make with it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "foreground.py"
PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(int(sys.argv[1])))
print("ready", flush=True)
signal.pause()
"""
TERMINAL = """\
import os, pty, sys
process, screen = pty.fork()
if process == 0:
    os.execvp("make", ["make", "-C", sys.argv[1], "demo"])
shown = b""
while b"ready" not in shown:
    shown += os.read(screen, 1024)
os.write(screen, b"\\x03")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
"""


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(("exits", "wanted"), [(0, 0), (3, 2)])
def test_ctrl_c_under_make(tmp_path, exits, wanted):
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    line = f"{sys.executable} {TOOL} {sys.executable} program.py {exits}"
    (tmp_path / "Makefile").write_text(f"demo:\n\t@{line}\n", "utf-8")
    at_a_terminal = [sys.executable, "-c", TERMINAL, str(tmp_path)]
    assert subprocess.run(at_a_terminal, timeout=60, check=False).returncode == wanted
