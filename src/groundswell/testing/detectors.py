"""Checks of detectors: pure, calm when nothing happens, and honest about what they tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from groundswell.notice.detector import Detector, Sample
from groundswell.testing.check import Checks, named
from groundswell.testing.noise import noise, quiet, short
from groundswell.types import Signal
from groundswell.types.signal import OUTCOMES

SAMPLES = 200
ALARMS = 20  # of that many tests of noise may have p < .05; ten are expected
LEVEL = 0.05


def detector_checks(detector: Detector, samples: Iterable[Sample] | None = None) -> Checks:
    """Checks of a detector on its own samples and on seeded noise (see `noise`)."""
    yield named(detector, "kind", "version")
    own = noise(5, seed=1) if samples is None else tuple(samples)

    def same() -> None:
        for sample in own:
            assert list(detector(sample)) == list(detector(sample)), f"{sample.subject}: differs"

    yield "gives the same answer twice", same

    def honest() -> None:
        for sample in own:
            for signal in detector(sample):
                _honest(detector, sample, signal)

    yield "tells tests of its own kind, with interval and p", honest

    def survives() -> None:
        for sample in own[:5]:
            for days in (1, 2, 14):
                for small in (short(sample, days), quiet(sample, days)):
                    for signal in detector(small):
                        _honest(detector, small, signal)
                        assert days > 2 or signal.outcome != "found", f"found in {days} days"

    yield "survives one day, two days and days of silence", survives

    def dead() -> None:
        for sample in own[:5]:
            for signal in detector(quiet(sample, 98)):
                assert signal.outcome != "found", "found something where nobody said anything"
                assert signal.p > LEVEL, "silence is no alarm"

    yield "is silent about silence", dead

    def calm() -> None:
        signals = [signal for sample in noise(SAMPLES) for signal in detector(sample)]
        alarms = sum(signal.p < LEVEL for signal in signals)
        limit = ALARMS * max(1.0, len(signals) / SAMPLES)
        assert alarms <= limit, f"{alarms} alarms in {len(signals)} tests of noise"

    yield f"alarms at most {ALARMS} times in {SAMPLES} samples of noise", calm


def _honest(detector: Detector, sample: Sample, signal: Signal) -> None:
    kinds = (detector.kind, f"{detector.kind}-")
    assert signal.kind == kinds[0] or signal.kind.startswith(kinds[1]), f"kind {signal.kind}"
    assert signal.subject == sample.subject, f"a signal about {signal.subject}"
    assert signal.outcome in OUTCOMES, f"outcome {signal.outcome}"
    assert 0 <= signal.p <= 1, f"p {signal.p}"
    assert signal.window[0] < signal.window[1] <= sample.night + 1, f"window {signal.window}"
    assert signal.q is None, "q is the loop's to set"
    assert signal.maker.startswith(f"{signal.kind}@{detector.version}"), f"maker {signal.maker}"
    assert not math.isnan(signal.effect), "an effect that is no number"
    assert not signal.low > signal.high, f"interval {signal.low}..{signal.high}"
    failed = _failed(signal)
    assert signal.outcome != "found" or not failed, f"found although {failed} failed"


def _failed(signal: Signal) -> Sequence[str]:
    return [guard.name for guard in signal.guards if not guard.passed]
