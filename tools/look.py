"""Take a picture of every kind of page, wide and narrow, light and dark, in headless Chromium.

    python tools/look.py FOLDER [--state FILE --desk DESK]

Without a state a demo is made first. Pages are found by following links from the front page, two
of each kind. Says which pages are wider than their window. The folder also gets an index.html.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from race import crawl, serving
from workbench import demo_state, scratch

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTHS, HEIGHT, TALLEST = (1280, 390), 900, 6000
EACH = 2
QUIET = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-background-networking", "--remote-debugging-pipe")  # fmt: skip


# The browser reads what it is told from 3 and answers on 4, whatever number the pipes have here; a
# plain shell can only move numbers of one digit.
WIRED = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(one), fcntl.F_DUPFD_CLOEXEC, 10) for one in sys.argv[1:3]]
for pipe, number in zip(pipes, (3, 4)):
    os.dup2(pipe, number)
os.execvp(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """A browser told what to do through a pair of pipes, one message after another."""

    def __init__(self, said: int, heard: int) -> None:
        self._said, self._heard = os.fdopen(said, "wb"), os.fdopen(heard, "rb")
        self._numbers = itertools.count(1)
        self._session = ""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        attached = self.do("Target.attachToTarget", targetId=target, flatten=True)
        self._session = str(attached["sessionId"])
        self.do("Page.enable")

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Have one thing done; what came of it."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._said.write(json.dumps(message).encode() + b"\0")
        self._said.flush()
        return dict(self._until(lambda told: told.get("id") == number).get("result", {}))

    def _until(self, wanted: Any) -> dict[str, Any]:
        while True:
            told = json.loads(self._message())
            if "error" in told:
                raise SystemExit(f"the browser refused: {told['error']}")
            if wanted(told):
                return dict(told)

    def _message(self) -> bytes:
        parts = bytearray()
        while (byte := self._heard.read(1)) not in (b"\0", b""):
            parts += byte
        return bytes(parts)

    def open(self, address: str, width: int, dark: bool) -> None:
        """Open a page in a window of some width, in the dark or in the light."""
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT,
                deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])
        self.do("Page.navigate", url=address)
        self._until(lambda told: told.get("method") == "Page.loadEventFired")

    def shoot(self, out: Path, width: int) -> int:
        """A picture of the whole page; how wide it really is."""
        size = self.do("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": width, "height": min(size["height"], TALLEST), "scale": 1}
        shot = self.do("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        out.write_bytes(base64.b64decode(shot["data"]))
        return int(size["width"])


@contextmanager
def browsing() -> Iterator[Browser]:
    """The browser that is here, with a profile of its own."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"no browser found; install one of {', '.join(BROWSERS)}")
    to_it, said = os.pipe()
    heard, from_it = os.pipe()
    with scratch("browser") as profile:
        process = subprocess.Popen(
            [sys.executable, "-c", WIRED, str(to_it), str(from_it), program, *QUIET,
             f"--user-data-dir={profile}"],
            pass_fds=(to_it, from_it), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_it)
        os.close(from_it)
        try:
            yield Browser(said, heard)
        finally:
            process.terminate()
            process.wait()


def slug(path: str) -> str:
    """A path as a file name."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:60] or "front"


def index(folder: Path, pictures: list[Path]) -> None:
    """All pictures on one page."""
    shown = "".join(f"<figure><img src='{p.name}' width='300'><figcaption>{p.stem}</figcaption>"
                    "</figure>" for p in pictures)  # fmt: skip
    style = "<style>figure{display:inline-block;vertical-align:top}</style>"
    (folder / "index.html").write_text(style + shown, "utf-8")


def pages(address: str) -> list[str]:
    """The paths to look at: two of each kind, and a page that is not there."""
    with httpx2.Client(base_url=address, timeout=60, trust_env=False) as client:
        kinds = crawl(client)
    return [path for name, found in sorted(kinds.items()) for path in found[:EACH]
            if not name.endswith((".json", ".txt")) and name not in ("static", "healthz")
            ] + ["/not-there"]  # fmt: skip


def look(folder: Path, desk: str, state: Path) -> list[Path]:
    """Serve a state and take every picture."""
    pictures = []
    with serving(Path(desk), state) as address, browsing() as browser:
        for path, width, dark in itertools.product(pages(address), WIDTHS, (False, True)):
            out = folder / f"{slug(path)}-{width}-{'dark' if dark else 'light'}.png"
            browser.open(address + path, width, dark)
            wide = browser.shoot(out, width)
            pictures.append(out)
            if wide > width and not dark:
                print(f"! {path} is {wide} px wide in a window of {width}")
    index(folder, pictures)
    return pictures


def main() -> int:
    """Read the arguments and look."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--desk", default="demo")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with scratch("look") as made:
        pictures = look(given.folder.resolve(), given.desk, given.state or demo_state(made))
    print(f"{len(pictures)} pictures in {given.folder}; open {given.folder}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
