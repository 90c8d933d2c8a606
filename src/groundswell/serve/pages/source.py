"""One live source: what its terms ask, what is known not to be there, how late it comes."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.errors import PluginError
from groundswell.gather.source import Dossier
from groundswell.query.pages import Sight
from groundswell.query.sources import SourceState, source_states
from groundswell.registry import find
from groundswell.serve.page import MissingError, page
from groundswell.types import Exposure
from groundswell.types.moment import DAY_US

GAPS_DAYS = 90  # of gaps that are listed


@dataclass(frozen=True, slots=True)
class SourcePage:
    """What `source.html` and `/sources/<name>.json` both show."""

    name: str
    state: SourceState
    dossier: Dossier | None
    counted: str
    text: str
    leaving: str
    asked_again: str
    gaps: tuple[Exposure, ...]
    records: int
    communities: tuple[tuple[str, int], ...]


@page("/sources/{name}", template="source.html", live=True)
def source(sight: Sight, name: str) -> SourcePage:
    """What a source is, what its terms ask of us, its gaps and its delay."""
    states = {one.name: one for one in source_states(sight.store)}
    if name not in states:
        near = tuple((one, f"/sources/{one}") for one in sorted(states))
        raise MissingError(f"There is no live source called “{name}”.", near[:8])
    state = states[name]
    dossier = _dossier(state.kind)
    since = sight.store.clock() - GAPS_DAYS * DAY_US
    places = sight.rows("stream_communities", stream=name, limit=20)
    return SourcePage(
        name=name, state=state, dossier=dossier, counted=_counted(state, dossier),
        text=_kept(state), leaving=_leaving(state), asked_again=_asked_again(dossier),
        gaps=tuple(Exposure(**row) for row in sight.rows("gaps_of_stream", stream=name,
                                                         since=since)),
        records=sum(row["records"] for row in places),
        communities=tuple((row["community"], row["records"]) for row in places),
    )  # fmt: skip


def _dossier(kind: str) -> Dossier | None:
    """What the plugin says of its platform; None when the plugin is no longer installed."""
    try:
        found: Dossier = find("groundswell.sources", kind).dossier
    except PluginError:
        return None
    return found


def _counted(state: SourceState, dossier: Dossier | None) -> str:
    if state.permission:
        return f"Its terms do not allow figures; a permission is recorded: {state.permission}"
    if not state.derived:
        return ("Its terms do not allow figures to be made of it: its records are not labelled, "
                "stand in no count and in no claim.")  # fmt: skip
    return "Its terms allow figures to be made of it." if dossier else "Figures are made of it."


def _kept(state: SourceState) -> str:
    if not state.ttl:
        return "Text is kept without limit."
    days, hours = divmod(state.ttl, 24)
    span = f"{days} days" if not hours and days != 1 else f"{state.ttl} hours"
    return (f"Text is dropped {span} after it was last seen, quotations of it included; labels "
            "and counts stay.")  # fmt: skip


def _leaving(state: SourceState) -> str:
    if state.redistribute:
        return "Its text may leave this machine."
    return "Of its text no more than thirty words leave this machine at once."


def _asked_again(dossier: Dossier | None) -> str:
    if dossier is None or not dossier.recheck:
        return "Its records are not asked about again."
    spans = [f"{hours} h" if hours < 48 else f"{hours // 24} d" for hours in dossier.recheck]
    return f"Asked again whether a record still stands, after {', '.join(spans)}."
