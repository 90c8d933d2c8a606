"""From a night's tests to briefs: which subjects, and every claim a writer may use for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundswell.desk import Hypothesis
from groundswell.query.figures import Figures
from groundswell.report.ask import Asker
from groundswell.report.claim import ClaimKind
from groundswell.report.duties import obligations
from groundswell.report.findings import find, overlap, share
from groundswell.report.places import running
from groundswell.report.writer import Brief
from groundswell.types import Signal

WEEK, MONTH = 7, 28
NEWS = ("volume", "tone", "coverage")  # what holds every night, tone or company, is no news
SAME = 0.60  # share of records beyond which two subjects are one piece of news


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A subject that may make a story, its tests, and the hypothesis it stands for, if any."""

    subject: str
    signals: tuple[Signal, ...]
    hypothesis: Hypothesis | None

    @property
    def found(self) -> tuple[Signal, ...]:
        """The tests that found news."""
        return tuple(s for s in self.signals if s.outcome == "found" and s.kind in NEWS)

    @property
    def strength(self) -> tuple[int, float, int, str]:
        """Sorts the strongest first: kinds of findings, their surprise, people behind them."""
        kinds = len({s.kind for s in self.found})
        best = min((s.p for s in self.found), default=1.0)
        return (-kinds, best, -max((s.n.authors for s in self.found), default=0), self.subject)


def candidates(figures: Figures, signals: Sequence[Signal], night: int) -> list[Candidate]:
    """Every registered hypothesis, then subjects with a finding, strongest first."""
    hypotheses = {f"entity/{h.subject}": h for h in figures.desk.hypotheses
                  if h.registered <= night}  # fmt: skip
    tests = by_subject(signals)
    every = [Candidate(subject=subject, signals=tuple(tests.get(subject, ())),
                       hypothesis=hypotheses.get(subject))
             for subject in sorted({*tests, *hypotheses})]  # fmt: skip
    wanted = sorted((c for c in every if c.found or c.hypothesis), key=lambda c: c.strength)
    return sorted(wanted, key=lambda c: c.hypothesis is None)


def considered(signals: Sequence[Signal]) -> list[Candidate]:
    """Every subject with a test, whatever came of it."""
    return [Candidate(subject=subject, signals=tuple(own), hypothesis=None)
            for subject, own in sorted(by_subject(signals).items())]  # fmt: skip


def by_subject(signals: Sequence[Signal]) -> dict[str, list[Signal]]:
    """The tests of each entity and beat."""
    found: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        for subject in about(signal):
            found[subject].append(signal)
    return found


def same_news(figures: Figures, one: Candidate, told: Candidate, night: int) -> bool:
    """Whether a candidate's news is told already: most of its records, or of its articles."""
    if one.hypothesis:
        return False
    window = span(one, night)
    if one.subject.startswith("beat/"):
        shares = (share(figures, one.subject, told.subject, window),
                  share(figures, one.subject, told.subject, window, unit="outlet"))  # fmt: skip
        covered = any(s.kind == "coverage" for s in one.found)
        return shares[0] > SAME or (covered and shares[1] > SAME)
    return overlap(figures, one.subject, told.subject, window) > SAME


def about(signal: Signal) -> tuple[str, ...]:
    """The entity or beat a signal is about; of a pair of entities the first."""
    subject = signal.subject
    return (subject,) if subject.startswith(("entity/", "beat/")) else ()


def span(candidate: Candidate, night: int) -> tuple[int, int]:
    """News is told over a week, a registered hypothesis over four."""
    return (night + 1 - (MONTH if candidate.hypothesis else WEEK), night + 1)


def brief(figures: Figures, candidate: Candidate, kinds: Mapping[str, ClaimKind],
          night: int) -> Brief:  # fmt: skip
    """Every claim on a candidate that the numbers allow."""
    desk, subject = figures.desk, candidate.subject
    asker = Asker(subject, figures, kinds, span(candidate, night))
    duties = candidate.hypothesis.obligations if candidate.hypothesis else ()
    find(asker, candidate.signals, duties)
    return Brief(
        subject=subject, label=desk.label(subject), night=night,
        beat=_beat(figures, subject, asker.window), claims=asker.claims,
        signals=candidate.signals,
        obligations=obligations(duties, candidate.signals, asker.claims, desk),
        names=_names(figures, asker), seed=subject, invented=desk.invented,
    )  # fmt: skip


def _beat(figures: Figures, subject: str, window: tuple[int, int]) -> str:
    """The beat that most of the subject's records joined; none when most joined none."""
    kind, _, slug = subject.partition("/")
    if kind == "beat":
        return slug
    posts = [post for post in figures.posts(subject, *window) if post.lead]
    joined = Counter(beat for post in posts for beat in set(figures.labels(post.id, "beats")))
    best = min(joined, key=lambda beat: (-joined[beat], beat), default="")
    return best if best and joined[best] * 3 >= len(posts) else ""


def _names(figures: Figures, asker: Asker) -> dict[str, str]:
    """Printed names of every subject and community in the claims."""
    desk = figures.desk
    names = {subject: desk.label(subject) for claim in asker.claims for subject in claim.subject}
    names |= {s: running(name, desk) for s, name in names.items() if s.startswith("beat/")}
    for place in figures.places("person"):
        known = desk.community(place)
        names[place] = known.name if known else place
        if known:
            names[f"community/{known.slug}"] = known.name
    return names
