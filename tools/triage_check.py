"""How often triage is right, by the verdicts of a person in quality/triage_pairs.json.

    python tools/triage_check.py                      # the verdicts as they stand
    python tools/triage_check.py CORPUS...            # propose again, and compare
    python tools/triage_check.py CORPUS... --read 20  # print proposals that nobody judged yet

CORPUS are normalised NDJSON files of GitHub records. Thresholds were chosen on the repositories
whose name's SHA-256 begins with an odd byte; precision is measured on the others only. Exits 1
when precision is under .9, or a quarter of what is proposed was never judged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from groundswell.cli.triage import reader_of
from groundswell.measure.tickets.similar import Pair, pairs
from groundswell.measure.tickets.template import Lack, inferred, lacks
from groundswell.stats.shares import wilson
from groundswell.triage.exports import read_exports
from groundswell.types.ticket import Ticket

VERDICTS = Path(__file__).parent.parent / "quality" / "triage_pairs.json"
LEAST = 0.9
UNSEEN = 0.25

Tickets = Mapping[str, list[Ticket]]


def main() -> int:
    """Run; the exit status."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("corpus", nargs="*", type=Path)
    args.add_argument("--read", type=int, default=0, metavar="N")
    told = args.parse_args()
    verdicts = json.loads(VERDICTS.read_text("utf-8"))
    judged = {frozenset(one[1:3]): one[3] for one in verdicts["pairs"]}
    right = {one[1]: one[3] for one in verdicts["lacks"]}
    if not told.corpus:
        return int(not all([
            report("duplicate pairs", [(one[0], one[3]) for one in verdicts["pairs"]], "same"),
            report("missing parts", [(one[0], one[3]) for one in verdicts["lacks"]], "right"),
        ]))  # fmt: skip
    tickets = by_repo(told.corpus)
    proposed = list(proposals(tickets))
    unread = [one for one in proposed if names(one) not in judged]
    if told.read:
        for one in random.Random(7).sample(unread, min(told.read, len(unread))):
            show(one)
        return 0
    seen = [(one.first.repo, judged[names(one)]) for one in proposed if names(one) in judged]
    fine = report("duplicate pairs", seen, "same")
    found = [one for one in missing(tickets) if native(one.ticket) in right]
    fine &= report(
        "missing parts", [(f.ticket.repo, right[native(f.ticket)]) for f in found], "right"
    )
    print(f"{len(judged) - len(seen)} judged pairs are no longer proposed, "
          f"{len(unread)} proposed ones nobody judged")  # fmt: skip
    return 0 if fine and len(unread) <= UNSEEN * len(proposed) else 1


def by_repo(paths: Iterable[Path]) -> Tickets:
    """The tickets of some files, by repository."""
    found: defaultdict[str, list[Ticket]] = defaultdict(list)
    for path in paths:
        for ticket in read_exports([path]):
            found[ticket.repo].append(ticket)
    return found


def evaluated(repo: str) -> bool:
    """Whether a repository is in the half that no threshold was chosen on."""
    return hashlib.sha256(repo.encode()).digest()[0] % 2 == 0


def proposals(tickets: Tickets) -> Iterator[Pair]:
    """Every pair proposed in the evaluation half."""
    read = reader_of()
    for repo, some in tickets.items():
        if evaluated(repo):
            yield from pairs(some, read)


def missing(tickets: Tickets) -> Iterator[Lack]:
    """Every finding about templates that names parts."""
    for some in tickets.values():
        yield from (one for one in lacks(some, inferred(some)) if one.parts)


def names(pair: Pair) -> frozenset[str]:
    """The ids of a pair, as the verdicts name them."""
    return frozenset((native(pair.first), native(pair.second)))


def native(ticket: Ticket) -> str:
    """A ticket's id on its platform."""
    return ticket.id.partition(":")[2]


def report(what: str, verdicts: list[tuple[str, str]], good: str) -> bool:
    """Print precision, whole and by repository; whether it is high enough."""
    if not verdicts:
        print(f"{what}: none judged")
        return False
    n, right = len(verdicts), sum(verdict == good for _, verdict in verdicts)
    low, high = wilson(right, n)
    print(f"{what}: {right} of {n} right, precision {right / n:.3f} ({low:.3f} to {high:.3f})")
    every = Counter(repo for repo, _ in verdicts)
    for repo in sorted(every):
        fine = sum(verdict == good for one, verdict in verdicts if one == repo)
        print(f"  {fine:>4} of {every[repo]:<4} {repo}")
    return right / n >= LEAST


def show(pair: Pair) -> None:
    """Print a pair for a person to judge."""
    print(f"#### {pair.first.repo}: {pair.reason}")
    for ticket in (pair.first, pair.second):
        print(f"-- {native(ticket)} {ticket.opened:%Y-%m-%d} {ticket.title}")
        print("   " + " ".join(ticket.text.split())[:700])


if __name__ == "__main__":
    sys.exit(main())
