"""What the stages share: one log, and everything that follows from it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from groundswell.errors import StoreError
from groundswell.store.erase import replay_journal
from groundswell.store.migrate import migrate
from groundswell.store.sqlite import OPEN, Row, Store, Writer, connect

__all__ = ["OPEN", "Row", "Store", "Writer", "open_store"]


def open_store(
    path: Path, *, clock: Callable[[], int], key: bytes | None = None, readonly: bool = False
) -> Store:
    """Open a desk's state file, migrating it and replaying the erase journal first.

    `clock` gives microseconds since 1970. `key` makes pseudonyms; by default it lives beside
    the file in `<name>.key` and is made with it. Raises StoreError with what to do.
    """
    if readonly and not path.exists():
        raise StoreError(f"{path}: no state file; run `groundswell run` or `import` first")
    path.parent.mkdir(parents=True, exist_ok=True)
    key = own_key(path) if key is None else key
    store = Store(path, connect(path, readonly=readonly), key=key, clock=clock)
    if not readonly:
        try:
            migrate(store.connection)
            replay_journal(store)
        except BaseException:
            store.close()
            raise
    return store


def own_key(path: Path) -> bytes:
    """The installation's secret for this state file, kept outside the database."""
    file = path.with_suffix(".key")
    used = path.exists()  # asked first: whoever makes the file makes its key before it
    if not file.exists():
        if used:
            raise StoreError(
                f"{file}: the key that made this state file's pseudonyms is missing; "
                "put it back, or nothing erased stays erased"
            )
        _make_key(file)
    return file.read_bytes().strip()


def _make_key(file: Path) -> None:
    """Write a whole key or none: another process may be making it at the same moment."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, file)
        draft.unlink()
    except FileExistsError:
        draft.unlink()
    except OSError:  # a file system without links
        draft.replace(file)
