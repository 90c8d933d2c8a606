from __future__ import annotations

from ipaddress import ip_address

import httpcore2
import pytest

from groundswell.errors import Unsafe, Upstream, UsageError
from groundswell.http.guard import Guard
from groundswell.http.limits import Limits

from .conftest import json

PUBLIC = "93.184.216.34"


def guard(*addresses: str, **limits: object) -> Guard:
    return Guard(Limits(**limits), resolve=lambda host, port: list(addresses))


@pytest.mark.parametrize("url", [
    "http://quay.example/", "https://quay.example:443/x?y", "http://quay.example:80/",
    "http://93.184.216.34/", "https://[2606:2800:220:1::1]/", "http://bücher.example/",
    "http://xn--bcher-kva.example/", "http://a_b.example/", "http://quay.example./", "http://quay/",
])  # fmt: skip
def test_public_addresses_may_be_asked(url):
    assert guard().checked(url).raw_host


def test_names_are_normalised_and_fragments_dropped():
    url = guard().checked("HTTPS://BÜCHER.example:443/a#part")
    assert str(url) == "https://xn--bcher-kva.example/a"


@pytest.mark.parametrize("url", [
    "ftp://quay.example/", "quay.example", "//quay.example/", "http://", "javascript:x", "",
    "http://u@quay.example/", "http://quay.example:8080/", "http://quay.example:22/",
    "http://2130706433/", "http://134744072/", "http://0x5db8d822/", "http://0135.0270.0330.042/",
    "http://1.2.3/", "http://1.2.3.4.5/", "http://1.2.3.0x4/", "http://a.1/", "http://a b.example/",
    "http://quay.example\\@other.example/", "http://-quay.example/", "http://１２７.0.0.1/",
    "http://[::1]/", "http://[1::2::3]/", "http://quay%2eexample/", "http://" + "a." * 130 + "b/",
])  # fmt: skip
def test_anything_else_may_not(url):
    with pytest.raises(Unsafe):
        guard().checked(url)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192",
    "168.63.129.16", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:0a00:0001::1",
    "2001:0:7f00:1::1", "2001:0:5db8:d822:0:0:80ff:fffe",
])  # fmt: skip
def test_no_private_address_gets_through(address):
    with pytest.raises(Unsafe, match="no public address"):
        guard(address).addresses("quay.example", 443)
    with pytest.raises(Unsafe):
        guard(PUBLIC, address).addresses("quay.example", 443)


@pytest.mark.parametrize("address", [
    PUBLIC, "1.1.1.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34",
])  # fmt: skip
def test_public_ones_do(address):
    assert guard(address).addresses("quay.example", 443) == [address]


def test_a_private_network_can_be_allowed_by_name_of_its_range():
    allowing = guard("192.168.7.9", lan=("192.168.7.0/24",))
    assert allowing.addresses("nas.example", 80) == ["192.168.7.9"]
    assert str(allowing.checked("http://192.168.7.9/")) == "http://192.168.7.9/"
    with pytest.raises(Unsafe):
        guard("192.168.8.9", lan=("192.168.7.0/24",)).addresses("nas.example", 80)


@pytest.mark.parametrize(("address", "lan"), [
    ("fd00:ec2::254", "fc00::/7"), ("100.100.100.200", "100.64.0.0/10"),
])  # fmt: skip
def test_a_cloud_machines_secrets_are_in_no_network_that_may_be_read(address, lan):
    with pytest.raises(Unsafe):
        guard(address, lan=(lan,)).addresses("nas.example", 80)


def test_names_without_address_are_an_outage():
    def fails(host, port):
        raise OSError("no such name")

    with pytest.raises(Upstream, match="not known"):
        Guard(Limits(), resolve=fails).addresses("quay.example", 443)
    with pytest.raises(Upstream, match="no address"):
        guard().addresses("quay.example", 443)


@pytest.mark.parametrize(
    "target", ["10.0.0.1:80", "quay.example:80", "127.0.0.1", "127.0.0.1:0", ":9"]
)
def test_routes_lead_to_this_machine_only(target):
    with pytest.raises(UsageError, match="this machine"):
        Guard(Limits(), routes={"quay.example": target})


def test_a_route_for_everything_is_for_names():
    assert Guard(Limits(), routes={"all": "127.0.0.1:9"}).route("quay") == ("127.0.0.1", 9)
    routed = Guard(Limits(), routes={"*": "[::1]:9000", "10.0.0.1": "localhost:9001"})
    assert routed.route("Quay.example") == ("::1", 9000)
    assert routed.route("10.0.0.1") == ("127.0.0.1", 9001)
    assert routed.route("10.0.0.2") is None
    assert routed.checked("http://10.0.0.1:99/")
    with pytest.raises(Unsafe):
        routed.checked("http://10.0.0.2/")


class Dialled:
    """Notes where connections go, and leads them to the site instead."""

    def __init__(self, monkeypatch, site):
        self.places: list[tuple[str, int]] = []
        real = httpcore2.SyncBackend.connect_tcp
        port = int(site.address.rpartition(":")[2])

        def connect(backend, host, at, *rest, **more):
            self.places.append((host, at))
            ip_address(host)  # never a name: it would be resolved a second time
            return real(backend, "127.0.0.1", port, *rest, **more)

        monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)


def test_a_name_that_changes_its_mind_gains_nothing(monkeypatch, site, make):
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    dialled = Dialled(monkeypatch, site)
    client = make(routes={}, resolve=lambda host, port: next(answers))
    site.on("/", json(connection="close"))
    client.get("http://rebind.example/")
    assert dialled.places == [(PUBLIC, 80)]
    assert site.seen[0][1]["host"] == "rebind.example"
    with pytest.raises(Unsafe, match=r"127\.0\.0\.1"):
        client.get("http://rebind.example/")
    assert len(dialled.places) == 1


def test_the_next_address_is_tried_when_one_is_dead(monkeypatch, site, make):
    dialled = Dialled(monkeypatch, site)
    here = httpcore2.SyncBackend.connect_tcp

    def connect(backend, host, *rest, **more):
        if host == "1.1.1.1":
            raise httpcore2.ConnectError("dead")
        return here(backend, host, *rest, **more)

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    site.on("/", json())
    client = make(routes={}, resolve=lambda host, port: ["1.1.1.1", PUBLIC])
    assert client.get("http://quay.example/").status == 200
    assert dialled.places == [(PUBLIC, 80)]


def test_certificates_are_checked_for_the_name(monkeypatch, make):
    named: list[str | None] = []

    class Stream(httpcore2.NetworkStream):
        def start_tls(self, ssl_context, server_hostname=None, timeout=None):
            named.append(server_hostname)
            assert ssl_context.check_hostname
            raise httpcore2.ConnectError("CERTIFICATE_VERIFY_FAILED: hostname mismatch")

        def close(self):
            pass

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", lambda *_, **__: Stream())
    client = make(routes={}, resolve=lambda host, port: [PUBLIC])
    with pytest.raises(Unsafe, match="certificate"):
        client.get("https://quay.example/")
    assert named == ["quay.example"]


def test_no_proxy_is_taken_from_the_environment(monkeypatch, site, make):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    dialled = Dialled(monkeypatch, site)
    site.on("/", json())
    make(routes={}, resolve=lambda host, port: [PUBLIC]).get("http://quay.example/")
    assert dialled.places == [(PUBLIC, 80)]
