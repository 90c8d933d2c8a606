"""What we could not tell, and what to watch."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.report.prose import founding
from groundswell.report.prose import limits as words
from groundswell.report.prose.dates import day
from groundswell.report.prose.happened import noun
from groundswell.report.prose.lists import join
from groundswell.report.prose.scene import Scene
from groundswell.types import Claim

FEW = 15  # people under which no tone is told


def tell(scene: Scene, lead: Claim) -> None:
    """The last two sections."""
    if scene.brief.obligations:
        founding.untold(scene)
    few = [c for c in scene.local("count", "voices") if c.estimate < FEW][:4]
    if few:
        scene.say("unknown", "few", words.FEW, few, weight=8,
                  places=join([scene.name_of(c) for c in few]))  # fmt: skip
    untold = next((c for c in scene.all("change", "tone") if not c.licence.verbs), None)
    if untold:
        scene.say("unknown", "tone", words.TONE_UNTOLD, [untold], weight=8)
    every = scene.one("count", "voices", everywhere=True)
    if every and not any(t.sentence.move == "unknown" for t in scene.told):
        scene.say("unknown", "elsewhere", words.ELSEWHERE_UNREAD, [every], weight=6)
    _watch(scene, lead)


def _watch(scene: Scene, lead: Claim) -> None:
    watched = [c for c in (lead, *scene.brief.claims) if "watch" in c.values]
    if not watched:
        return
    alike = [c for c in watched if c.kind == lead.kind]
    claim = alike[0] if alike else watched[0]
    op = str(claim.query["op"])
    templates: Sequence[str] = {"voices": words.WATCH_RATE, "tone": words.WATCH_TONE,
                 "outlets": words.WATCH_OUTLETS}.get(op, words.WATCH_SHARE)  # fmt: skip
    if claim.licence.hedged:
        templates = words.WATCH_HEDGED[op if op in words.WATCH_HEDGED else "share"]
    weak = [c for c in scene.brief.claims if c.id in claim.counter and c.kind == "share"]
    scene.say("watch", "watch", templates, [claim, *weak], weight=10,
              watch=day(claim.values["watch"]),
              noun=noun(claim) if claim.kind == "change" else "")  # fmt: skip
