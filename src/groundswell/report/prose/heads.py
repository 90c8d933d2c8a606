"""The headline and the line under it: what is known, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.report.prose import openings as words
from groundswell.report.prose import verbs
from groundswell.report.prose.dates import between, day, within
from groundswell.report.prose.lists import capital, join
from groundswell.report.prose.numbers import count, figure
from groundswell.report.prose.scene import Scene
from groundswell.types import Claim, Sentence


def headline(scene: Scene) -> tuple[Sentence, Claim] | None:
    """The headline and the claim it rests on first; None when nothing is known."""
    x = scene.name
    tone, rate = licensed(scene, "tone"), licensed(scene, "voices")
    rename = scene.one("rename", "alias")
    coverage = scene.one("coverage", "outlets")
    voices = scene.one("count", "voices", everywhere=True)
    if rate and rename:
        old, new = rename.values["names_in_order"][-2:]
        return _told(scene, words.HEADLINE_RENAMED, [rate, rename], old=old, new=new,
                     day=day(rename.values["switch"]), verb=verb(rate))  # fmt: skip
    if tone:
        return _told(scene, words.HEADLINE_TONE, [tone], x=x, verb=verb(tone))
    if rate:
        return _told(scene, words.HEADLINE_VOICES, [rate], x=x, verb=verb(rate),
                     window=within(rate.window))  # fmt: skip
    unheard = emerged(scene)
    if unheard and voices and not (coverage and coverage.family):  # a test found its coverage
        return _told(scene, words.HEADLINE_NEW, [voices, unheard], x=x)
    if coverage and coverage.estimate >= 2:
        span = between(coverage.values["first"], coverage.values["last"])
        return _told(scene, words.HEADLINE_COVERAGE, [coverage], x=x, when=span,
                     when_c=capital(span), outlets=outlets(coverage))  # fmt: skip
    if voices and voices.values["communities"] >= 2:
        return _told(scene, words.HEADLINE_SHARE, [voices], x=x,
                     places=figure(voices.values["communities"]))  # fmt: skip
    return None


def deck(scene: Scene, lead: Claim) -> Sentence | None:
    """Where it is talked of and who wrote about it, unless the headline says so."""
    local = scene.local("count", "voices")[:3]
    coverage = scene.one("coverage", "outlets")
    said = lead.kind == "coverage" and bool(local)
    several = coverage if coverage and coverage.estimate >= 2 and not said else None
    slots = {
        "places": join([scene.name_of(c) for c in local]),
        "outlets": outlets(several) if several else "",
        "window": within(local[0].window) if local else "",
        "window_c": capital(within(local[0].window)) if local else "",
        "when": between(several.values["first"], several.values["last"]) if several else "",
    }
    claims: Sequence[Claim] = [*local, *([several] if several else [])]
    if not claims:
        return None
    templates = words.DECK_BOTH if local and several else words.DECK_PLACES if local \
        else words.DECK_OUTLETS  # fmt: skip
    text, ids = scene.words("deck", templates, claims, **slots)
    return Sentence(move="deck", text=text, claims=ids)


def emerged(scene: Scene) -> Claim | None:
    """That nobody had named it before, where that is the news."""
    return next((c for c in scene.all("absence", "none") if not c.query["communities"]), None)


def licensed(scene: Scene, op: str) -> Claim | None:
    """The first change whose numbers license a verb."""
    return next((c for c in scene.all("change", op) if c.licence.verbs), None)


def verb(claim: Claim) -> str:
    """A change's verb in the past, hedged where it must be."""
    return verbs.past(verbs.pick(claim.licence.verbs), hedged=claim.licence.hedged)


def outlets(claim: Claim) -> str:
    """Independent outlets in words."""
    return count(claim.estimate, "independent outlet", "independent outlets")


def _told(scene: Scene, templates: Sequence[str], claims: Sequence[Claim],
          **slots: str) -> tuple[Sentence, Claim]:  # fmt: skip
    text, ids = scene.words("headline", templates, claims, **slots)
    return Sentence(move="headline", text=capital(text), claims=ids), claims[0]
