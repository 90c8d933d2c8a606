"""The headline and the line under it: what is known, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.report.prose import founding, verbs
from groundswell.report.prose import openings as words
from groundswell.report.prose.dates import between, day, within
from groundswell.report.prose.lists import capital, join
from groundswell.report.prose.numbers import count, figure
from groundswell.report.prose.scene import Scene, Slot, did
from groundswell.report.prose.talk import told
from groundswell.types import Claim, Sentence


def headline(scene: Scene) -> tuple[Sentence, Claim] | None:
    """The headline and the claim it rests on first; None when nothing is known."""
    x = scene.name
    tone, rate = licensed(scene, "tone"), licensed(scene, "voices")
    rename = scene.one("rename", "alias")
    coverage = scene.one("coverage", "outlets")
    voices = scene.one("count", "voices", everywhere=True)
    warm = founding.agreed(scene) if scene.brief.obligations else None
    if warm:
        several = coverage if coverage and coverage.estimate >= 2 else None
        return _agreed(scene, warm, several)
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


def _agreed(scene: Scene, warm: Claim, coverage: Claim | None) -> tuple[Sentence, Claim]:
    """How many write in several communities, the more numerous side first where there are two."""
    cold = founding.divided(scene, warm)
    sides = [warm, cold] if cold else [warm]
    sides.sort(key=lambda claim: -claim.estimate)
    how = ["warmly" if side is warm else "coldly" for side in sides]
    plain = {
        (False, False): words.HEADLINE_WARM, (False, True): words.HEADLINE_AGREED,
        (True, False): words.HEADLINE_BOTH, (True, True): words.HEADLINE_DIVIDED,
    }  # fmt: skip
    hedged = {
        (False, False): words.HEADLINE_WARM_HEDGED, (False, True): words.HEADLINE_AGREED_HEDGED,
        (True, False): words.HEADLINE_BOTH_HEDGED, (True, True): words.HEADLINE_DIVIDED_HEDGED,
    }  # fmt: skip
    told = hedged if any(side.licence.hedged for side in sides) else plain
    return _told(scene, told[cold is not None, coverage is not None],
                 [*sides, *([coverage] if coverage else [])], x=scene.name, first=how[0],
                 second=how[-1], **founding.slots(warm, coverage))  # fmt: skip


def deck(scene: Scene, lead: Claim) -> Sentence | None:
    """How many people on which communities, and who wrote about it, unless the headline says so."""
    everyone = scene.one("count", "voices", everywhere=True)
    coverage = scene.one("coverage", "outlets")
    local = [c for c in scene.all("count", "voices") if c.query["communities"]]
    here = max(local, key=lambda c: len(c.query["communities"]), default=None)
    if coverage and coverage.estimate < 2:
        coverage = None
    if lead.kind == "share" and everyone:
        claims = [everyone, *([coverage] if coverage else [])]
        templates = words.DECK_AGREED if coverage else words.DECK_WARM
        return _deck(scene, templates, claims, everyone, **founding.slots(everyone, coverage)
                     | {"places": figure(everyone.values["communities"])})  # fmt: skip
    if here:
        named = [scene.name_of(c) for c in scene.local("count", "voices")
                 if set(c.query["communities"]) <= set(here.query["communities"])]  # fmt: skip
        several = coverage if lead.kind != "coverage" else None
        strong = next((c for c in scene.brief.claims if c.kind == "share" and c.counter), None)
        if lead.kind == "change" and lead.query["op"] == "tone" and strong:
            if told(strong) not in ("most", "nearly all"):  # a figure would be of those places
                return _deck(scene, words.DECK_TONE_PLAIN, [strong], strong, **leaning(strong))
            return _deck(scene, words.DECK_TONE, [strong, *local], strong, places=join(named),
                         **leaning(strong))  # fmt: skip
        one = words.DECK_ONE if len(named) == 1 else words.DECK_BOTH
        return _deck(scene, one if several else words.DECK_PLACES,
                     [here, *([several] if several else [])], here, places=join(named),
                     outlets=outlets(several) if several else "")  # fmt: skip
    if coverage:
        when = between(coverage.values["first"], coverage.values["last"])
        return _deck(scene, words.DECK_OUTLETS, [coverage], coverage, outlets=outlets(coverage),
                     when=when, when_c=capital(when))  # fmt: skip
    return None


def _deck(scene: Scene, templates: Sequence[str], claims: Sequence[Claim], counted: Claim,
          **slots: Slot) -> Sentence:  # fmt: skip
    people = count(counted.estimate, "person", "people")
    text, ids = scene.words("deck", templates, claims,
                            **{"people": people} | scene.when(counted) | slots)  # fmt: skip
    scene.deck, scene.deck_text = ids, text
    return Sentence(move="deck", text=text, claims=ids)


def leaning(claim: Claim) -> dict[str, Slot]:
    """A share of people who write warmly or coldly, as the words that tell it."""
    part = told(claim)
    return {"share": part, "share_l": part,
            "how": "warmly" if claim.query["op"] == "warm" else "coldly",
            "did": did([claim])}  # fmt: skip


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
          **slots: Slot) -> tuple[Sentence, Claim]:  # fmt: skip
    text, ids = scene.words("headline", templates, claims, **slots)
    return Sentence(move="headline", text=capital(text), claims=ids), claims[0]
