"""Everything Groundswell says when something is wrong: one small tree.

    GroundswellError
    ├── DeskError          a desk file says something impossible
    ├── SourceError        a platform, archive or file cannot be read
    │   └── BadRow         one row of an archive cannot become a record
    ├── StoreError         the state file is missing, locked, newer or damaged
    ├── PluginError        a plugin is unknown, broken or wrongly configured
    ├── UnsupportedClaim   a claim lacks what its kind must carry
    └── UsageError         a command was asked for something impossible

A message names the thing, what is wrong with it, and what to do.
"""

from __future__ import annotations


class GroundswellError(Exception):
    """Something Groundswell can explain."""


class DeskError(GroundswellError):
    """A desk file says something impossible; names file, table and key."""


class SourceError(GroundswellError):
    """A platform, archive or file cannot be read."""


class BadRow(SourceError):
    """One row of an archive cannot become a record; the rest goes on."""


class StoreError(GroundswellError):
    """The state file is missing, locked, newer than this program or damaged."""


class PluginError(GroundswellError):
    """A plugin is unknown, broken or wrongly configured."""


class UnsupportedClaim(GroundswellError):
    """A claim lacks what its kind must carry, so it cannot exist."""


class UsageError(GroundswellError):
    """A command was asked for something impossible; says what to ask instead."""
