"""Who asks: the name every request of ours carries."""

from __future__ import annotations

import re
from dataclasses import dataclass

from groundswell.errors import UsageError

TOKEN = re.compile(r"[A-Za-z][A-Za-z_-]*")  # RFC 9309, 2.2.1: the name robots.txt speaks to
PLAIN = re.compile(r"[!-~][ -~]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reads: program and version, where its operator can be reached, a page about it."""

    name: str
    version: str
    contact: str
    url: str = ""

    def __post_init__(self) -> None:
        if not TOKEN.fullmatch(self.name):
            raise UsageError(f"name {self.name!r}: takes letters, '-' and '_' only, for robots.txt")
        for part in (self.version, self.contact, self.url):
            if part and not PLAIN.fullmatch(part):
                raise UsageError(f"{part!r}: cannot stand in a request; use plain ASCII")

    @property
    def agent(self) -> str:
        """The User-Agent header. UsageError when nobody answers for it.

        >>> Identity("Groundswell", "1.2", "desk@operator.example", "https://operator.example").agent
        'Groundswell/1.2 (+https://operator.example; desk@operator.example)'
        """
        if not self.contact:
            raise UsageError(
                "nobody is named who answers for what this program asks of others; "
                "set contact in [operator] of desk.toml"
            )
        about = f"+{self.url}; {self.contact}" if self.url else self.contact
        return f"{self.name}/{self.version} ({about})"
