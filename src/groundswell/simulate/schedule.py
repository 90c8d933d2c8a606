"""Hand-written posts get their days: threads stay together, subjects follow the plan's rates."""

from __future__ import annotations

from collections import Counter, defaultdict

from groundswell.errors import DeskError
from groundswell.simulate import plan
from groundswell.simulate.clock import STOP, base, moment, reply_moment, wanted
from groundswell.simulate.draft import DAY, Draft
from groundswell.simulate.material import Post
from groundswell.simulate.plan import LATE, PLACES
from groundswell.simulate.world import World

TRIES = 25
ORDINARY = frozenset({"life", "control", "privacy", "maintain"})
ALONE = frozenset({"ostrava", "lessonforge", "quillpad"})  # their voices write nothing else


def place_threads(world: World) -> None:
    """Give every hand-written thread of the communities its days, its times and its people."""
    threads = _threads(world)
    viral = _viral(world, threads)
    spans = {root: [plan.PELICAN_DAY] if root == viral else _days(posts)
             for root, posts in threads.items()}  # fmt: skip
    order = list(threads)
    world.dice.shuffle(order)
    order.sort(key=lambda root: (len(spans[root]) > 14, -len(threads[root])))
    hands: list[Draft] = []
    for root in order:
        day = _best_day(world, threads[root], spans[root])
        hands += _write(world, threads[root], day, spans[root], early=root == viral)
    for draft in sorted(hands, key=lambda d: not d.voice):
        _sign(world, draft)


def place_articles(world: World) -> None:
    """Give every article of the outlets its day."""
    for post in world.posts.values():
        if post.place in plan.OUTLETS:
            first, last = (post.weeks[0] - 1) * 7, post.weeks[1] * 7
            day = post.day if post.day is not None else first + world.dice.below(last - first)
            world.used.add(f"{post.title}\n\n{post.text}")
            world.add(Draft(place=post.place, topic=_group(world, post), title=post.title,
                            text=post.text, at=moment(world.dice, post.place, day),
                            key=post.key, copied=post.wire))  # fmt: skip


def _threads(world: World) -> dict[str, list[Post]]:
    threads: dict[str, list[Post]] = defaultdict(list)
    root: dict[str, str] = {}
    for post in world.posts.values():
        if post.place in PLACES:
            root[post.key] = root.get(post.reply_to, post.key)
            threads[root[post.key]].append(post)
    return threads


def _viral(world: World, threads: dict[str, list[Post]]) -> str:
    """The thread that goes viral: the biggest on Pelican in its place."""
    on_it = [root for root in threads if world.posts[root].topic == "pelican"
             and world.posts[root].place == plan.PELICAN_PLACE]  # fmt: skip
    return max(on_it, key=lambda root: len(threads[root]), default="")


def _days(posts: list[Post]) -> list[int]:
    """The days on which a thread may start."""
    root, topics = posts[0], {post.topic for post in posts}
    first = max((post.weeks[0] - 1) * 7 for post in posts)
    last = min(post.weeks[1] * 7 - 1 for post in posts)
    for topic in sorted(topics):
        low, high = _span(topic, posts)
        first, last = max(first, low), min(last, high)
    days = [day for day in range(first, last + 1)
            if root.topic != "thursday" or day % 7 == plan.THURSDAY]  # fmt: skip
    if not days:
        raise DeskError(f"{root.key}: the weeks of its thread leave it no day")
    return days


def _span(topic: str, posts: list[Post]) -> tuple[int, int]:
    if topic == "gantry":
        renamed = any("Stevedore" in f"{post.title} {post.text}" for post in posts)
        if renamed:
            return plan.GANTRY_RENAMED, plan.DAYS - 1
        return plan.GANTRY_SHOWN, plan.GANTRY_RENAMED - 1
    if topic == "act" and posts[0].weeks[0] >= 9:
        return plan.ACT_OPEN, plan.DAYS - 1
    if topic == "quillpad" and posts[0].place == plan.QUILLPAD_PLACE:
        return plan.QUILLPAD_DAYS
    return plan.SPANS.get(topic, (0, plan.DAYS - 1))


def _best_day(world: World, posts: list[Post], days: list[int]) -> int:
    """A day drawn by the plan's rates, where the thread goes least beyond them."""
    place = posts[0].place
    sizes = Counter(_group(world, post) for post in posts)
    main = max(sizes, key=lambda topic: (topic not in ORDINARY, sizes[topic], topic))
    weights = [_rate(main, place, day) for day in days]
    tried = [world.dice.weighted(days, weights) for _ in range(TRIES)]

    named = Counter(slug for post in posts for slug in sorted(world.names.found(
        f"{post.title} {post.text}", days[0])) if slug in plan.NAMED_TOO)  # fmt: skip

    def beyond(day: int) -> float:
        over = sum(max(0.0, world.count(topic, place, day) + size - _rate(topic, place, day))
                   for topic, size in sorted(sizes.items()) if topic not in ORDINARY)  # fmt: skip
        over += sum(max(0.0, world.count(slug, "*", day) + size - plan.NAMED_TOO[slug][day >= LATE])
                    for slug, size in sorted(named.items()))  # fmt: skip
        return over + 0.1 * len(world.on_day(place, day)) / base(place, day)

    return min(tried, key=beyond)


def _rate(topic: str, place: str, day: int) -> float:
    if topic in ORDINARY:
        return base(place, day)
    rates = [wanted(s, place, day) for s in plan.STREAMS if s.topic == topic and place in s.rates]
    return sum(rates) if rates else 1.0


def _write(
    world: World, posts: list[Post], day: int, span: list[int], *, early: bool
) -> list[Draft]:
    stop = min(STOP, (span[-1] + 1) * DAY)
    drafts: list[Draft] = []
    for post in posts:
        parent = world.by_key.get(post.reply_to)
        at = moment(world.dice, post.place, day)
        if early and parent is None:
            at = day * DAY + 7 * 3600 + world.dice.below(1800)
        elif parent is None:
            at = min(at, stop - 7200)
        else:
            at = reply_moment(world.dice, parent.at, stop)
        draft = Draft(place=post.place, topic=_group(world, post), at=at, title=post.title,
                      text=post.text, parent=parent, voice=post.voice, key=post.key)  # fmt: skip
        world.used.add(draft.body)
        drafts.append(world.add(draft))
    return drafts


def _sign(world: World, draft: Draft) -> None:
    if draft.voice:
        alone = draft.topic in ALONE
        draft.author = world.people.voice(draft.place, draft.voice, only=alone)
    else:
        draft.author = world.people.new(draft.place)
    world.people.remember(draft.author, draft.topic, draft.day)


def _group(world: World, post: Post) -> str:
    """The topic a post counts for: "os" only when it names open source."""
    if not post.topic.startswith("os-"):
        return post.topic
    named = "open-source" in world.names.found(f"{post.title} {post.text}", LATE)
    return "os" if named else "maintain"
