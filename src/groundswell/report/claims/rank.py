"""Where an entity stands among the desk's entities of its type, by voices."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim
from groundswell.types.claim import ClaimKind


class Rank:
    """A place in a ranking; entities with as many voices share the better place."""

    kind: ClassVar[ClaimKind] = "rank"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op entities; None for a subject that is no entity of the desk or was not named."""
        slug = question.subject.removeprefix("entity/")
        entity = figures.desk.entity(slug)
        cells = make.asked(question, figures)
        voices = figures.entities(question.unit, question.start, question.stop,
                                  question.communities)  # fmt: skip
        if entity is None or not voices.get(slug) or make.nameless(cells):
            return None
        own = len(voices[slug])
        rivals = [len(voices.get(e.slug, ())) for e in figures.desk.entities
                  if e.type == entity.type and e.slug != slug]  # fmt: skip
        place = 1 + sum(1 for rival in rivals if rival > own)
        values = {"of": len(rivals) + 1, "voices": own, "type": entity.type,
                  "next": max((r for r in rivals if r <= own), default=0)}  # fmt: skip
        found = Found(estimate=place, unit="rank", n=make.numbers(cells, question.unit),
                      values=values, evidence=make.evidence(question, figures))  # fmt: skip
        return make.claim(self.kind, question, figures, found)
