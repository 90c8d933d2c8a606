"""Everything a story on one subject may rest on, asked in the order in which it is told."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.desk import Duty
from groundswell.query.figures import Figures, Post, people
from groundswell.report.ask import Asker
from groundswell.report.licence import FIRM
from groundswell.report.places import originals
from groundswell.report.quotes import Pick, Quotes, headline
from groundswell.types import Claim, Signal
from groundswell.types.series import EVERYTHING, EVERYWHERE, Unit
from groundswell.types.signal import Outcome

WEEK, MONTH = 7, 28
FEW = 15  # people under which a community's tone is not told
ANSWERS, SHARERS = 3, 3  # people that make a thread or a link worth telling of
PARTNERS = 3  # names told beside the subject
ARTICLES = 6
AHEAD = 30  # days until a finding is looked at again
SEARCHED = 50  # records that make an absence worth telling


def find(asker: Asker, signals: Sequence[Signal], duties: Sequence[Duty] = ()) -> None:
    """Ask for all claims on a subject; `duties` are the parts of the hypothesis it stands for."""
    figures, window = asker.figures, asker.window
    posts = figures.posts(asker.subject, *window)
    quotes = Quotes(asker.subject, posts, figures)
    root = _peg(asker)
    _volume(asker, signals, ("found", "could not tell") if duties else ("found",))
    places = _who(asker)
    _outlets(asker, signals, quotes)
    first = figures.places("person").values()
    asker.ask("rename", "alias", window=(min((f for f, _ in first), default=0), window[1]))
    strong = _tone(asker, signals, places)
    _agreement(asker)
    pairs = [slug for duty in duties for slug in named(duty)]
    if duties:
        asker.ask("context", "entity")
    for slug in (slug for duty in duties if duty.kind == "analogy" for slug in named(duty)):
        asker.ask("context", "entity", subject=f"entity/{slug}")
    _company(asker, pairs)
    _say(asker, quotes, root, strong)
    _absent(asker, places)
    for place in figures.places("person"):
        known = figures.desk.community(place)
        if known:
            asker.ask("context", "population", subject=f"community/{known.slug}")


def _peg(asker: Asker) -> str:
    """The first post most people answered and the link most people shared; the post's id."""
    figures, window = asker.figures, asker.window
    for row in figures.answered(asker.subject, *window)[:1]:
        if row["people"] >= ANSWERS and asker.ask("count", "answered", subject=EVERYTHING,
                                                  root=row["id"]):  # fmt: skip
            asker.ask("attribution", "published", record=row["id"])
            return str(row["id"])
    urls = {p.url for p in figures.posts(asker.subject, *window) if p.url and p.unit == "person"}
    for row in figures.links(*window, SHARERS):
        if row["url"] in urls:
            claim = asker.ask("count", "shared", subject=EVERYTHING, url=row["url"])
            if claim:
                asker.ask("attribution", "published", record=claim.evidence[0])
                return claim.evidence[0]
    return ""


def named(duty: Duty) -> list[str]:
    """The entities that a part of a hypothesis wants told of beside its subject."""
    keys = ("a", "b", "other", "source_a", "source_b")
    return [str(duty.options[key]) for key in keys if key in duty.options]


def _volume(asker: Asker, signals: Sequence[Signal], outcomes: Sequence[Outcome]) -> None:
    found = [s for s in signals if s.kind == "volume" and s.outcome in outcomes]
    found.sort(key=lambda s: (s.outcome != "found", s.community != EVERYWHERE,
                              -(s.window[1] - s.window[0]), s.p))  # fmt: skip
    for signal in found[:1]:
        at = () if signal.community == EVERYWHERE else (signal.community,)
        change = asker.ask("change", "voices", at=at, window=signal.window, signal=signal)
        if change and change.licence.verbs:
            _watch(asker, change)
        elif change is None and signal.outcome == "found":  # nobody had named it before
            asker.ask("absence", "none", at=at, window=signal.baseline)
    asker.ask("count", "voices")
    asker.ask("burst", "peak")


def _who(asker: Asker) -> list[str]:
    """Communities with anybody on the subject, those with most people first."""
    cells = asker.figures.cells(asker.subject, "person", *asker.window)
    by_place = {place: people(c for c in cells if c.community == place)
                for place in sorted({cell.community for cell in cells})}  # fmt: skip
    places = sorted((p for p in by_place if by_place[p]), key=lambda p: (-len(by_place[p]), p))
    told = [place for place in places if asker.ask("count", "voices", at=[place])]
    asker.ask("count", "voices", at=told[:3])  # for the line under the headline
    for place in places[:3]:
        asker.ask("share", "once", at=[place])
    if asker.subject.startswith("entity/"):
        asker.ask("rank", "entities")
    _contrast(asker, places)
    return places


def _contrast(asker: Asker, places: Sequence[str]) -> None:
    """The community that names the subject most against all others, where that is licensed."""
    shares = {place: claim.estimate for place in asker.figures.places("person")
              if (claim := asker.ask("share", "mean", at=[place]))}  # fmt: skip
    if len(shares) < 2 or not places:
        return
    top = max(sorted(shares), key=lambda place: shares[place])
    rest = sorted(set(shares) - {top})
    asker.ask("ratio", "contrast", at=[top, *rest], left=[top], right=rest)


def _outlets(asker: Asker, signals: Sequence[Signal], quotes: Quotes) -> None:
    tests = [s for s in signals if s.kind == "coverage"]
    signal = min(tests, key=lambda s: (s.outcome != "found", s.p, s.window), default=None)
    found, figures = signal if signal and signal.outcome == "found" else None, asker.figures
    window = found.window if found else (asker.window[1] - WEEK, asker.window[1])
    coverage = asker.ask("coverage", "outlets", unit="outlet", window=window, signal=found)
    if coverage is None:
        return
    _watch(asker, coverage)
    told: set[str] = set()
    for article in originals(_articles(asker, window)):
        by = figures.desk.owner(article.outlet)  # one of each owner, as they are counted
        if by and by not in told and len(told) < ARTICLES:
            told.add(by)
            day = (article.day, article.day + 1)
            asker.ask("attribution", "published", unit="outlet", record=article.id, window=day)
            stop = headline(article, quotes.known(article))
            if stop:
                asker.ask("quote", "verbatim", unit="outlet", record=article.id, window=day,
                          at=[article.community], first=0, last=stop)  # fmt: skip


def _articles(asker: Asker, window: tuple[int, int]) -> list[Post]:
    posts = asker.figures.posts(asker.subject, *window)
    return [post for post in posts if post.unit == "outlet" and post.lead]


def _tone(asker: Asker, signals: Sequence[Signal], places: Sequence[str]) -> Claim | None:
    """How people write, where that can be told; the leaning that more of them have."""
    month = (asker.window[1] - MONTH, asker.window[1])
    warm = asker.ask("share", "warm") or asker.ask("share", "warm", window=month)
    cold = asker.ask("share", "cold", window=warm.window) if warm else None
    for place in places:
        here = asker.ask("share", "warm", at=[place]) or asker.ask("share", "warm", at=[place],
                                                                   window=month)  # fmt: skip
        if here:
            asker.ask("share", "cold", at=[place], window=here.window)
    for signal in _tests(signals):
        at = () if signal.community == EVERYWHERE else (signal.community,)
        change = asker.ask("change", "tone", at=at, window=signal.window, signal=signal)
        if change and change.licence.verbs:
            _watch(asker, change)
    if warm is None or cold is None:
        return None
    strong, weak = (warm, cold) if warm.estimate >= cold.estimate else (cold, warm)
    return _watch(asker, asker.mend(strong, counter=(weak.id,)))


def _agreement(asker: Asker) -> None:
    """The communities where many, or most, wrote warmly, each by itself, taken together; and how
    many wrote coldly there."""
    local = [c for c in asker.claims if c.kind == "share" and c.query["op"] == "warm"
             and len(c.query["communities"]) == 1 and c.values["whole"] >= FIRM]  # fmt: skip
    for word in ("many", "most"):
        at = [c.query["communities"][0] for c in local if word in c.licence.quantifiers]
        windows = {c.window for c in local if c.query["communities"][0] in at}
        if len(at) > 1 and len(windows) == 1:
            together = windows.pop()
            for op in ("warm", "cold"):
                asker.ask("share", op, at=at, window=together)


def _tests(signals: Sequence[Signal]) -> list[Signal]:
    """The tone test to tell of: a found one before one that could not tell, all before one."""
    tests = [s for s in signals if s.kind == "tone" and s.outcome in ("found", "could not tell")]
    tests.sort(key=lambda s: (s.outcome != "found", s.community != EVERYWHERE, s.p, s.community))
    return tests[:1]


def _company(asker: Asker, pairs: Sequence[str]) -> None:
    if not asker.subject.startswith("entity/"):
        return
    own = asker.subject.removeprefix("entity/")
    company = asker.figures.company(own, "person", *asker.window)
    nearest = sorted(company, key=lambda slug: (-len(company[slug]), slug))[: PARTNERS * 2]
    for slug in pairs or nearest:  # a hypothesis says beforehand with whom
        if slug != own and len(company.get(slug, ())) >= 5:
            asker.ask("cooccurrence", "pair", other=f"entity/{slug}")


def _say(asker: Asker, quotes: Quotes, root: str, strong: Claim | None) -> None:
    """Quotes: one of the post the story opens with, then two that lean, then one against them."""
    lean = 0 if strong is None else 1 if strong.query["op"] == "warm" else -1
    hook = quotes.of(root)
    taken = [hook] if hook else quotes.take(1, lean=lean)
    taken += quotes.take(2, lean=lean, used=taken)
    for pick in taken:
        _quote(asker, pick)
    if strong is None:
        return
    for pick in quotes.against(lean, taken[1:]) if lean else ():
        against = None if any(p.post.root == pick.post.root for p in taken) else _quote(asker, pick)
        if against:
            asker.mend(strong, counter=(*strong.counter, against.id))


def _quote(asker: Asker, pick: Pick) -> Claim | None:
    window = (pick.post.day, pick.post.day + 1)
    at = [pick.post.community]
    quote = asker.ask("quote", "verbatim", at=at, window=window, record=pick.post.id,
                      first=pick.first, last=pick.last)  # fmt: skip
    if quote:
        asker.ask("attribution", "published", at=at, window=window, record=pick.post.id)
    return quote


def _absent(asker: Asker, places: Sequence[str]) -> None:
    figures = asker.figures
    searched = {place: sum(cell.records for cell in
                           figures.cells(EVERYTHING, "person", *asker.window, [place]))
                for place in sorted(set(figures.places("person")) - set(places))}  # fmt: skip
    for place in sorted(searched, key=lambda p: (-searched[p], p))[:1]:
        if searched[place] >= SEARCHED:
            asker.ask("absence", "none", at=[place])


def _watch(asker: Asker, claim: Claim) -> Claim:
    """The day on which a finding will be looked at again stands in the claim itself."""
    day = asker.window[1] - 1 + AHEAD
    return asker.mend(claim, values={**claim.values, "watch": day})


def overlap(figures: Figures, one: str, other: str, window: tuple[int, int]) -> float:
    """Share of the smaller subject's records that also stand on the other."""
    a, b = (_ids(figures, subject, window) for subject in (one, other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def share(figures: Figures, one: str, other: str, window: tuple[int, int],
          unit: Unit | None = None) -> float:  # fmt: skip
    """Share of one subject's records, of a unit where named, that also stand on the other."""
    a, b = (_ids(figures, subject, window, unit) for subject in (one, other))
    return len(a & b) / len(a) if a else 0.0


def _ids(figures: Figures, subject: str, window: tuple[int, int],
         unit: Unit | None = None) -> set[str]:  # fmt: skip
    return {post.id for post in figures.posts(subject, *window)
            if post.lead and unit in (None, post.unit)}  # fmt: skip
