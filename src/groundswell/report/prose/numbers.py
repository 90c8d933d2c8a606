"""Numbers as a newspaper prints them."""

from __future__ import annotations

import re

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")  # fmt: skip
ODD = ((3, 7), (4, 7), (3, 8), (5, 8), (4, 9), (5, 9))  # fractions a reader still sees
NEAR = 0.025  # how far "two in five" may stand from the share it speaks of
FIGURE = re.compile(
    r"\d[\d,.]*%?|\b(?:half|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|one(?= (?:in|outlet|record|article|community|of)\b))\b",
    re.I,
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_FIGURE = re.compile(
    rf"“[^”]*”|\b\d{{1,2}} (?:{MONTHS})\b|(?:last|those|in) \w+ (?:days|weeks)|one week|\br/\w+",
    re.I,
)


def figure(n: float) -> str:
    """A whole number: words up to twelve, then digits with commas.

    >>> figure(3), figure(1234), figure(12.6)
    ('three', '1,234', '13')
    """
    whole = round(n)
    return WORDS[whole] if 0 < whole < len(WORDS) else f"{whole:,}"


def count(n: float, one: str, many: str) -> str:
    """A number with its noun.

    >>> count(1, "record", "records"), count(40, "person", "people")
    ('one record', '40 people')
    """
    return f"{figure(n)} {one if round(n) == 1 else many}"


def share(value: float, low: float, high: float) -> str:
    """A share in words where a small fraction comes near enough, else as a percentage.

    >>> share(0.41, 0.3, 0.5), share(0.125, 0.08, 0.2), share(0.71, 0.6, 0.8)
    ('about two in five', 'about one in eight', 'about seven in ten')
    """
    best: tuple[float, int, str] | None = None
    for whole in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        for part in range(1, whole):
            at = part / whole
            plain = part == 1 or whole in (3, 4, 5, 10) or (part, whole) in ODD
            if plain and abs(at - value) <= NEAR and low <= at <= high:
                option = (
                    round(abs(at - value), 3),
                    whole,
                    f"about {WORDS[part]} in {WORDS[whole]}",
                )
                best = min(best, option) if best else option
    return best[2].replace("one in two", "half") if best else f"{round(100 * value)}%"


def times(value: float) -> str:
    """A ratio with at most one decimal.

    >>> times(3.02), times(2.46)
    ('three times', '2.5 times')
    """
    rounded = round(value, 1)
    return f"{figure(rounded) if rounded == round(rounded) else rounded} times"


def figures_in(text: str) -> int:
    """How many figures a sentence prints; dates, quotes and names of places are none.

    >>> figures_in("In the week to 12 April 30 people named it, about one in six.")
    2
    """
    bare = NO_FIGURE.sub(" ", text)
    bare = re.sub(r"\b(\w+) in (\w+)\b", lambda m: "7 " if _both(m) else m[0], bare)
    return len(FIGURE.findall(bare))


def _both(match: re.Match[str]) -> bool:
    return match[1].lower() in WORDS and match[2].lower() in WORDS
