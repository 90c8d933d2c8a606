"""Work on other people's pages in a process of its own, bounded in time and memory.

A page can be made, or just happen, to take a library hours or all memory, and nothing within a
process can stop that. The process is started with the first page and again after one that was too
much; it ends with ours.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Any, Generic, TypeVar

from groundswell.errors import Malformed, TooLarge, Upstream

A = TypeVar("A")
R = TypeVar("R")

START = 300.0  # seconds a process is given to begin: a small machine may be busy
# What a library may do over an odd page; anything else ends the process, which is found out too.
BREAKS = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError,
          RuntimeError, SyntaxError, TypeError, ValueError)  # fmt: skip


class Apart(Generic[A, R]):
    """One function of a module, called in another process, one call at a time.

    `seconds` of processor time for a call, `patience` seconds in all; `memory` in bytes for the
    whole process; after `calls` of them a fresh one takes over, so that no leak grows. Safe to
    share between threads. Where the system knows no such limits, `patience` alone holds.
    """

    def __init__(
        self, work: Callable[[A], R], *, seconds: float = 10, patience: float = 120,
        memory: int = 1 << 30, calls: int = 1_000,
    ) -> None:  # fmt: skip
        self._work = work
        self._seconds = seconds
        self._patience = patience
        self._memory = memory
        self._calls = calls
        self._left = 0
        self._process: SpawnProcess | None = None
        self._line: Connection[Any, Any] | None = None
        self._lock = Lock()

    def __call__(self, given: A) -> R:
        """What the function returns. TooLarge for what takes too long or too much, Malformed for
        what the function falls over, Upstream where no process can be had."""
        with self._lock:
            line = self._ready()
            self._left -= 1
            try:
                line.send(given)
                if not line.poll(self._patience):
                    raise TooLarge(f"takes more than {self._patience:g} seconds to read")
                sound, found = line.recv()
            except (EOFError, OSError) as problem:
                self._end()
                raise TooLarge(
                    f"takes more than {self._seconds:g} seconds or "
                    f"{self._memory // 1024**2} MiB to read"
                ) from problem
            except TooLarge:
                self._end()
                raise
            if not sound:
                raise Malformed(f"cannot be read ({found})")
            result: R = found
            return result

    def close(self) -> None:
        """End the process; the next call starts another."""
        with self._lock:
            self._end()

    def _ready(self) -> Connection[Any, Any]:
        """The line to a process that waits for work."""
        if self._line is not None and self._process is not None:
            if self._left > 0 and self._process.is_alive():
                return self._line
            self._end()
        context = multiprocessing.get_context("spawn")  # a fork would copy locks of our threads
        self._line, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._work, self._seconds, self._memory), daemon=True
        )
        self._process.start()
        theirs.close()
        self._left = self._calls
        with suppress(EOFError, OSError):
            if self._line.poll(START):
                self._line.recv()
                return self._line
        self._end()
        raise Upstream("no process could be started to read a page; is there memory left?")

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._line = self._process = None


def _serve(
    line: Connection[Any, Any], work: Callable[[Any], Any], seconds: float, memory: int
) -> None:
    """In a process of its own: answer one call after another, until nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    _bounded(memory)
    with suppress(EOFError, OSError):
        line.send(None)
        while True:
            given = line.recv()
            _allow(seconds)
            try:
                answer = True, work(given)
            except BREAKS as problem:
                answer = False, f"{type(problem).__name__}: {str(problem)[:200]}"
            _allow(0)
            line.send(answer)


def _bounded(memory: int) -> None:
    """Take no more memory than that, where the system can see to it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _allow(seconds: float) -> None:
    """Use so many seconds of the processor from now on, then be ended; 0: as many as it takes.

    The signal is left to the system: within a library's own loop no handler of ours would run.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
