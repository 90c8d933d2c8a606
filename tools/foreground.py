"""Run a command in the foreground so that Ctrl-C reaches it and not the make that started it.

`make` that gets a Ctrl-C itself always fails, however well its command ended. So, at a terminal,
the command becomes the terminal's foreground group and this process waits; without a terminal it
simply becomes the command.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys


def terminal() -> int | None:
    """The terminal, if there is one and we are in front of it."""
    try:
        handle = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        return handle if os.tcgetpgrp(handle) == os.getpgrp() else None
    except OSError:
        return None


def wait(child: int, screen: int) -> int:
    """Wait for the command to end, stopping and going on with it; its exit status."""
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        os.tcsetpgrp(screen, os.getpgrp())
        os.kill(0, signal.SIGSTOP)  # Ctrl-Z: make stops too, and `fg` goes on here
        if os.tcgetpgrp(screen) == os.getpgrp():
            os.tcsetpgrp(screen, child)
        os.killpg(child, signal.SIGCONT)


def main(words: list[str]) -> int:
    """Run the command; exit as it does."""
    screen = terminal()
    if screen is None:
        os.execv(words[0], words)
    child = subprocess.Popen(words, process_group=0).pid
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # or giving the terminal away would stop us
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.killpg(child, number))
    os.tcsetpgrp(screen, child)
    try:
        return wait(child, screen)
    finally:
        os.tcsetpgrp(screen, os.getpgrp())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
