"""`python -m groundswell.simulate POSTS OUT --seed N`: write a demo desk."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundswell.simulate.demo import write_demo


def main() -> None:
    """Read the arguments, write the desk, say what is in it."""
    parser = argparse.ArgumentParser(prog="groundswell.simulate", description=__doc__)
    parser.add_argument("posts", type=Path, help="the folder of hand-written posts")
    parser.add_argument("out", type=Path, help="the folder the desk is written to")
    parser.add_argument("--seed", type=int, default=0, help="0 is the world as it is committed")
    given = parser.parse_args()
    summary = write_demo(given.posts, given.out, seed=given.seed)
    print(f"{summary.records} records ({summary.hand_written} written by hand) by "
          f"{summary.authors} people in {given.out}")  # fmt: skip
    for place, (records, authors) in summary.places.items():
        print(f"  {place:24} {records:5} records {authors:5} people")


if __name__ == "__main__":
    main()
