from __future__ import annotations

import gzip
import random
from functools import partial

import brotli
import pytest
import zstandard

from groundswell.errors import Malformed, TooLarge
from groundswell.http.decode import Caps, opened, whole

from .conftest import reply

WIDE = Caps(1 << 20, 8 << 20, 100)
PACK = {"gzip": gzip.compress, "br": partial(brotli.compress, quality=4),
        "zstd": zstandard.ZstdCompressor().compress}  # fmt: skip
CONTENT = random.Random(3).randbytes(300_000) + b"harbour " * 40_000


def chunked(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("size", [1 << 20, 4096, 7])
def test_packed_is_opened(coding, size):
    content = CONTENT if size > 7 else CONTENT[-3000:]
    assert whole(chunked(PACK[coding](content), size), coding, WIDE) == content


@pytest.mark.parametrize(("coding", "pack"), PACK.items())
def test_the_client_opens_what_it_asked_for(site, client, coding, pack):
    site.on("/x", reply(pack(CONTENT), kind="text/plain", content_encoding=coding))
    assert client.get("https://quay.example/x").body == CONTENT


def test_members_follow_each_other():
    for coding in ("gzip", "zstd"):
        both = PACK[coding](b"one ") + PACK[coding](b"two")
        assert whole([both], coding, WIDE) == b"one two"
    assert whole([gzip.compress(b"one") + b"\0" * 512], "x-gzip", WIDE) == b"one"


def test_two_layers_are_opened_and_three_are_not():
    assert whole([brotli.compress(gzip.compress(b"x"))], "gzip, br", WIDE) == b"x"
    assert whole([b"x"], "identity", WIDE) == b"x"
    with pytest.raises(Malformed, match="did not ask"):
        whole([b"x"], "gzip, gzip, gzip", WIDE)
    with pytest.raises(Malformed, match="did not ask"):
        whole([b"x"], "deflate", WIDE)


@pytest.mark.parametrize("coding", PACK)
def test_a_bomb_is_stopped_before_it_is_whole(coding):
    bomb = PACK[coding](bytes(64 << 20))
    assert max(len(piece) for piece in opened(chunked(bomb, 1000), coding)) < 4 << 20
    with pytest.raises(TooLarge, match="100 times"):
        whole([bomb], coding, Caps(1 << 20, 1 << 30, 100))
    with pytest.raises(TooLarge, match="8,388,608 bytes"):
        whole([bomb], coding, Caps(1 << 20, 8 << 20, 10**6))


def test_a_bomb_inside_a_bomb_is_stopped_too():
    with pytest.raises(TooLarge):
        whole([gzip.compress(gzip.compress(bytes(64 << 20)))], "gzip, gzip", WIDE)


def test_a_small_page_may_be_one_letter_often():
    assert len(whole([gzip.compress(b"a" * 900_000)], "gzip", WIDE)) == 900_000


def test_what_is_sent_has_a_cap_of_its_own():
    with pytest.raises(TooLarge, match="as sent"):
        whole(chunked(PACK["gzip"](CONTENT), 1000), "gzip", Caps(100_000, 1 << 20, 100))


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("keep", [0.3, 0.9, 0.999])
def test_what_breaks_off_is_not_whole(coding, keep):
    packed = PACK[coding](CONTENT)
    with pytest.raises(Malformed, match="breaks off"):
        whole([packed[: int(len(packed) * keep)]], coding, WIDE)


@pytest.mark.parametrize("coding", PACK)
def test_damage_is_named(coding):
    with pytest.raises(Malformed, match="damaged"):
        whole([b"no such thing at all, nowhere"], coding, WIDE)
    assert whole([], coding, WIDE) == b""


def test_more_after_brotli_is_not_ours():
    with pytest.raises(Malformed):
        whole([brotli.compress(b"x"), b"y"], "br", WIDE)


def test_a_window_larger_than_ours_is_refused():
    options = zstandard.ZstdCompressionParameters(window_log=28)
    frame = zstandard.ZstdCompressor(compression_params=options).compressobj()
    packed = frame.compress(CONTENT) + frame.flush()
    with pytest.raises(Malformed, match="damaged zstd"):
        whole([packed], "zstd", WIDE)


def test_the_client_names_the_address(site, client):
    bomb = gzip.compress(bytes(8 << 20))
    site.on("/bomb", reply(bomb, kind="text/plain", content_encoding="gzip"))
    site.on("/cut", reply(bomb[:-9], kind="text/plain", content_encoding="gzip"))
    with pytest.raises(TooLarge, match="/bomb"):
        client.get("https://quay.example/bomb")
    with pytest.raises(TooLarge, match="/cut"):
        client.get("https://quay.example/cut")
