"""What happened: an event or a person's words, then how the talk moved and who covered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from groundswell.report.prose import openings, verbs, voices
from groundswell.report.prose.dates import between, day
from groundswell.report.prose.heads import emerged, licensed, outlets, verb
from groundswell.report.prose.lists import capital, join
from groundswell.report.prose.numbers import count, figure, times
from groundswell.report.prose.scene import Scene, quoted
from groundswell.types import Claim

MOST_TIMES = 12  # beyond it a ratio to next to nothing says more than we know


def tell(scene: Scene, lead: Claim) -> None:
    """The first section."""
    covered = outlet_claims(scene)
    covered.sort(key=lambda c: c.values["record"] not in titles(scene))
    opened = bool(covered) and (lead.kind == "coverage" or bool(scene.brief.obligations))
    if opened:
        _outlet(scene, covered[0])
    else:
        _open(scene)
    _moved(scene)
    _renamed(scene)
    _covered(scene, covered, opened)


def _outlet(scene: Scene, article: Claim) -> None:
    """An outlet's piece, in its own title where that may be quoted."""
    title = titles(scene).get(article.values["record"])
    slots = {"x": scene.name, "place": article.values["place"], "day": day(article.values["day"])}
    if title:
        scene.say("hook", "hook", openings.HOOK_TITLE, [title, article], weight=10,
                  **slots, **quoted(title))  # fmt: skip
    else:
        scene.say("hook", "hook", openings.HOOK_OUTLET, [article], weight=9, **slots)


def titles(scene: Scene) -> dict[str, Claim]:
    """Quoted titles by record."""
    return {c.values["record"]: c for c in scene.quotes("outlet")}


def outlet_claims(scene: Scene) -> list[Claim]:
    """Articles of outlets, by day."""
    found = [c for c in scene.all("attribution", "published") if c.population.unit == "outlet"]
    return sorted(found, key=by_date)


def by_date(article: Claim) -> tuple[int, str]:
    """Sorts articles by day, those of one day by outlet."""
    return (article.values["day"], article.values["place"])


def _open(scene: Scene) -> None:
    answered, shared = scene.one("count", "answered"), scene.one("count", "shared")
    quotes = scene.quotes()
    if quotes and (place := scene.published(quotes[0].values["record"])):
        scene.say("hook", "hook", openings.HOOK_QUOTE, [quotes[0], place], weight=10,
                  place=scene.place(place.values["place"]), day=day(place.values["day"]),
                  **quoted(quotes[0]))  # fmt: skip
    root = str(answered.query["root"]) if answered else ""
    at = scene.published(root)
    same = bool(scene.told) and quotes[0].values["record"] == root
    if at and not same and not scene.told:
        scene.say("hook", "post", openings.HOOK_POST, [at], weight=9, x=scene.name,
                  place=scene.place(at.values["place"]), day=day(at.values["day"]),
                  place_end=scene.place(at.values["place"], end=True))  # fmt: skip
        same = True
    if answered and same:
        scene.say("hook", "answered", openings.ANSWERED, [answered], weight=6,
                  people=_people(answered.estimate), **scene.when(answered))  # fmt: skip
    if shared:
        scene.say("hook", "shared", openings.SHARED, [shared], weight=6,
                  people=_people(shared.estimate), day=day(shared.values["day"]),
                  **scene.when(shared))  # fmt: skip


def _moved(scene: Scene) -> None:
    rate, peak = licensed(scene, "voices"), scene.one("burst", "peak")
    if rate:
        before, now = rate.values["before"], rate.values["now"]
        templates: Sequence[str] = voices.GREW_FROM_TO
        if round(before) < 2 or round(now) == round(before):
            templates = voices.GREW_TIMES if rate.estimate <= MOST_TIMES else voices.GREW_PLAIN
        scene.say("hook", "grew", templates, [rate], weight=8, verb=verb(rate),
                  before=figure(before), now=figure(now), times=times(rate.estimate),
                  **scene.when(rate))  # fmt: skip
    unheard = emerged(scene)
    if unheard:
        scene.say("hook", "unheard", voices.UNHEARD, [unheard], weight=8,
                  records=count(unheard.values["searched"], "record", "records"),
                  **scene.when(unheard))  # fmt: skip
    if peak and (rate or unheard):
        scene.say("hook", "peak", voices.PEAK, [peak], weight=2, people=_people(peak.estimate),
                  day=day(peak.values["day"]), **scene.when(peak))  # fmt: skip


def _renamed(scene: Scene) -> None:
    rename = scene.one("rename", "alias")
    if rename:
        old, new = rename.values["names_in_order"][-2:]
        scene.say("hook", "renamed", voices.RENAMED, [rename], weight=9, old=old, new=new,
                  day=day(rename.values["switch"]))  # fmt: skip


def _covered(scene: Scene, articles: list[Claim], opened: bool) -> None:
    coverage = scene.one("coverage", "outlets")
    if coverage and coverage.estimate >= 2 and not opened and coverage.id not in scene.deck:
        span = between(coverage.values["first"], coverage.values["last"])
        scene.say("hook", "coverage", voices.COVERAGE, [coverage], weight=7, when=span,
                  when_c=capital(span), outlets=outlets(coverage))  # fmt: skip
    told = sorted(articles[1:] if opened else articles, key=by_date)
    quotable = titles(scene) if opened else {}
    second = next((a for a in told[1:] if a.values["record"] in quotable), None)
    if told:
        scene.say("hook", "outlets", voices.OUTLETS if len(told) > 1 else voices.OUTLET, told,
                  weight=6, list=by_day(told), place=told[0].values["place"],
                  day=day(told[0].values["day"]))  # fmt: skip
    if second:
        title = quotable[second.values["record"]]
        scene.say("hook", "title", openings.TITLE, [title, second], weight=6,
                  place=second.values["place"], day=day(second.values["day"]),
                  **quoted(title))  # fmt: skip


def by_day(articles: list[Claim]) -> str:
    """Outlets with their dates; those of one day are a tie, not an order."""
    days: dict[int, list[str]] = defaultdict(list)
    for article in articles:
        if article.values["place"] not in days[article.values["day"]]:
            days[article.values["day"]].append(article.values["place"])
    parts = []
    for n, number in enumerate(sorted(days)):
        names = join(sorted(days[number]))
        parts.append(f"{names} {'wrote about it ' if n == 0 else ''}on {day(number)}")
    return "; ".join(parts) if any("," in part for part in parts) else join(parts)


def _people(n: float) -> str:
    return count(n, "person", "people")


def noun(claim: Claim) -> str:
    """What a change is called once it has been told."""
    return verbs.NOUNS[verbs.pick(claim.licence.verbs)]
