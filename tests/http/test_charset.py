from __future__ import annotations

import pytest

from groundswell.http.charset import text_of

UMLAUT = "Fähre für Öland, 5 €"
RUSSIAN = "Паром опять опоздал, сообщает портовая газета. Расписание на воскресенье изменено."
XML = '<?xml version="1.0" encoding="{}"?><r>Fähre</r>'
HTML = '<html><head><meta charset="{}"></head>Fähre</html>'
OLD = '<meta http-equiv="Content-Type" content="text/html; charset={}">Fähre'


@pytest.mark.parametrize(("body", "kind", "text"), [
    (UMLAUT.encode(), "", UMLAUT),
    (UMLAUT.encode("utf-8-sig"), "text/html; charset=windows-1251", UMLAUT),
    (UMLAUT.encode("utf-16"), "", UMLAUT),
    (UMLAUT.encode("utf-32"), "", UMLAUT),
    (UMLAUT.encode("cp1252"), "text/html; charset=ISO-8859-1", UMLAUT),
    (UMLAUT.encode("cp1252"), "text/html;charset='latin1'", UMLAUT),
    (UMLAUT.encode("cp1252"), "text/plain; charset=us-ascii", UMLAUT),
    (UMLAUT.encode(), "text/html; charset=iso-8859-1", UMLAUT),
    (UMLAUT.encode("iso8859-15"), "text/html; charset=iso-8859-15", UMLAUT),
    (RUSSIAN.encode("koi8-r"), "text/html; charset=KOI8-R", RUSSIAN),
    (RUSSIAN.encode("cp1251"), "text/html; charset=windows-1251", RUSSIAN),
    ("渡船".encode("gbk"), "text/html; charset=gb2312", "渡船"),
    ("渡し船①".encode("cp932"), "text/html; charset=Shift_JIS", "渡し船①"),
    ("나룻배".encode("cp949"), "text/html; charset=euc-kr", "나룻배"),
    (b"\x93so\x94 \x81", "text/html; charset=windows-1252", "“so” \ufffd"),
    (UMLAUT.encode(), "text/html; charset=nonsense", UMLAUT),
    (b"+ADw-script+AD4-", "text/html; charset=utf-7", "+ADw-script+AD4-"),
    (rb"\x3cb\x3e", "text/html; charset=unicode_escape", r"\x3cb\x3e"),
    (UMLAUT.encode("cp1252"), "text/html; charset=utf-8", UMLAUT),
    (b"", "", ""),
])  # fmt: skip
def test_headers_and_marks(body, kind, text):
    assert text_of(body, kind) == text


@pytest.mark.parametrize("template", [XML, HTML, OLD])
@pytest.mark.parametrize("name", ["utf-8", "iso-8859-1", "windows-1252"])
def test_documents_that_say_so_themselves(template, name):
    text = template.format(name)
    assert text_of(text.encode(name)) == text


def test_the_header_goes_before_the_document():
    body = HTML.format("windows-1251").encode("iso8859-2")
    assert "Fähre" in text_of(body, "text/html; charset=iso-8859-2")


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_xml_without_a_mark_is_seen(name):
    text = '<?xml version="1.0" encoding="utf-16"?><r>ä</r>'
    assert text_of(text.encode(name)) == text


def test_what_nobody_names_is_guessed():
    assert text_of((RUSSIAN * 4).encode("cp1251")) == RUSSIAN * 4


def test_never_fails():
    for body in (bytes(range(256)), b"\xff" * 9, b"\xfe\xff\xd8", b"\x00", b"caf\xe9"):
        assert isinstance(text_of(body), str)
