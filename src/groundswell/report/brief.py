"""From a night's tests to briefs: which subjects, and every claim a writer may use for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundswell.desk import Hypothesis
from groundswell.query.figures import Figures
from groundswell.report.ask import Asker
from groundswell.report.claim import ClaimKind
from groundswell.report.duties import obligations
from groundswell.report.findings import find, overlap
from groundswell.report.writer import Brief
from groundswell.types import Signal
from groundswell.types.series import EVERYTHING

WEEK, MONTH = 7, 28
NEWS = ("volume", "tone", "coverage")  # what holds every night, tone or company, is no news
SAME = 0.60  # share of records beyond which two subjects are one piece of news
Progress = Callable[[int], None]  # told how many candidates are done


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
    """Subjects with a finding, and every hypothesis's; one where two tell the same news."""
    by_subject: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        for subject in about(signal):
            by_subject[subject].append(signal)
    hypotheses = {f"entity/{h.subject}": h for h in figures.desk.hypotheses
                  if h.registered <= night}  # fmt: skip
    all_of_them = [
        Candidate(subject=subject, signals=tuple(by_subject.get(subject, ())),
                  hypothesis=hypotheses.get(subject))
        for subject in sorted({*by_subject, *hypotheses} - {EVERYTHING})
    ]  # fmt: skip
    wanted = sorted((c for c in all_of_them if c.found or c.hypothesis), key=lambda c: c.strength)
    wanted.sort(key=lambda c: c.hypothesis is None)  # what was registered comes first, unmerged
    kept: list[Candidate] = []
    for candidate in wanted:
        window = span(candidate, night)
        if candidate.hypothesis or not any(
            overlap(figures, candidate.subject, k.subject, window) > SAME for k in kept
        ):
            kept.append(candidate)
    return kept


def about(signal: Signal) -> tuple[str, ...]:
    """The entity or beat a signal is about; of a pair of entities the first."""
    subject = signal.subject
    return (subject,) if subject.startswith(("entity/", "beat/")) else ()


def span(candidate: Candidate, night: int) -> tuple[int, int]:
    """News is told over a week, a registered hypothesis over four."""
    return (night + 1 - (MONTH if candidate.hypothesis else WEEK), night + 1)


def briefs(figures: Figures, signals: Sequence[Signal], kinds: Mapping[str, ClaimKind],
           night: int, progress: Progress) -> Iterator[tuple[Candidate, Brief]]:  # fmt: skip
    """One brief for each candidate, strongest first."""
    for candidate in candidates(figures, signals, night):
        yield candidate, brief(figures, candidate, kinds, night)
        progress(1)


def brief(figures: Figures, candidate: Candidate, kinds: Mapping[str, ClaimKind],
          night: int) -> Brief:  # fmt: skip
    """Every claim on a candidate that the numbers allow."""
    desk, subject = figures.desk, candidate.subject
    asker = Asker(subject, figures, kinds, span(candidate, night))
    duties = candidate.hypothesis.obligations if candidate.hypothesis else ()
    pairs = [str(d.options[k]) for d in duties if d.kind == "cooccurrence"
             for k in ("a", "b", "other") if k in d.options]  # fmt: skip
    find(asker, candidate.signals, pairs)
    return Brief(
        subject=subject, label=desk.label(subject), night=night,
        beat=_beat(figures, subject, asker.window), claims=asker.claims,
        signals=candidate.signals,
        obligations=obligations(duties, candidate.signals, asker.claims),
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
    for place in figures.places("person"):
        known = desk.community(place)
        names[place] = known.name if known else place
        if known:
            names[f"community/{known.slug}"] = known.name
    return names
