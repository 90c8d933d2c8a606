"""How much memory a command and its worker processes hold at most, from /proc."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.2  # seconds between two looks
WORKER = b"spawn_main"  # in the command line of a process that multiprocessing began
NOT_HERE = "not measured: this system has no /proc"


class Resident:
    """The most bytes seen at one moment: by the workers alone, and by all processes together."""

    def __init__(self) -> None:
        self.workers = self.all = 0

    def watch(self, pid: int) -> None:
        """Look until the process has ended."""
        while (PROC / str(pid)).exists():
            sizes = {one: resident(one) for one in family(pid)}
            self.all = max(self.all, sum(sizes.values()))
            self.workers = max(self.workers, sum(n for one, n in sizes.items() if is_worker(one)))
            time.sleep(EVERY)

    def told_workers(self) -> str:
        """For people."""
        return f"{self.workers / 1e6:,.0f} MB" if PROC.exists() else NOT_HERE

    def told_all(self) -> str:
        """For people."""
        return f"{self.all / 1e6:,.0f} MB" if PROC.exists() else NOT_HERE


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in (PROC / str(one) / "task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
    return found


def resident(pid: int) -> int:
    """Bytes of memory a process holds now; 0 when it has just ended."""
    with suppress(OSError):
        for line in (PROC / str(pid) / "status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def is_worker(pid: int) -> bool:
    """Whether a process is one that labels."""
    with suppress(OSError):
        return WORKER in (PROC / str(pid) / "cmdline").read_bytes()
    return False
