"""How many: voices on a subject, people who answered a thread, people who shared a link."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures, people
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind


class Count:
    """A plain number of distinct people or outlets."""

    kind: ClassVar[ClaimKind] = "count"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """One of the ops voices, answered and shared; None when nobody was counted."""
        op = {"voices": _voices, "answered": _answered, "shared": _shared}[question.op]
        found = op(question, figures)
        return make.claim(self.kind, question, figures, found) if found else None


def _voices(question: Question, figures: Figures) -> Found | None:
    cells = make.asked(question, figures)
    if not people(cells) or (question.unit == "person" and make.nameless(cells)):
        return None
    spoken = {cell.community for cell in cells if cell.records and cell.author}
    n = make.numbers(cells, question.unit)
    return Found(
        estimate=len(people(cells)), unit="people" if question.unit == "person" else "outlets",
        n=n, values={"records": n.records, "communities": len(spoken)},
        evidence=make.evidence(question, figures),
    )  # fmt: skip


def _answered(question: Question, figures: Figures) -> Found | None:
    root = figures.post(str(question.args["root"]))
    if root is None:
        return None
    rows = figures.replies(root.id, question.start, question.stop)
    others = [row for row in rows if row["author"] and row["author"] != root.author]
    if not others:
        return None
    n = Numbers(records=len(rows), authors=len({row["author"] for row in rows if row["author"]}),
                threads=1, communities=len({row["community"] for row in rows}))  # fmt: skip
    ids = [root.id, *(row["id"] for row in rows)]
    return Found(estimate=len({row["author"] for row in others}), unit="people", n=n,
                 values={"day": root.day}, evidence=ids)  # fmt: skip


def _shared(question: Question, figures: Figures) -> Found | None:
    rows = figures.sharers(str(question.args["url"]), question.start, question.stop)
    authors = {row["author"] for row in rows if row["author"]}
    if not authors:
        return None
    n = Numbers(records=len(rows), authors=len(authors), threads=len({r["root"] for r in rows}),
                communities=len({row["community"] for row in rows}))  # fmt: skip
    return Found(estimate=len(authors), unit="people", n=n, values={"day": rows[0]["day"]},
                 evidence=[row["id"] for row in rows])  # fmt: skip
