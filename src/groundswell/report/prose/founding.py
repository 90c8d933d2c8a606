"""The story of a registered hypothesis: titled by what is known, open about what is not."""

from __future__ import annotations

from groundswell.report.licence import FIRM
from groundswell.report.prose import limits
from groundswell.report.prose import tone as words
from groundswell.report.prose.dates import between, dates
from groundswell.report.prose.lists import join
from groundswell.report.prose.numbers import WORDS, count, figure, share
from groundswell.report.prose.scene import Scene, Slot, did
from groundswell.types import Claim


def agreed(scene: Scene) -> Claim | None:
    """That many write warmly in several communities, each counted by itself."""
    found = [c for c in pooled(scene) if "many" in c.licence.quantifiers
             and c.values["whole"] >= FIRM]  # fmt: skip
    return max(found, key=lambda c: len(c.query["communities"]), default=None)


def divided(scene: Scene, warm: Claim) -> Claim | None:
    """That many write coldly in the same communities, unless they are clearly fewer: who tells one
    side must tell the other."""
    for cold in scene.all("share", "cold"):
        same = cold.window == warm.window and (
            cold.query["communities"] == warm.query["communities"]
        )
        if same and "many" in cold.licence.quantifiers and cold.interval and warm.interval:
            return cold if cold.interval.high >= warm.interval.low else None
    return None


def pooled(scene: Scene) -> list[Claim]:
    """Warm shares over several named communities."""
    return [c for c in scene.all("share", "warm") if len(c.query["communities"]) > 1]


def slots(warm: Claim, coverage: Claim | None) -> dict[str, Slot]:
    """What headline and deck ask for."""
    told: dict[str, Slot] = {"places": figure(len(warm.query["communities"]))}
    if coverage:
        first, last = coverage.values["first"], coverage.values["last"]
        days = last - first + 1
        told |= {
            "outlets": count(coverage.estimate, "outlet", "outlets"),
            "when": f"in {WORDS[days]} days" if 1 < days < len(WORDS) else between(first, last),
            "span": dates(first, last),
        }
    return told


def by_place(scene: Scene) -> bool:
    """Where most wrote warmly, where many did, and how far apart the communities lie."""
    local = {scene.name_of(c): c for c in scene.local("share", "warm")
             if c.values["whole"] >= FIRM}  # fmt: skip
    if len(local) < 2:
        return False
    most = [name for name, c in local.items() if "most" in c.licence.quantifiers]
    many = [name for name, c in local.items() if "many" in c.licence.quantifiers
            and name not in most]  # fmt: skip
    if most:
        whole = scene.one("share", "warm", everywhere=True)
        again = whole is not None and "most" in whole.licence.quantifiers
        scene.say("say", "most here", words.MOST_TOO if again else words.MOST_HERE,
                  [local[n] for n in most], weight=7, places=join(most),
                  did=did([local[n] for n in most]))  # fmt: skip
    if many:
        templates = words.MANY_HERE if most else words.MANY_FIRST
        scene.say("say", "many here", templates, [local[n] for n in many], weight=7,
                  places=join(many), did=did([local[n] for n in many]))  # fmt: skip
    if most or many:
        low, high = (f(local, key=lambda n: (local[n].estimate, n)) for f in (min, max))
        hedged = local[low].licence.hedged or local[high].licence.hedged
        between = words.FROM_TO_HEDGED if hedged else words.FROM_TO
        scene.say("say", "from to", between, [local[low], local[high]], weight=5,
                  a=low, b=high, low=_share(local[low]), high=_share(local[high]))  # fmt: skip
    return bool(most or many)


def company(scene: Scene) -> list[Claim]:
    """The two names whose company the hypothesis asks about, where both can be told firmly."""
    others = {c.subject[0] for c in scene.all("context", "entity")}
    pairs = [c for c in scene.all("cooccurrence", "pair")
             if c.subject[1] not in others and c.status == "proven"]  # fmt: skip
    return pairs if len(pairs) == 2 else []


def untold(scene: Scene) -> None:
    """What of the hypothesis has no answer yet, and what its tests could not tell."""
    coverage = scene.one("coverage", "outlets")
    if coverage and coverage.estimate >= 2 and not coverage.family:
        scene.say("unknown", "coverage", limits.COVERAGE_UNTOLD, [coverage], weight=9,
                  outlets=count(coverage.estimate, "outlet", "outlets"))  # fmt: skip
    volume = next((c for c in scene.all("change", "voices") if not c.licence.verbs), None)
    if volume:
        scene.say("unknown", "volume", limits.VOLUME_UNTOLD, [volume], weight=9,
                  now=figure(volume.values["now"]), before=figure(volume.values["before"]),
                  **scene.when(volume))  # fmt: skip
    _untested(scene)


def _untested(scene: Scene) -> None:
    """One sentence with every part of the hypothesis that this version has no test for."""
    asked = {o.kind for o in scene.brief.obligations if o.outcome == "not tested yet"}
    names = {c.subject[0]: c for c in scene.all("context", "entity")}
    own = names.pop(scene.brief.subject, None)
    if own is None:
        return
    sources, beside = list(names.values())[:2], company(scene)
    parts, claims = [], [own]
    for kind, words_, needs in (
        ("convergence", limits.AGREE, []), ("frame", limits.FRAME, []),
        ("cooccurrence", limits.PAIRS, beside), ("analogy", limits.ANALOGY, sources),
        ("contradiction", limits.OWN, []),
    ):  # fmt: skip
        if kind in asked and (len(needs) == 2 or kind not in ("cooccurrence", "analogy")):
            parts.append(words_)
            claims += needs
    if not parts:
        return
    printed = {f"source_{key}": str(c.values["text"])
               for key, c in zip("ab", sources, strict=False)}  # fmt: skip
    printed |= {key: scene.brief.names[c.subject[1]]
                for key, c in zip("ab", beside, strict=False)}  # fmt: skip
    scene.say("unknown", "untested", [limits.UNTESTED.format(list=join(parts))], claims,
              weight=10, **printed)  # fmt: skip


def _share(claim: Claim) -> str:
    low, high = (claim.interval.low, claim.interval.high) if claim.interval else (0.0, 1.0)
    return share(claim.estimate, low, high)
