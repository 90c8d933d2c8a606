"""From a draft to a story: every sentence verified, failing ones dropped, versions kept apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from groundswell.query.figures import Figures
from groundswell.report.charts import charts
from groundswell.report.fidelity import fidelity
from groundswell.report.saved import story_from
from groundswell.report.verifier import Evidence, Verifier
from groundswell.report.writer import Brief
from groundswell.store import Store
from groundswell.types import Claim, Draft, Section, Sentence, Story, Verdict
from groundswell.types.claim import as_json
from groundswell.types.snapshot import canonical

FEWEST_SENTENCES = 5
SAME_STORY = 30  # days within which news of a subject goes on with its story
CITED = ("quote", "attribution")  # kinds whose record gets a number in the text
CLOCKS = frozenset({"day", "first", "last", "watch", "switch", "first_days"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A draft after every verifier saw every sentence."""

    passed: Mapping[Sentence, tuple[Verdict, ...]]
    dropped: tuple[tuple[str, str], ...]


def judge(draft: Draft, verifiers: Sequence[Verifier], show: Evidence) -> Judged:
    """Which sentences every verifier lets pass, and why the others do not."""
    claims = {claim.id: claim for claim in draft.claims}
    passed: dict[Sentence, tuple[Verdict, ...]] = {}
    dropped: list[tuple[str, str]] = []
    for sentence in draft.sentences():
        cited = [claims[i] for i in sentence.claims]
        verdicts = [v for verifier in verifiers for v in verifier(sentence, cited, show)]
        bad = [v for v in verdicts if v.finding not in ("holds", "withdrawn")]
        if bad:
            dropped.append((sentence.text, f"{bad[0].by}: {bad[0].reason}"))
        else:
            passed[sentence] = tuple(verdicts)
    return Judged(passed=passed, dropped=tuple(dropped))


def compose(brief: Brief, draft: Draft, judged: Judged, figures: Figures,
            hypothesis: str) -> Story | str:  # fmt: skip
    """The story of what passed, as version 1, or why there is none."""
    if draft.headline not in judged.passed or draft.deck not in judged.passed:
        why = next((why for text, why in judged.dropped
                    if text in (draft.headline.text, draft.deck.text)), "")  # fmt: skip
        return f"its headline or deck did not pass ({why})"
    sections = _sections(draft, judged)
    body = [s for section in sections for s in section.sentences]
    if len(body) < FEWEST_SENTENCES:
        return f"only {len(body)} sentences passed, fewer than {FEWEST_SENTENCES}"
    claims = _cited(draft, [draft.headline, draft.deck, *body])
    drafted = len(draft.sentences())
    return Story(
        slug=slug(draft, brief.subject), version=1, night=brief.night, subject=brief.subject,
        beat=brief.beat, snapshot=figures.snapshot, headline=draft.headline, deck=draft.deck,
        sections=sections, claims=claims,
        citations=citations([draft.headline, draft.deck, *body], claims),
        verdicts=tuple(v for verdicts in judged.passed.values() for v in verdicts),
        fidelity=fidelity(claims, drafted=drafted, kept=drafted - len(judged.dropped)),
        hypothesis=hypothesis, obligations=brief.obligations, dropped=judged.dropped,
        invented=brief.invented,
        extra={"charts": charts(brief, figures), "label": brief.label,
               "names": dict(sorted(brief.names.items()))},
    )  # fmt: skip


def continued(store: Store, story: Story) -> tuple[Story, bool]:
    """The story under the slug and version it gets, and whether it says anything new.

    News of a subject within 30 days goes on with the same story; a version that differs from
    the last in nothing but the night is not kept.
    """
    rows = store.rows("stories_of_subject", subject=story.subject,
                      since=story.night - SAME_STORY)  # fmt: skip
    if not rows:
        return story, True
    last = story_from(json.loads(rows[0]["body"]))
    newest = max(row["version"] for row in rows if row["slug"] == last.slug)
    if substance(last) == substance(story):
        return last, False
    return replace(story, slug=last.slug, version=newest + 1), True


def substance(story: Story) -> str:
    """What a story says, whatever the night: its claims' numbers without dates and windows."""
    plain = [as_json(claim) for claim in story.claims]
    told = [
        [c["kind"], c["subject"], c["query"]["op"], c["query"].get("communities"), c["estimate"],
         c["status"], c["licence"], {k: v for k, v in c["values"].items() if k not in CLOCKS}]
        for c in plain
    ]  # fmt: skip
    return canonical(sorted(map(canonical, told)))


def slug(draft: Draft, subject: str) -> str:
    """Three or four words of the headline and four hex digits."""
    words = draft.slug_words or ("story",)
    digest = hashlib.sha256(f"{subject}|{draft.headline.text}".encode()).hexdigest()
    return "-".join((*words[:4], digest[:4]))


def citations(sentences: Sequence[Sentence], claims: Sequence[Claim]) -> tuple[str, ...]:
    """Records cited by number, in the order in which the text first comes to them."""
    by_id = {claim.id: claim for claim in claims}
    cited = [by_id[i].evidence[0] for s in sentences for i in s.claims if by_id[i].kind in CITED]
    return tuple(dict.fromkeys(cited))


def _sections(draft: Draft, judged: Judged) -> tuple[Section, ...]:
    sections = []
    for section in draft.sections:
        kept = tuple(s for s in section.sentences if s in judged.passed)
        if kept:
            sections.append(Section(title=section.title, sentences=kept))
    return tuple(sections)


def _cited(draft: Draft, sentences: Sequence[Sentence]) -> tuple[Claim, ...]:
    """Claims the sentences rest on, and those that cut against them."""
    wanted = {i for sentence in sentences for i in sentence.claims}
    wanted |= {i for claim in draft.claims if claim.id in wanted for i in claim.counter}
    return tuple(claim for claim in draft.claims if claim.id in wanted)
