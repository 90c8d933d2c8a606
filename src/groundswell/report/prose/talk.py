"""Who is talking: how many people, where, and how large a part of those who write there."""

from __future__ import annotations

from groundswell.report.prose import voices
from groundswell.report.prose.lists import join
from groundswell.report.prose.numbers import count, figure, share
from groundswell.report.prose.scene import Scene
from groundswell.types import Claim

FEW = 5  # people under which a place is named without a number
CROWDED, MOST = 5, 8  # communities told of together, and how many of them by name
RANKS = {1: "", 2: "second ", 3: "third "}
PLURALS = {
    "person": "persons", "organization": "organizations", "state": "states",
    "government": "governments", "product": "products", "technology": "technologies",
    "legislation": "bills", "concept": "concepts",
}  # fmt: skip


def tell(scene: Scene) -> None:
    """The second section."""
    _all(scene)
    local, shown = scene.local("count", "voices"), 1
    if len(local) >= CROWDED:
        scene.say("who", "places", voices.PLACES_ALL, local, weight=6,
                  places=join([scene.name_of(c) for c in local[:MOST]]))  # fmt: skip
    elif len(local) > 1:
        shown = 2 if local[1].estimate >= FEW else 1
        _top(scene, local[:shown])
    rest = local[shown:] if len(local) < CROWDED else []
    if len(rest) == 1 and shown > 1 and rest[0].estimate >= FEW:
        scene.say("who", "elsewhere one", voices.ELSEWHERE_ONE, rest, weight=6,
                  a=scene.place(scene.name_of(rest[0])),
                  n_a=count(rest[0].estimate, "person", "people"))  # fmt: skip
    elif rest:
        scene.say("who", "elsewhere", voices.ELSEWHERE, rest, weight=6,
                  places=join([scene.name_of(c) for c in rest]))  # fmt: skip
    _once(scene)
    contrast = scene.one("ratio", "contrast")
    if contrast and contrast.estimate > 0:
        verbs = ("appear to have named", "named")
        if scene.beat:
            verbs = ("appear to have written about", "wrote about")
        did = verbs[0] if contrast.licence.hedged else verbs[1]
        place = scene.brief.names.get(contrast.query["left"][0], contrast.query["left"][0])
        scene.say("who", "contrast", voices.CONTRAST, [contrast], weight=5, did=did,
                  a=scene.place(place))  # fmt: skip
    rank = scene.one("rank", "entities")
    if rank and rank.estimate in RANKS and rank.values["of"] >= 5:
        scene.say("who", "rank", voices.RANK, [rank], weight=1, of=figure(rank.values["of"]),
                  rank=RANKS[round(rank.estimate)],
                  type=PLURALS[rank.values["type"]])  # fmt: skip


def told(claim: Claim) -> str:
    """A share in words, or the quantifier its numbers license."""
    for word in ("nearly all", "most"):
        if word in claim.licence.quantifiers:
            return word
    low, high = (claim.interval.low, claim.interval.high) if claim.interval else (0.0, 1.0)
    return share(claim.estimate, low, high)


def _all(scene: Scene) -> None:
    claim = scene.one("count", "voices", everywhere=True)
    if claim is None:
        return
    people = count(claim.estimate, "person", "people")
    if people in scene.deck_text:
        return
    if claim.values["communities"] > 1:
        scene.say("who", "voices", voices.VOICES, [claim], weight=8, people=people,
                  n=figure(claim.estimate),
                  places=figure(claim.values["communities"]), **scene.when(claim))  # fmt: skip
        return
    place = next((scene.name_of(c) for c in scene.local("count", "voices")), "")
    scene.say("who", "voices", voices.VOICES_ONE, [claim], weight=8, people=people,
              place=scene.place(place), place_end=scene.place(place, end=True),
              **scene.when(claim))  # fmt: skip


def _top(scene: Scene, local: list[Claim]) -> None:
    a, b = local[0], local[-1]
    first, second = scene.name_of(a), scene.name_of(b)
    templates = voices.PLACES_TWO if len(local) > 1 else voices.ELSEWHERE_ONE
    scene.say("who", "places", templates, local, weight=5,
              n_a=count(a.estimate, "person", "people"), n_b=figure(b.estimate),
              a=scene.place(first), b=scene.place(second),
              b_end=scene.place(second, end=True))  # fmt: skip


def _once(scene: Scene) -> None:
    for claim in scene.local("share", "once")[:1]:
        if claim.values["part"] >= 5:
            templates = voices.ONCE_HEDGED if claim.licence.hedged else voices.ONCE
            scene.say("who", "once", templates, [claim], weight=4,
                      been="written about" if scene.beat else "named",
                      a=scene.place(scene.name_of(claim)), share=told(claim),
                      **scene.when(claim))  # fmt: skip
