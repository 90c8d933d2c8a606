"""What tickets leave out, and how many say what another said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from groundswell.measure.indicators.flow import Parts
from groundswell.measure.indicators.week import Week
from groundswell.measure.tickets.similar import pairs
from groundswell.measure.tickets.template import inferred, lacks

RECENT = timedelta(days=180)  # in which templates are looked for
BEFORE = timedelta(days=90)  # in which a repetition counts


def noncompliant(week: Week) -> Parts:
    """The share of this week's tickets with an empty or missing required part, of those whose
    repository had a template for their kind. Templates are inferred from the half year before."""
    recent = [one for one in week.people() if one.opened >= week.end - RECENT]
    templates = inferred(recent)
    kinds = {template.kind for template in templates}
    asked = {one.id for one in week.opened() if one.kind in kinds}
    found = lacks([replace(one, closed=None) for one in recent], templates) if asked else []
    return [(len(asked & {lack.ticket.id for lack in found}), len(asked))]


def repeated(week: Week) -> Parts:
    """The share of this week's tickets that say what another author's ticket of the 90 days
    before said, by the rules of `groundswell triage` without its reader: few and sure."""
    here = {one.id for one in week.opened()}
    near = [one for one in week.people() if one.opened >= week.start - BEFORE]
    found = {
        pair.second.id
        for pair in (pairs(near) if here else ())
        if pair.second.id in here and pair.first.author != pair.second.author
    }
    return [(len(found), len(here))]
