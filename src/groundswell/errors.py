"""Everything Groundswell says when something is wrong: one small tree.

    GroundswellError
    ├── DeskError          a desk file says something impossible
    ├── SourceError        a platform, archive or file cannot be read
    │   ├── AuthRequired   the platform wants a key or account we were not given, or refused ours
    │   ├── BadRow         one row of an archive cannot become a record
    │   ├── Blocked        robots.txt does not allow this page
    │   ├── CursorTooOld   the platform no longer has what follows our cursor
    │   ├── Forbidden      the platform does not want us to have this
    │   ├── Gone           this was there and was taken away for good
    │   ├── Malformed      the answer is not what it should be
    │   ├── NotFound       there is nothing at this address
    │   ├── QuotaExhausted the allowance of the day or month is used up
    │   ├── Silent         a stream has said nothing for too long
    │   ├── Throttled      the platform asks us to come back later
    │   ├── TooLarge       an answer is larger than we take
    │   ├── Unsafe         an address leads where no public page is
    │   └── Upstream       the platform is broken or out of reach
    ├── StoreError         the state file is missing, locked, newer or damaged
    ├── PluginError        a plugin is unknown, broken or wrongly configured
    ├── UnsupportedClaim   a claim lacks what its kind must carry
    └── UsageError         a command was asked for something impossible

A message names the thing, what is wrong with it, and what to do.
"""

from __future__ import annotations

from datetime import datetime


class GroundswellError(Exception):
    """Something Groundswell can explain."""


class DeskError(GroundswellError):
    """A desk file says something impossible; names file, table and key."""


class SourceError(GroundswellError):
    """A platform, archive or file cannot be read.

    `status` and `body` are what a platform answered, where it answered, so that a source can
    tell its own refusals apart; the body is cut short.
    """

    status: int = 0
    body: bytes = b""


class AuthRequired(SourceError):
    """The platform wants a key or an account we were not given, or refused the one we have."""


class BadRow(SourceError):
    """One row of an archive cannot become a record; the rest goes on."""


class Blocked(SourceError):
    """A site's robots.txt does not allow this page, or could not be asked."""


class CursorTooOld(SourceError):
    """The platform no longer has what follows our cursor: a gap; `floor` is what it still has."""

    def __init__(self, message: str, *, floor: str = "") -> None:
        super().__init__(message)
        self.floor = floor


class Forbidden(SourceError):
    """The platform does not want us to have this: a refusal, a login or a challenge page."""


class Gone(SourceError):
    """What stood at this address was taken away for good."""


class Malformed(SourceError):
    """An answer is not what it should be: a web page for data, cut short, or not readable."""


class NotFound(SourceError):
    """Nothing stands at this address."""


class QuotaExhausted(SourceError):
    """The allowance of the day or month is used up; `reset` is when there is more, if said."""

    def __init__(self, message: str, *, reset: datetime | None = None) -> None:
        super().__init__(message)
        self.reset = reset


class Silent(SourceError):
    """A stream is open but has said nothing for too long."""


class Throttled(SourceError):
    """The platform asks us to come back later; `until` is when, if said."""

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class TooLarge(SourceError):
    """An answer is larger than we take, compressed or opened."""


class Unsafe(SourceError):
    """An address is refused: it leads into a private network, or hides where it leads."""


class Upstream(SourceError):
    """The platform is broken, too slow or out of reach."""


class StoreError(GroundswellError):
    """The state file is missing, locked, newer than this program or damaged."""


class PluginError(GroundswellError):
    """A plugin is unknown, broken or wrongly configured."""


class UnsupportedClaim(GroundswellError):
    """A claim lacks what its kind must carry, so it cannot exist."""


class UsageError(GroundswellError):
    """A command was asked for something impossible; says what to ask instead."""
