"""Fourth verb: test everything the desk watches, and admit how surprising tonight really is."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import fields, replace

from groundswell.desk import Desk
from groundswell.notice.calibrate import learn
from groundswell.notice.detector import Detector, Sample
from groundswell.notice.discovery import discover
from groundswell.notice.settings import SETTINGS, Settings
from groundswell.query.backfill import Cell, gathered_afterwards
from groundswell.query.samples import VOICE_DAYS, Sampled, samples
from groundswell.query.signals import as_json, past_p
from groundswell.registry import build_all
from groundswell.store import Store
from groundswell.types import EVERYWHERE, Guard, Signal, Snapshot, canonical
from groundswell.types.moment import midnight

Progress = Callable[[int], None]


def notice(
    store: Store, desk: Desk, snapshot: Snapshot, night: int, *,
    progress: Progress = lambda _: None, detectors: Sequence[Detector] | None = None,
    settings: Settings = SETTINGS,
) -> list[Signal]:  # fmt: skip
    """Test one night and keep every test; running it again replaces that night's tests.

    `snapshot.as_of` is the midnight after the night; `measure` must be done. `progress` is told
    of every subject tested. Returns the signals saved, in a fixed order.
    """
    tests_of = build_all("groundswell.detectors") if detectors is None else list(detectors)
    with store.reading():
        late = gathered_afterwards(store, snapshot, night + 1 - VOICE_DAYS, night)
        tests = list(_tests(store, desk, snapshot, night, tests_of, progress, late, settings))
        past = _past(store, desk, snapshot, night, tests_of, settings)
    scales = {kind: learn(past.get(kind, ()), settings) for kind in settings.past_kinds}
    signals = discover(tests, scales, night, settings)
    _save(store, snapshot, night, signals)
    return signals


def signal_id(night: int, signal: Signal) -> str:
    """Sixteen hex digits that name a test: the same when a night is run again.

    A partner is part of the name: one subject is tested with many.
    """
    name = [night, signal.kind, signal.family, signal.subject, signal.community,
            list(signal.window), str(signal.detail.get("partner", ""))]  # fmt: skip
    return hashlib.sha256(canonical(name).encode()).hexdigest()[:16]


def _tests(store: Store, desk: Desk, snapshot: Snapshot, night: int,
           detectors: Iterable[Detector], progress: Progress, late: Set[Cell] = frozenset(),
           settings: Settings = SETTINGS) -> Iterator[Signal]:  # fmt: skip
    for sampled in samples(store, desk, snapshot, night):
        sample = _sample(sampled)
        for detector in detectors:
            for signal in detector(sample):
                yield _guarded(signal, sample, late, settings) if late else signal
        progress(1)


def _guarded(signal: Signal, sample: Sample, late: Set[Cell], settings: Settings) -> Signal:
    """What rests on days that were gathered afterwards raises no alarm."""
    inside = [voice for voice in sample.voices
              if signal.window[0] <= voice.day < signal.window[1]
              and signal.community in (EVERYWHERE, voice.community)]  # fmt: skip
    share = sum((v.community, v.day) in late for v in inside) / max(len(inside), 1)
    if share <= settings.backfill_share:
        return signal
    guard = Guard(name="backfill", value=share, limit=settings.backfill_share, passed=False)
    return replace(signal, guards=(*signal.guards, guard))


def _past(
    store: Store, desk: Desk, snapshot: Snapshot, night: int, detectors: Sequence[Detector],
    settings: Settings,
) -> Mapping[str, Sequence[float]]:  # fmt: skip
    """Raw p-values of earlier nights by kind: those stored, or tonight's tests run back then.

    A test run back then sees only what was available then.
    """
    nights, found = past_p(store, night - settings.past_days, night - settings.past_gap)
    if nights >= settings.past_least:
        return found
    short = [d for d in detectors if d.kind in settings.past_kinds]
    again: dict[str, list[float]] = defaultdict(list)
    for ago in settings.past_nights:
        short = [d for d in short if len(again[d.kind]) < settings.past_enough]
        if not short:
            break
        then = replace(snapshot, as_of=midnight(night - ago + 1))
        for test in _tests(store, desk, then, night - ago, short, lambda _: None):
            if test.community == EVERYWHERE:
                again[test.kind].append(test.p)
    return again


def _save(store: Store, snapshot: Snapshot, night: int, signals: Iterable[Signal]) -> None:
    with store.write() as writer:
        writer.do("signals_forget_night", night=night)
        writer.do("stories_add_snapshot", id=snapshot.id, seq=snapshot.seq, as_of=snapshot.as_of,
                  desk=snapshot.desk, makers=canonical(list(snapshot.makers)))  # fmt: skip
        writer.many("signals_add", ({
            "id": signal_id(night, signal), "night": night, "snapshot": snapshot.id,
            "kind": signal.kind, "subject": signal.subject, "community": signal.community,
            "outcome": signal.outcome, "p": signal.p, "q": signal.q,
            "body": canonical(as_json(signal)),
        } for signal in signals))  # fmt: skip


def _sample(sampled: Sampled) -> Sample:
    return Sample(**{field.name: getattr(sampled, field.name) for field in fields(Sampled)})
