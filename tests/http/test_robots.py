from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from groundswell.errors import Blocked, Forbidden, Malformed, NotFound, Upstream
from groundswell.http.answer import Wishes
from groundswell.http.robots import Rules

from .conftest import drop, json, moved, reply

ROOT = "https://quay.example/"
PAGE = reply(b"<html lang=en><title>Ferry</title><p>late", kind="text/html")
RULE = b"User-agent: *\nDisallow: /b\n"
LOGIN = b"<!doctype html><title>Harbour</title><p>Sign in<input type=password>"
WALL = b"<html><title>Just a moment...</title><p>Checking your browser"


def rules(text: str) -> Rules:
    return Rules.of(text, "Ripple")


@pytest.mark.parametrize(("text", "path", "allowed"), [
    ("", "a", True),
    ("User-agent: *\nDisallow: /", "a", False),
    ("User-agent: *\nDisallow:", "a", True),
    ("user-AGENT: rIPPLE\nDisallow: /a", "a", False),
    ("User-agent: Ripple\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "b", True),
    ("User-agent: other\nDisallow: /", "a", True),
    ("User-agent: other\nUser-agent: ripple\nDisallow: /", "a", False),
    ("User-agent: ripple\nDisallow: /a\n\nUser-agent: ripple\nDisallow: /b", "b", False),
    ("User-agent: *\nDisallow: /a\nAllow: /a/b", "a/b/c", True),
    ("User-agent: *\nAllow: /a\nDisallow: /a", "a", True),
    ("User-agent: *\nDisallow: /*.pdf$", "x/y.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "x/y.pdf?z", True),
    ("User-agent: *\nDisallow: /a b", "a%20b", False),
    ("User-agent: *\nDisallow: /ä", "%C3%A4", False),
    ("\ufeffUser-agent: *\nDisallow: /", "a", False),
    ("User-agent: *\r\nDisallow: /a # no\r\n", "a", False),
    ("<html>not found</html>", "a", True),
    ("User-agent: *\nDisallow: /\nAllow: /robots.txt", "robots.txt", True),
])  # fmt: skip
def test_rules_are_read_as_the_standard_says(text, path, allowed):
    assert rules(text).allow(ROOT + path) is allowed


@pytest.mark.parametrize(("text", "path", "wishes"), [
    ("User-agent: *\nContent-Signal: search=yes, ai-train=no", "/", Wishes(ai_train=False)),
    ("User-agent: *\nContent-signal: ai-input=no,search=no", "/",
     Wishes(index=False, ai_input=False)),
    ("User-agent: *\nContent-Usage: train-ai=n", "/", Wishes(ai_train=False)),
    ("Content-Usage: train-ai=n", "/", Wishes(ai_train=False)),
    ("User-agent: *\nContent-Usage: /a train-ai=n", "/b", Wishes()),
    ("User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /a train-ai=y", "/a/b", Wishes()),
    ("User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /a train-ai=y", "/b",
     Wishes(ai_train=False)),
    ("User-agent: Ripple\nAllow: /\n\nUser-agent: *\nContent-Signal: ai-train=no", "/", Wishes()),
    ("User-agent: other\nContent-Signal: ai-train=no", "/", Wishes()),
    ("User-agent: *\nContent-Signal: ai-train=yes", "/", Wishes()),
])  # fmt: skip
def test_wishes_are_read_from_our_group(text, path, wishes):
    assert rules(text).wishes(path) == wishes


class TestPages:
    def test_are_asked_for_where_they_may_be(self, site, client):
        robots = reply(b"User-agent: *\nDisallow: /private\nContent-Signal: ai-train=no\n")
        site.on("/robots.txt", robots).on("/a", PAGE)
        answer = client.page(ROOT + "a")
        assert answer.wishes == Wishes(ai_train=False)
        client.page(ROOT + "a?again")
        with pytest.raises(Blocked, match="/private"):
            client.page(ROOT + "private/x")
        assert site.paths == ["/robots.txt", "/a", "/a?again"]

    def test_data_is_not_subject_to_it(self, site, client):
        site.on("/robots.txt", reply(b"User-agent: *\nDisallow: /")).on("/api", json())
        assert client.get(ROOT + "api").wishes is None
        assert site.paths == ["/api"]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
    def test_no_rules_allow_everything(self, site, client, status):
        site.on("/robots.txt", reply(status=status)).on("/a", PAGE)
        assert client.page(ROOT + "a").status == 200

    @pytest.mark.parametrize("act", [reply(status=500), reply(status=503), reply(status=429), drop,
                                     reply(status=503, retry_after="9999"),
                                     moved("http://127.0.0.1/robots.txt")])  # fmt: skip
    def test_rules_out_of_reach_allow_nothing(self, site, client, time, act):
        site.on("/robots.txt", act).on("/a", PAGE)
        with pytest.raises(Blocked, match="out of reach"):
            client.page(ROOT + "a")
        with pytest.raises(Blocked, match="out of reach"):
            client.page(ROOT + "a")
        assert "/a" not in site.paths
        asked = len(site.seen)
        site.on("/robots.txt", reply(b""))
        time.now += timedelta(hours=3)
        assert client.page(ROOT + "a").status == 200
        assert len(site.seen) == asked + 2

    @pytest.mark.parametrize("act", [
        reply(LOGIN, kind="text/html"), reply(LOGIN, kind="text/plain"),
        reply(WALL, kind="text/html"),
        reply(RULE, content_length=str(len(RULE) + 40)),  # breaks off
        reply(gzip.compress(RULE)[:-12], content_encoding="gzip"),
        reply(gzip.compress(bytes(10_000_000)), content_encoding="gzip"),
    ])  # fmt: skip
    def test_half_a_file_and_a_door_are_no_rules_and_allow_nothing(self, site, client, act):
        site.on("/robots.txt", act).on("/a", PAGE)
        with pytest.raises(Blocked, match="out of reach"):
            client.page(ROOT + "a")
        assert "/a" not in site.paths

    def test_a_door_leaves_an_older_copy_in_force(self, site, client, time):
        site.on("/robots.txt", reply(RULE), reply(LOGIN, kind="text/html")).on("/a", PAGE)
        client.page(ROOT + "a")
        time.now += timedelta(hours=25)
        assert client.page(ROOT + "a").status == 200
        with pytest.raises(Blocked, match="does not allow"):
            client.page(ROOT + "b")

    def test_a_page_of_the_site_in_its_place_holds_no_rules(self, site, client):
        page = b"<!doctype html><title>Ferry</title><p>User-agent: *\nDisallow: /"
        site.on("/robots.txt", reply(page, kind="text/html")).on("/a", PAGE)
        assert client.page(ROOT + "a").status == 200

    def test_rules_in_utf_16_are_rules(self, site, client):
        site.on("/robots.txt", reply(RULE.decode().encode("utf-16"), kind="text/plain"))
        with pytest.raises(Blocked, match="does not allow"):
            client.page(ROOT + "b")

    def test_silence_allows_nothing(self, site, make):
        client = make(limits={"tries": 1, "idle": 0.05})
        site.on("/robots.txt", lambda handler: handler.rfile.read(1)).on("/a", PAGE)
        with pytest.raises(Blocked):
            client.page(ROOT + "a")

    def test_an_older_copy_is_better_than_none(self, site, client, time):
        rule = reply(b"User-agent: *\nDisallow: /b")
        site.on("/robots.txt", rule, reply(status=500)).on("/a", PAGE)
        client.page(ROOT + "a")
        time.now += timedelta(hours=25)
        with pytest.raises(Upstream, match="left alone"):  # five failures on the way
            client.page(ROOT + "a")
        time.now += timedelta(minutes=5)
        assert client.page(ROOT + "a").status == 200
        with pytest.raises(Blocked):
            client.page(ROOT + "b")

    def test_after_a_month_without_it_counts_as_missing(self, site, client, time):
        site.on("/robots.txt", reply(status=500)).on("/a", PAGE)
        for _ in range(30):
            with pytest.raises(Blocked):
                client.page(ROOT + "a")
            time.now += timedelta(days=1)
        site.on("/robots.txt", reply(status=500), reply(b""))
        with pytest.raises(Upstream, match="left alone"):
            client.page(ROOT + "a")
        time.now += timedelta(minutes=5)
        assert client.page(ROOT + "a").status == 200
        assert site.paths[-2:] == ["/robots.txt", "/a"]

    def test_it_is_asked_again_after_a_day(self, site, client, time):
        site.on("/robots.txt", reply(b""), reply(b"User-agent: *\nDisallow: /")).on("/a", PAGE)
        client.page(ROOT + "a")
        time.now += timedelta(hours=23)
        client.page(ROOT + "a")
        time.now += timedelta(hours=2)
        with pytest.raises(Blocked):
            client.page(ROOT + "a")

    def test_five_redirects_lead_to_rules_and_six_to_none(self, site, client):
        site.on("/robots.txt", moved("/r1")).on("/a", PAGE)
        for n in range(1, 5):
            site.on(f"/r{n}", moved(f"/r{n + 1}"))
        site.on("/r5", reply(b"User-agent: *\nDisallow: /"))
        with pytest.raises(Blocked):
            client.page(ROOT + "a")
        site.on("/r5", moved("/r6"))
        assert client.page("https://other.example/a").status == 200

    def test_the_first_half_megabyte_counts(self, site, client):
        early, late = b"User-agent: *\nDisallow: /a\n", b"Disallow: /b\n"
        filler = b"# " + b"x" * 100 + b"\n"
        site.on("/robots.txt", reply(early + filler * 6000 + late)).on("/b", PAGE)
        with pytest.raises(Blocked):
            client.page(ROOT + "a")
        assert client.page(ROOT + "b").status == 200

    def test_every_host_of_a_redirect_is_asked(self, site, client):
        site.on("/robots.txt", reply(b""), reply(b"User-agent: *\nDisallow: /"))
        site.on("/a", moved("https://other.example/b")).on("/b", PAGE)
        with pytest.raises(Blocked, match="other"):
            client.page(ROOT + "a")
        assert "/b" not in site.paths

    def test_a_crawl_delay_is_kept(self, site, client, time):
        site.on("/robots.txt", reply(b"User-agent: *\nCrawl-delay: 20\n")).on("/a", PAGE)
        client.page(ROOT + "a")
        time.slept.clear()
        client.page(ROOT + "a")
        assert time.slept == [20]

    def test_a_host_that_wants_minutes_is_left(self, site, client):
        site.on("/robots.txt", reply(b"User-agent: *\nCrawl-delay: 61\n")).on("/a", PAGE)
        with pytest.raises(Blocked, match="61 seconds"):
            client.page(ROOT + "a")

    def test_a_challenge_is_no_page(self, site, client):
        wall = b"<html><title>Attention Required! | Guard</title><p>Prove that you are human."
        site.on("/robots.txt", reply(b"")).on("/a", reply(wall, kind="text/html"))
        with pytest.raises(Forbidden, match="challenge"):
            client.page(ROOT + "a")

    def test_a_page_may_speak_of_logging_in(self, site, client):
        page = b"<html><title>Ferry</title><nav>Log in</nav><p>late again"
        site.on("/robots.txt", reply(b"")).on("/a", reply(page, kind="text/html"))
        assert client.page(ROOT + "a").body == page

    def test_a_picture_is_no_page(self, site, client):
        site.on("/robots.txt", reply(b"")).on("/a", reply(b"x", kind="image/png"))
        with pytest.raises(Malformed, match="image/png"):
            client.page(ROOT + "a")

    def test_wishes_come_from_everywhere(self, site, client):
        page = b'<html><meta name="ROBOTS" content="noarchive"><p>x'
        site.on("/robots.txt", reply(b"User-agent: *\nContent-Signal: ai-input=no"))
        site.on("/a", reply(page, kind="text/html", x_robots_tag="noindex", tdm_reservation="1"))
        assert client.page(ROOT + "a").wishes == Wishes(
            index=False, archive=False, ai_input=False, ai_train=False
        )

    def test_a_missing_page_is_missing(self, site, client):
        with pytest.raises(NotFound):
            client.page(ROOT + "a")
