"""The state of every source as lines that Prometheus reads.

Written by hand: it is lines of text made from one reading of the store. A client library would
bring a registry that lives in one process, where what is told of is what all processes did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from groundswell.query.pages import Sight
from groundswell.query.sources import SourceState, source_states
from groundswell.serve.page import page
from groundswell.store.place import reached

STATES = ("fine", "new", "late", "silent", "failing", "parked", "off")
Number = Callable[[SourceState], float | None]
SECOND = 1_000_000
GAUGES: Sequence[tuple[str, str, Number]] = (
    ("source_last_success_seconds", "When a source last answered, since 1970; 0 for never.",
     lambda source: source.succeeded / SECOND),
    ("source_newest_record_seconds", "When its newest record was published, since 1970.",
     lambda source: source.newest / SECOND),
    ("source_failures", "Failures in a row.", lambda source: source.failures),
    ("source_day_records", "New records of the last 24 hours.", lambda source: source.day),
    ("source_usual_day_records", "New records usual in the same 24 hours, where it is known.",
     lambda source: source.usual),
    ("source_lag_seconds", "Median delay from publication to first sight, where it is known.",
     lambda source: source.lag),
    ("source_checks_waiting", "Records to be asked about again.", lambda source: source.checks),
)  # fmt: skip


@page("/metrics", template="", live=True)
def metrics(sight: Sight) -> str:
    """Gauges of the store and of every live source, in Prometheus' text format."""
    store = sight.store
    sources = [source for source in source_states(store) if source.state != "off"]
    lines = [*_gauge("log_entries", "Entries of the log.", [("", store.seq())])]
    waiting = sight.one("count_unlabelled_any", after=reached(store)) or {"records": 0}
    lines += _gauge("unlabelled_records", "Records that wait to be labelled.",
                    [("", waiting["records"])])  # fmt: skip
    withdrawn = sight.one("count_withdrawals") or {"records": 0}
    lines += _gauge("withdrawn_records", "Withdrawn records that wait to be erased.",
                    [("", withdrawn["records"])])  # fmt: skip
    night = -1 if sight.night is None else sight.night
    lines += _gauge("edition_day", "The day of the newest edition, since 1970; -1 for none.",
                    [("", night)])  # fmt: skip
    lines += _gauge("source_state", "1 for the state a source is in.", [
        (_labels(source, state=state), float(source.state == state))
        for source in sources for state in STATES
    ])  # fmt: skip
    for name, words, number in GAUGES:
        told = [(_labels(source), number(source)) for source in sources]
        lines += _gauge(name, words, [(labels, value) for labels, value in told
                                      if value is not None])  # fmt: skip
    return "\n".join(lines) + "\n"


def _gauge(name: str, words: str, values: Iterable[tuple[str, float]]) -> list[str]:
    """One metric with its two comments."""
    whole = f"groundswell_{name}"
    return [f"# HELP {whole} {words}", f"# TYPE {whole} gauge",
            *(f"{whole}{labels} {value:.15g}" for labels, value in values)]  # fmt: skip


def _labels(source: SourceState, **more: str) -> str:
    """Labels of a line; a source's name is a slug and needs no escaping."""
    pairs = {"source": source.name, "kind": source.kind, **more}
    return "{" + ",".join(f'{key}="{value}"' for key, value in pairs.items()) + "}"
