"""The door to a model's server, for readers that ask one: the network, the clock, the key."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from random import Random
from typing import TYPE_CHECKING

from groundswell.cli.state import now, say
from groundswell.desk import Desk
from groundswell.errors import AuthRequired

if TYPE_CHECKING:  # importing it takes a second that most commands need not wait for
    from groundswell.label.part import Means


@contextmanager
def remote(desk: Desk | None) -> Iterator[Means | None]:
    """What a reader on a server needs, where the desk's reader has parts; None where it has not."""
    if desk is None or desk.reader is None or not desk.reader.parts:
        yield None
        return
    from groundswell.http.post import Poster
    from groundswell.label.part import Means

    agent = f"Groundswell/{version('groundswell')}"
    with Poster(
        agent, clock=lambda: datetime.now(UTC), sleep=time.sleep, random=Random()
    ) as poster:  # fmt: skip

        def post(url: str, body: bytes, variable: str) -> bytes:
            return poster(url, body, key_in(variable))

        yield Means(post=post, clock=now, tell=say)


def key_in(variable: str) -> str:
    """The key an environment variable holds; "" for no variable. It is stored nowhere."""
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise AuthRequired(
            f"the environment variable {variable!r}, which holds the key of the reader's server, "
            "is not set; set it and run this again"
        )
    return key
