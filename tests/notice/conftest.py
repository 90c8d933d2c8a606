from collections import Counter, defaultdict

import numpy as np
import pytest

from groundswell.notice.detector import Sample
from groundswell.types import Daily, Mention, Voice

START, NIGHT = 20_500, 20_597  # fourteen weeks


class World:
    """People talking: every voice also counts as a voice on everything."""

    def __init__(self, seed=0):
        self.random = np.random.default_rng(seed)
        self.voices = []
        self.mentions = []
        self.exposure = {}
        self.threads = 0

    def say(self, subject, community, day, author, *, thread=None, unit="person", **more):
        self.threads += 1
        row = {"records": 1, "copies": 0, "read": 0, "score_sum": 0, "positive": 0, "negative": 0,
               "cluster": "", "length_bin": 1, "exact": True} | more  # fmt: skip
        for about in ("*", subject) if subject != "*" else ("*",):
            self.voices.append(Voice(
                day=int(day), community=community, subject=about, unit=unit, author=author,
                thread=thread or f"t{self.threads}", **row))  # fmt: skip

    def crowd(self, subject, community, day, people, *, pool=400, tone=None, spread=0.3, **more):
        """So many distinct people of a community's pool, each once, in threads of their own."""
        chosen = self.random.choice(pool, size=min(int(people), pool), replace=False)
        for author in chosen:
            own = dict(more)
            if tone is not None:
                score = np.clip(tone + spread * self.random.normal(), -1, 1) * 1000
                own |= {"read": 1, "score_sum": int(score)}
            self.say(subject, community, day, f"{community}/{author}", **own)

    def usual(self, subject, community, mean, days=None, *, k=10.0, **more):
        """Negative-binomial numbers of people a day."""
        days = range(START, NIGHT + 1) if days is None else days
        for day in days:
            people = self.random.poisson(mean * self.random.gamma(k, 1 / k))
            self.crowd(subject, community, day, people, **more)

    def article(self, subject, outlet, day, *, owner="", cluster=""):
        number = len(self.mentions)
        self.say(subject, outlet, day, outlet, unit="outlet", cluster=cluster)
        if subject != "*":
            self.mentions.append(Mention(
                record_id=f"news:{number:05}", outlet=outlet, owner=owner or outlet, day=day,
                published=day * 86_400_000_000 + number, exact=True, cluster=cluster))  # fmt: skip

    def sample(self, subject, night=NIGHT, pairs=()):
        days = night + 1 - START
        counted = defaultdict(set)
        for v in self.voices:
            if v.day <= night and v.records and v.author:
                counted[v.subject, v.community, v.unit, v.day].add(v.author)
                counted[v.subject, "*", v.unit, v.day].add(v.author)
        series = Counter({key: len(people) for key, people in counted.items()})
        places = sorted({(v.community, v.unit) for v in self.voices if v.subject == subject})
        daily = [self._daily(series, subject, *place, days)
                 for place in (*places, *sorted({("*", unit) for _, unit in places}))
                 if place[1] == "person" or place[0] == "*"]  # fmt: skip
        first = {c: START for c, _ in places}
        return Sample(
            night=night, subject=subject, daily=daily, mentions=tuple(self.mentions),
            voices=tuple(v for v in self.voices if v.subject == subject
                         and night - 63 < v.day <= night),
            others=tuple(v for v in self.voices if v.subject == "*"
                         and night - 63 < v.day <= night),
            pairs=pairs, first_day=first,
            subject_first=min((v.day for v in self.voices if v.subject == subject), default=night),
        )  # fmt: skip

    def _daily(self, series, subject, community, unit, days):
        span = range(START, START + days)
        exposure = self.exposure.get(community, {})
        return Daily(
            subject=subject, community=community, unit=unit, start=START,
            voices=tuple(series[subject, community, unit, day] for day in span),
            totals=tuple(series["*", community, unit, day] for day in span),
            exposure=tuple(exposure.get(day, 1000) for day in span),
        )  # fmt: skip


@pytest.fixture
def make_world():
    return World


@pytest.fixture
def night():
    return NIGHT
