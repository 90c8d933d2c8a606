"""What comparable projects changed in how they take contributions, and how they fared around it."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query.indicators import Response
from groundswell.query.indicators import responses as all_responses
from groundswell.query.pages import Sight
from groundswell.serve.page import page

MOST = 60
SHOWN = ("issues opened", "changes opened", "first response, issues", "first response, changes",
         "closed unmerged after 30 days", "backlog slope", "template not followed")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ResponsesPage:
    """What `responses.html` and `/responses.json` both show. `left`: how many older ones."""

    responses: tuple[Response, ...]
    left: int


@page("/responses", template="responses.html", live=True)
def responses(sight: Sight) -> ResponsesPage:
    """Dated commits on watched files, newest first, with indicators before and after."""
    found = all_responses(sight.store, sight.store.seq(), SHOWN)
    return ResponsesPage(responses=tuple(found[:MOST]), left=max(0, len(found) - MOST))
