from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from json import dumps
from random import Random

import pytest

from groundswell.errors import (
    AuthRequired,
    Forbidden,
    Gone,
    Malformed,
    NotFound,
    PluginError,
    SourceError,
    Throttled,
    TooLarge,
    Unsafe,
    Upstream,
    UsageError,
)
from groundswell.gather.source import Http
from groundswell.http.identity import Identity
from groundswell.http.judge import too_deep
from groundswell.http.validators import Remembered

from .conftest import START, drip, drop, json, moved, reply

LOGIN = b"<!doctype html><title>Sign in</title><form><input type=password></form>"
WALL = b"<html><head><title>Just a moment...</title></head><body>wait</body></html>"
PAGE = b"<html><body><h1>Harbour news</h1></body></html>"


def test_says_who_asks_and_nothing_else(site, client):
    site.on("/api", json())
    source_side: Http = client
    answer = source_side.get("https://quay.example/api", params={"id": ["1", "2"], "n": 3})
    path, headers = site.seen[0]
    assert path == "/api?id=1&id=2&n=3"
    assert headers == {
        "accept": "*/*", "accept-encoding": "gzip, br, zstd",
        "host": "quay.example",
        "user-agent": "Ripple/0.1 (+https://operator.example/bot; desk@operator.example)",
    }  # fmt: skip
    assert (answer.status, answer.body, answer.at) == (200, b"{}", START)
    assert answer.url == "https://quay.example/api?id=1&id=2&n=3"


def test_does_not_start_for_nobody(make):
    from groundswell.http.client import Client

    nobody = Identity("Ripple", "0.1", "")
    with pytest.raises(UsageError, match="contact"):
        Client(nobody, clock=None, sleep=None, random=None)


@pytest.mark.parametrize("parts", [("Two words", "1", "a@b.example"), ("X", "1", "a\r\nb: c")])
def test_an_identity_fits_into_a_header(parts):
    with pytest.raises(UsageError):
        Identity(*parts)


@pytest.mark.parametrize("name", ["Cookie", "user-agent", "Host", "ACCEPT-ENCODING"])
def test_sources_cannot_pretend(client, name):
    with pytest.raises(PluginError, match=name):
        client.get("https://quay.example/", headers={name: "x"})


class TestPost:
    def test_a_form_and_a_question_in_json(self, site, client):
        site.on("/token", json('{"access_token":"t"}')).on("/graphql", json('{"data":{}}'))
        basic = {"Authorization": "Basic abc"}
        answer = client.post(
            "https://quay.example/token", form={"a": "b c", "d": "e&f"}, headers=basic
        )
        assert (answer.status, answer.body) == (200, b'{"access_token":"t"}')
        client.post(
            "https://quay.example/graphql", json={"query": "{ a }", "variables": {"é": None}}
        )
        assert site.sent == [b"a=b+c&d=e%26f", b'{"query":"{ a }","variables":{"\\u00e9":null}}']
        (_, first), (_, second) = site.seen
        assert first["content-type"] == "application/x-www-form-urlencoded"
        assert first["authorization"] == "Basic abc"
        assert second["content-type"] == "application/json"
        for headers in (first, second):
            assert headers["user-agent"].startswith("Ripple/0.1 (+https://operator.example")
            assert int(headers["content-length"]) > 0

    @pytest.mark.parametrize("sent", [{}, {"form": {"a": "b"}, "json": {}}])
    def test_one_thing_is_sent(self, site, client, sent):
        with pytest.raises(PluginError, match="one of the two"):
            client.post("https://quay.example/", **sent)
        assert site.seen == []

    def test_it_is_tried_once_and_never_conditional(self, site, client, time):
        tagged = json(etag='"1"')
        site.on("/a", tagged, tagged, reply(status=503), drop)
        for _ in range(2):
            client.post("https://quay.example/a", json={})
        for _ in range(2):
            with pytest.raises(Upstream):
                client.post("https://quay.example/a", json={})
        assert len(site.seen) == 4
        assert time.slept == []
        assert all("if-none-match" not in headers for _, headers in site.seen)

    def test_it_goes_nowhere_else(self, site, client):
        site.on("/a", moved("https://other.example/steal", 307), moved("/b", 303)).on("/b", json())
        for _ in range(2):
            with pytest.raises(Unsafe, match="not sent there"):
                client.post("https://quay.example/a", form={"secret": "s"})
        assert site.paths == ["/a", "/a"]

    def test_the_same_limits_hold(self, site, make, time):
        site.on("/a", json("{}"))
        client = make(limits={"interval": 3})
        for _ in range(2):
            client.post("https://quay.example/a", json={})
        assert time.slept == [3]
        with pytest.raises(Unsafe):
            make(routes={}).post("https://10.0.0.1/", json={})
        site.on("/long", json("[" * 70 + "]" * 70)).on("/wait", reply(status=429, retry_after="50"))
        with pytest.raises(Malformed, match="deep"):
            client.post("https://quay.example/long", json={})
        with pytest.raises(Throttled) as raised:
            client.post("https://quay.example/wait", json={})
        assert client.pace.parked() == {"quay.example": raised.value.until}


def test_no_cookie_comes_back(site, client):
    site.on("/", json(set_cookie="id=7; Path=/"))
    client.get("https://quay.example/")
    client.get("https://quay.example/")
    assert all("cookie" not in headers for _, headers in site.seen)


@pytest.mark.parametrize(("status", "error"), [
    (400, SourceError), (401, AuthRequired), (403, Forbidden), (404, NotFound), (410, Gone),
    (429, Throttled), (451, Forbidden), (500, Upstream), (501, Upstream), (304, SourceError),
])  # fmt: skip
def test_every_refusal_has_its_error(site, client, status, error):
    site.on("/x", reply(b'{"error":"CursorTooOld"}', status=status))
    with pytest.raises(SourceError) as raised:
        client.get("https://quay.example/x", params={"key": "secret"})
    assert type(raised.value) is error
    assert raised.value.status == status
    assert raised.value.body == (b"" if status == 304 else b'{"error":"CursorTooOld"}')
    assert "quay.example/x" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(("body", "kind", "error"), [
    (LOGIN, "text/html; charset=utf-8", Forbidden),
    (WALL, "text/html", Forbidden),
    (WALL, "application/json", Forbidden),
    (PAGE, "text/html", Malformed),
    (b"\n<!-- x --> <!DOCTYPE HTML><p>x", "", Malformed),
    (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y"><html>', "text/html", Malformed),
    (b"<h1>Down for repairs</h1>", "text/html", Malformed),
    (b"", "text/html", Malformed),
])  # fmt: skip
def test_a_web_page_is_never_no_results(site, client, body, kind, error):
    site.on("/api", reply(body, kind=kind))
    with pytest.raises(error) as raised:
        client.get("https://quay.example/api")
    assert type(raised.value) is error
    assert len(site.seen) == 1


@pytest.mark.parametrize(("body", "kind"), [
    (b'<?xml version="1.0"?><rss/>', "text/html"), (b"\n<rss></rss>", "text/html"),
    (b'{"html": "<html>"}', "application/json"),
    (b"a plain word", "text/plain"), (b"[]", "text/html"),
])  # fmt: skip
def test_data_with_a_wrong_label_is_data(site, client, body, kind):
    site.on("/feed", reply(body, kind=kind))
    assert client.get("https://quay.example/feed").body == body


def test_json_has_a_bottom(site, client):
    shallow = '{"a": "[[[[[["}' + " " * 10
    site.on("/deep", json("[" * 65 + "]" * 65)).on("/flat", json(f"[{shallow}]".replace("\n", "")))
    site.on("/wide", json("[" + "[]," * 500 + "[]]"))
    with pytest.raises(Malformed, match="64 deep"):
        client.get("https://quay.example/deep")
    assert client.get("https://quay.example/flat").status == 200
    assert client.get("https://quay.example/wide").status == 200


class TestConditional:
    def test_asks_whether_anything_is_new(self, site, client):
        first = json('{"n":1}', etag='W/"a-gzip"', last_modified="yesterday, about noon")
        site.on("/f", first, reply(status=304), json('{"n":2}', etag='"b"'), json())
        assert client.get("https://quay.example/f").body == b'{"n":1}'
        again = client.get("https://quay.example/f")
        assert (again.status, again.body) == (304, b"")
        assert site.seen[1][1]["if-none-match"] == 'W/"a-gzip"'
        assert site.seen[1][1]["if-modified-since"] == "yesterday, about noon"
        client.get("https://quay.example/f")
        client.get("https://quay.example/f")
        assert site.seen[2][1]["if-none-match"] == 'W/"a-gzip"'
        assert site.seen[3][1]["if-none-match"] == '"b"'
        assert "if-modified-since" not in site.seen[3][1]

    def test_other_parameters_are_another_address(self, site, client):
        site.on("/f", json(etag='"a"'))
        client.get("https://quay.example/f", params={"p": 1})
        client.get("https://quay.example/f", params={"p": 2})
        assert "if-none-match" not in site.seen[1][1]

    def test_a_304_renews_validators(self, site, client):
        site.on("/f", json(etag='"a"'), reply(status=304, etag='"a2"'), reply(status=304))
        for _ in range(3):
            client.get("https://quay.example/f")
        assert site.seen[2][1]["if-none-match"] == '"a2"'

    def test_no_cache_means_whole(self, site, client):
        site.on("/f", json(etag='"a"'))
        client.get("https://quay.example/f")
        client.get("https://quay.example/f", headers={"Cache-Control": "no-cache"})
        assert "if-none-match" not in site.seen[1][1]

    def test_a_broken_answer_leaves_no_validators(self, site, client):
        site.on("/f", reply(PAGE, kind="text/html", etag='"a"'), json())
        with pytest.raises(Malformed):
            client.get("https://quay.example/f")
        client.get("https://quay.example/f")
        assert "if-none-match" not in site.seen[1][1]

    def test_every_source_remembers_for_itself(self, site, client, time):
        one, two = client.remembering(Remembered()), client.remembering(Remembered())
        site.on("/f", json(etag='"a"', ratelimit='"api";r=0;t=30'))
        for source in (one, two, one):
            source.get("https://quay.example/f")
        assert ["if-none-match" in headers for _, headers in site.seen] == [False, False, True]
        assert time.slept == [30, 30]  # the lane of the host is shared all the same

    def test_keys_stay_out_of_what_is_kept(self, site, make):
        kept = Remembered()
        site.on("/f", json(etag='"a"'))
        make(validators=kept).get("https://quay.example/f", params={"key": "secret", "q": "x"})
        assert kept.get("https://quay.example/f?key=-&q=x") == ('"a"', "")


class TestRedirects:
    def test_are_followed_five_times(self, site, client):
        for n in range(5):
            site.on(f"/{n}", moved(f"/{n + 1}", 301 + n % 2))
        site.on("/5", json())
        assert client.get("https://quay.example/0").url == "https://quay.example/5"
        site.on("/5", moved("/6", 308)).on("/6", json())
        with pytest.raises(Malformed, match="more than 5"):
            client.get("https://quay.example/0")
        assert "/6" not in site.paths

    @pytest.mark.parametrize(("there", "told"), [
        ("https://quay.example/b", True), ("/b", True), ("https://other.example/b", False),
        ("https://quay.example:443/b", True),
    ])  # fmt: skip
    def test_what_a_source_sends_stays_with_its_host(self, site, client, there, told):
        site.on("/a", moved(there)).on("/b", json())
        client.get("https://quay.example/a", headers={"Authorization": "Bearer x", "X-Key": "y"})
        sent = site.seen[1][1]
        assert ("authorization" in sent, "x-key" in sent) == (told, told)
        assert sent["user-agent"].startswith("Ripple/")

    def test_an_upgrade_to_https_keeps_the_key(self, site, client):
        site.on("/a", moved("https://quay.example/b")).on("/b", json())
        client.get("http://quay.example/a", headers={"Authorization": "Bearer x"})
        assert site.seen[1][1]["authorization"] == "Bearer x"

    def test_a_downgrade_is_refused(self, site, client):
        site.on("/a", moved("http://quay.example/b")).on("/b", json())
        with pytest.raises(Unsafe, match="https to http"):
            client.get("https://quay.example/a")
        assert site.paths == ["/a"]

    def test_to_nowhere_is_an_error(self, site, client):
        site.on("/a", reply(status=302))
        with pytest.raises(Malformed, match="nowhere"):
            client.get("https://quay.example/a")

    @pytest.mark.parametrize("there", [
        "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/",
        "http://[64:ff9b::a00:1]/", "http://[2002:7f00:1::]/", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://100.64.0.1/",
        "http://168.63.129.16/", "http://user:pw@other.example/", "file:///etc/hostname",
        "gopher://other.example/", "http://other.example%2f@127.0.0.1/", "http://%31%32%37.0.0.1/",
        "http://[fe80::1%25eth0]/", "http://[::1/", "http://224.0.0.1/",
    ])  # fmt: skip
    def test_into_private_networks_are_refused(self, site, client, there):
        site.on("/a", moved(there))
        with pytest.raises(Unsafe):
            client.get("http://quay.example/a")
        assert site.paths == ["/a"]

    def test_to_other_ports_are_refused(self, site, make):
        client = make(routes={"quay.example": site.address}, resolve=lambda *_: ["93.184.216.34"])
        site.on("/a", moved("http://other.example:8080/"))
        with pytest.raises(Unsafe, match="port 8080"):
            client.get("http://quay.example/a")

    def test_to_a_name_in_a_private_network_are_refused(self, site, make):
        client = make(routes={"quay.example": site.address}, resolve=lambda *_: ["192.168.0.7"])
        site.on("/a", moved("http://intranet.example/"))
        with pytest.raises(Unsafe, match=r"192\.168\.0\.7"):
            client.get("http://quay.example/a")


class TestFaults:
    def test_a_burst_of_errors_passes(self, site, client, time):
        site.on("/x", reply(status=503), reply(status=502), drop, json('{"n":1}'))
        assert client.get("https://quay.example/x").body == b'{"n":1}'
        assert len(time.slept) == 3
        assert all(wait <= bound for wait, bound in zip(time.slept, (1, 2, 4), strict=True))

    def test_five_tries_are_enough(self, site, client, time):
        site.on("/x", reply(status=500))
        with pytest.raises(Upstream):
            client.get("https://quay.example/x")
        assert len(site.seen) == 5
        assert len(time.slept) == 4

    def test_what_cannot_pass_is_not_tried_again(self, site, client):
        site.on("/x", reply(status=501))
        with pytest.raises(Upstream):
            client.get("https://quay.example/x")
        assert len(site.seen) == 1

    def test_a_body_that_breaks_off_is_tried_again(self, site, client):
        site.on("/x", json('{"n"', content_length="90"), json('{"n":1}'))
        assert client.get("https://quay.example/x").body == b'{"n":1}'

    def test_too_little_announced_is_cut_by_the_protocol_not_believed(self, site, client):
        site.on("/x", json('{"n":1}', content_length="3"))
        assert client.get("https://quay.example/x").body == b'{"n'

    def test_a_slow_drip_ends(self, site, make, time):
        client = make(limits={"tries": 1})
        time.step = 1
        site.on("/x", drip)
        with pytest.raises(Upstream, match="in time"):
            client.get("https://quay.example/x")

    def test_a_silent_server_is_given_up(self, site, make):
        client = make(limits={"tries": 1, "idle": 0.05})
        site.on("/x", lambda handler: handler.rfile.read(1))
        with pytest.raises(Upstream, match="in time"):
            client.get("https://quay.example/x")

    def test_nobody_listens(self, make):
        client = make(routes={"quay.example": "127.0.0.1:1"}, limits={"tries": 2})
        with pytest.raises(Upstream, match="connection failed"):
            client.get("https://quay.example/x")

    def test_size_is_counted_not_believed(self, site, make):
        client = make(limits={"data": 1000})

        def endless(handler):
            handler.send_response(200)
            handler.end_headers()
            while True:
                handler.wfile.write(b" " * 500)

        site.on("/x", endless).on("/y", json("1" * 1001)).on("/z", json("1" * 1000))
        for path in ("/x", "/y"):
            with pytest.raises(TooLarge, match="1,000 bytes"):
                client.get("https://quay.example" + path)
        assert len(client.get("https://quay.example/z").body) == 1000
        assert len(site.seen) == 3


class TestThrottling:
    @pytest.mark.parametrize("stated", ["7", "Sun, 22 Nov 2026 15:00:07 GMT"])
    def test_waits_as_told_and_a_little_longer(self, site, client, time, stated):
        site.on("/x", reply(status=429, retry_after=stated), json())
        client.get("https://quay.example/x")
        assert len(time.slept) == 1
        assert 7 <= time.slept[0] <= 7 * 1.2

    def test_a_date_is_read_by_the_clock_of_the_platform(self, site, client, time):
        there = "Sun, 22 Nov 2026 14:30:0{} GMT"
        late = reply(status=429, retry_after=there.format(7), date=there.format(0))
        site.on("/x", late, json())
        client.get("https://quay.example/x")
        assert 7 <= time.slept[0] <= 7 * 1.2

    def test_without_a_word_it_backs_off(self, site, client, time):
        site.on("/x", reply(status=429), reply(status=429), json())
        client.get("https://quay.example/x")
        assert time.slept[0] <= 1
        assert len(site.seen) == 3

    def test_long_waits_are_left_to_the_schedule(self, site, client, time):
        site.on("/x", reply(status=429, retry_after="3600"), json())
        with pytest.raises(Throttled) as raised:
            client.get("https://quay.example/x")
        assert raised.value.until == START + timedelta(hours=1)
        with pytest.raises(Throttled, match="16:00:00 UTC"):
            client.get("https://quay.example/x")
        assert (len(site.seen), time.slept) == (1, [])
        time.now += timedelta(hours=1)
        assert client.get("https://quay.example/x").status == 200

    @pytest.mark.parametrize(
        "stated", ["9" * 30, "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "x", "-1"]
    )
    def test_odd_times_do_no_harm(self, site, make, stated):
        site.on("/x", reply(status=429, retry_after=stated))
        with pytest.raises(Throttled):
            make(limits={"tries": 1}).get("https://quay.example/x")

    def test_github_says_it_with_403(self, site, client):
        reset = str(int((START + timedelta(minutes=20)).timestamp()))
        site.on("/x", reply(status=403, x_ratelimit_remaining="0", x_ratelimit_reset=reset))
        with pytest.raises(Throttled) as raised:
            client.get("https://quay.example/x")
        assert raised.value.until == START + timedelta(minutes=20)
        assert client.pace.parked() == {"quay.example": START + timedelta(minutes=20)}

    def test_a_secondary_limit_is_no_refusal(self, site, client):
        body = b'{"message":"You have exceeded a secondary rate limit."}'
        site.on("/x", reply(body, status=403), json())
        assert client.get("https://quay.example/x").status == 200

    def test_the_last_of_an_allowance_is_the_last_request(self, site, client):
        site.on("/x", json(ratelimit='"api";r=0;t=600'))
        client.get("https://quay.example/x")
        with pytest.raises(Throttled):
            client.get("https://quay.example/x")
        assert len(site.seen) == 1

    def test_an_archive_that_is_busy_says_503(self, site, client, time):
        site.on("/oai", reply(status=503, retry_after="20"), json())
        client.get("https://quay.example/oai")
        assert 20 <= time.slept[0] <= 24


def test_threads_share_a_client(site, client):
    site.on("/x", json('{"n":1}', etag='"a"')).on("/robots.txt", reply(b"")).on("/p", reply(PAGE))

    def ask(n):
        address = f"https://{n % 3}.quay.example"
        fresh = {"cache-control": "no-cache"}
        return client.get(f"{address}/x", headers=fresh).body, client.page(f"{address}/p").status

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [(b'{"n":1}', 200)] * 40


def nest(random: Random, deepest: int) -> object:
    """Something JSON can hold, with brackets and quotes in its strings."""
    kind = random.random()
    if deepest == 0 or kind < 0.3:
        return "".join(random.choices(["[", '"', "\\", '\\"[', "{}", "]]", "a", "\n", "é"], k=3))
    inner = [nest(random, deepest - 1) for _ in range(random.randrange(4))]
    return inner if kind < 0.6 else {f'{n}"[': one for n, one in enumerate(inner)}


def depth(value: object) -> int:
    if not isinstance(value, list | dict):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


def test_depth_is_counted_outside_of_strings():
    random = Random(2)
    for _ in range(1000):
        value = nest(random, 7)
        body = dumps(value, ensure_ascii=random.random() < 0.5).encode()
        deep = depth(value)
        assert not too_deep(body, deep)
        assert deep == 0 or too_deep(body, deep - 1)
