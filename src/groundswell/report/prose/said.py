"""What they say, and what cuts the other way."""

from __future__ import annotations

from groundswell.report.licence import FIRM
from groundswell.report.prose import founding
from groundswell.report.prose import tone as words
from groundswell.report.prose.dates import day
from groundswell.report.prose.heads import leaning, licensed, verb
from groundswell.report.prose.numbers import count, figure
from groundswell.report.prose.scene import Scene, did, quoted
from groundswell.report.prose.talk import told
from groundswell.types import Claim
from groundswell.types.story import Move

LEAST = 0.05  # a share under which nothing cuts the other way
HOW = {"warm": "warmly", "cold": "coldly"}


def tell(scene: Scene) -> None:
    """The third section, and the fourth."""
    strong = _strong(scene)
    cut = strong.counter if strong else ()
    opening = scene.hooked
    quotes = [c for c in scene.quotes() if c.id not in cut and c.id not in opening]
    against = [c for c in scene.quotes() if c.id in cut]
    if strong and strong.id not in scene.deck:
        _share(scene, strong)
    for quote in quotes[:1]:
        _quote(scene, "say", "quote one", quote)
    changed = licensed(scene, "tone")
    if changed:
        scene.say("say", "changed", words.TONE_CHANGED, [changed], weight=9, verb=verb(changed),
                  **scene.when(changed))  # fmt: skip
    if strong:
        _here(scene, strong)
    for quote in quotes[1:2]:
        _quote(scene, "say", "quote two", quote)
    _pairs(scene)
    _against(scene, strong, against)


def _strong(scene: Scene) -> Claim | None:
    """The leaning more people have."""
    return next((c for op in HOW for c in scene.all("share", op)
                 if not c.query["communities"] and c.counter), None)  # fmt: skip


def _share(scene: Scene, claim: Claim) -> None:
    scene.say("say", "tone", words.WARM if claim.query["op"] == "warm" else words.COLD, [claim],
              weight=8, **leaning(claim), **scene.when(claim))  # fmt: skip


def _here(scene: Scene, strong: Claim) -> None:
    """Up to two communities whose people can be told of by themselves, and differently."""
    op = str(strong.query["op"])
    if scene.brief.obligations and op == "warm" and founding.by_place(scene):
        return
    firm = [c for c in scene.local("share", op) if c.values["whole"] >= FIRM
            and told(c) != told(strong)]  # fmt: skip
    for n, claim in enumerate(firm[:2]):
        place = scene.place(scene.name_of(claim))
        scene.say("say", f"here {n}", words.TONE_HERE, [claim], weight=3, a=place,
                  share_l=told(claim), how=HOW[op], did=did([claim]))  # fmt: skip


def _quote(scene: Scene, move: Move, key: str, quote: Claim) -> None:
    place = scene.published(quote.values["record"])
    if place:
        templates = words.QUOTE_AGAINST if move == "disagree" else words.QUOTE
        scene.say(move, key, templates, [quote, place], weight=7, day=day(place.values["day"]),
                  place=scene.place(place.values["place"]), **quoted(quote))  # fmt: skip


def _pairs(scene: Scene) -> None:
    pairs = scene.all("cooccurrence", "pair")
    names = scene.brief.names
    if scene.brief.obligations:
        pairs = founding.company(scene)
    if len(pairs) == 2 and scene.brief.obligations:
        a, b = pairs
        scene.say("say", "pairs", words.PAIRS, [a, b], weight=6,
                  a=names[a.subject[1]], b=names[b.subject[1]],
                  n_a=count(a.estimate, "person", "people"),
                  n_b=figure(b.estimate))  # fmt: skip
        return
    for pair in pairs:
        if pair.interval and pair.interval.low > 1 and pair.status == "proven":
            scene.say("say", "pair", words.PAIR, [pair], weight=3, other=names[pair.subject[1]],
                      people=count(pair.estimate, "person", "people"))  # fmt: skip
            return


def _against(scene: Scene, strong: Claim | None, quotes: list[Claim]) -> None:
    weak = next((c for c in scene.brief.claims if strong and c.id in strong.counter
                 and c.kind == "share"), None)  # fmt: skip
    if weak and weak.estimate >= LEAST and weak.values["whole"] >= FIRM:
        scene.say("disagree", "against", words.AGAINST_SHARE, [weak], weight=8,
                  share_l=told(weak), how=HOW[str(weak.query["op"])],
                  did=did([weak]))  # fmt: skip
    for quote in quotes:
        _quote(scene, "disagree", "quote against", quote)
    for absent in scene.local("absence", "none")[:1]:
        scene.say("disagree", "absent", words.ABSENT, [absent], weight=7,
                  a=scene.place(scene.name_of(absent)),
                  records=count(absent.values["searched"], "record", "records"),
                  **scene.when(absent))  # fmt: skip
