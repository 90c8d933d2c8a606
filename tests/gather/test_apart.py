"""What a page can do to the library that reads it stays in a process of its own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from groundswell.errors import Malformed, TooLarge
from groundswell.gather.apart import Apart
from groundswell.gather.article import Page, article, article_of

from .test_article import URL, page

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the other process looks for `work` here


def work(said: str) -> object:
    """Does what it is told."""
    if said == "turn":
        while True:
            pass
    if said == "sleep":
        time.sleep(600)
    if said == "grow":
        return len([bytes(1 << 20) for _ in range(1 << 12)])
    if said == "break":
        raise ValueError("an odd page")
    if said == "leave":
        os._exit(3)
    return said, os.getpid()


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart[str, object]]:
    made = Apart(work, seconds=0.5, memory=1 << 29)
    yield made
    made.close()


def alone(apart, said):
    found, process = apart(said)
    assert found == said
    return process


def test_it_happens_in_one_process_that_is_not_ours(apart):
    assert alone(apart, "a") == alone(apart, "b") != os.getpid()


@pytest.mark.parametrize(("said", "error", "words"), [
    ("turn", TooLarge, "more than 0.5 seconds or 512 MiB"), ("leave", TooLarge, "more than"),
    ("grow", Malformed, "MemoryError"), ("break", Malformed, "ValueError: an odd page"),
])  # fmt: skip
def test_what_is_too_much_is_an_error_of_ours_and_the_next_page_is_read(apart, said, error, words):
    with pytest.raises(error, match=words):
        apart(said)
    alone(apart, "next")


def test_what_never_answers_is_ended():
    apart = Apart(work, patience=0.1)
    with pytest.raises(TooLarge, match=r"more than 0\.1 seconds"):
        apart("sleep")
    apart.close()
    apart.close()


def test_a_fresh_process_takes_over_now_and_then():
    apart = Apart(work, calls=2)
    first, second, third = (alone(apart, "x") for _ in range(3))
    assert first == second != third
    apart.close()


def test_many_threads_share_it(apart):
    with ThreadPoolExecutor(6) as pool:
        found = [*pool.map(lambda number: apart(str(number))[0], range(40))]
    assert found == [str(number) for number in range(40)]


def test_an_article_is_the_same_there():
    body = page()
    assert article_of(Page(html=body, url=URL)) == article(body, URL) is not None
    deep = b"<html><body>" + b"<div>" * 300_000 + b"<p>words</p></body></html>"
    assert article_of(Page(html=deep, url=URL)) is None
