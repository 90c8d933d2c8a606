from __future__ import annotations

import http.server
import threading

import pytest

from groundswell.errors import Malformed
from groundswell.gather.markup import text_of_html, xml

FEED = """<?xml version="1.0" encoding="{}"?>
<rss version="2.0"><channel><title>Fähre</title></channel></rss>"""
LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;">]><lolz>&c;</lolz>"""
FILE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'
COMMENTED = '<?xml version="1.0"?>\n<!-- a > b --> <?pi x?>\n' + FILE


class TestXml:
    @pytest.mark.parametrize("name", ["utf-8", "iso-8859-1", "utf-16", "windows-1252"])
    def test_reads_every_charset(self, name):
        assert xml(FEED.format(name).encode(name)).findtext("channel/title") == "Fähre"

    def test_the_header_helps_where_the_document_is_silent(self):
        body = "<r>Fähre</r>".encode("cp1252")
        assert xml(body, charset="text/xml; charset=windows-1252").text == "Fähre"

    @pytest.mark.parametrize("bomb", [LAUGHS, FILE, COMMENTED, FILE.replace("DOCTYPE", "doctype"),
                                      "\n\n" + FILE, "\ufeff" + FILE,
                                      '<!DOCTYPE r SYSTEM "a>b[" [<!ENTITY x "y">]><r>&x;</r>',
                                      '<!DOCTYPE r [<!ATTLIST r a CDATA "x">]><r/>'])  # fmt: skip
    @pytest.mark.parametrize("name", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
    def test_declares_nothing_of_its_own(self, bomb, name):
        with pytest.raises(Malformed):
            xml(bomb.encode(name))

    def test_opens_no_address(self):
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        document = (f'<!DOCTYPE r PUBLIC "-//x" "{address}/r.dtd"><r xmlns:x="http://www.w3.org/2001/'
                    f'XInclude"><x:include href="{address}/i" parse="text"/>&x;</r>')  # fmt: skip
        assert xml(document.encode()).tag == "r"
        server.shutdown()
        thread.join()
        server.server_close()
        assert asked == []

    def test_a_document_type_of_the_past_is_harmless(self):
        old = '<!DOCTYPE rss PUBLIC "-//Old//DTD RSS 0.91//EN" "http://old.example/rss.dtd"><rss>x</rss>'
        assert xml(old.encode()).text == "x"

    def test_talk_of_document_types_is_not_one(self):
        assert xml(f"<r><![CDATA[{FILE}]]></r>".encode()).text == FILE
        assert xml(f"<!-- {FILE.replace('--', '')} --><r>x</r>".encode()).text == "x"

    @pytest.mark.parametrize(("body", "text"), [
        (b"<r>a\x00b\x0bc\xef\xbf\xbed</r>", "abcd"),
        (b"<r>Lamp &amp; Sons, AT&T, a & b</r>", "Lamp & Sons, AT&T, a & b"),
        (b"<r>a&nbsp;b&hellip;&bogus; &lt;</r>", "a\xa0b…&bogus; <"),
        (b"<r>&LT;b&GT;&AMP;amp;</r>", "<b>&amp;"),
        (b"<r>&#x41;&#0;&#xb;&#55357;&#x1F6A2;</r>", "A🚢"),
        (b"<r>&x<![CDATA[AT&T &nbsp;]]></r>", "&xAT&T &nbsp;"),
        (b"  \n<?xml version='1.0'?><r>late declaration</r>", "late declaration"),
        (b"<r>cut off", "cut off"),
        (b"<r>caf\xe9</r>", "café"),
    ])  # fmt: skip
    def test_broken_documents_are_mended(self, body, text):
        assert xml(body).text == text

    @pytest.mark.parametrize(
        "body", [b"", b"   ", b"no markup", b'{"a": 1}', b"<", b"<?xml?>", b"\xff\xfe"]
    )
    def test_nothing_to_read_is_an_error(self, body):
        with pytest.raises(Malformed):
            xml(body)

    def test_a_tower_of_elements_does_not_fall_on_us(self):
        assert xml(b"<a>" * 100_000).tag == "a"


@pytest.mark.parametrize(("html", "text"), [
    ("", ""),
    ("plain\nlines stay", "plain\nlines stay"),
    ("one<p>two<p>three &#x27;x&#x27;", "one\ntwo\n\nthree 'x'"),
    ("<p>source\nlines do not</p>\n<p>b</p>", "source lines do not\n\nb"),
    ("a<br>b<br/>\nc", "a\nb\nc"),
    ("<ul>\n<li>x</li>\n<li>y</li>\n</ul>", "x\ny"),
    ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a b\n1 2"),
    ("<pre><code>x\n  y</code></pre>", "x\ny"),
    ("<h2>Head</h2><p>body</p>", "Head\n\nbody"),
    ("<blockquote><p>said</p></blockquote><p>replied</p>", "said\n\nreplied"),
    ('<p><a href="https://quay.example/x">here</a> <b>bold</b><i>i</i></p>', "here boldi"),
    ("<script>a()</script>x<style>p{}</style><noscript>n</noscript><svg><text>t</text></svg>", "x"),
    ('<img src="x" alt="a cat" onerror="y()">seen', "seen"),
    ("1 &lt; 2 and 3 > 2 & so < on", "1 < 2 and 3 > 2 & so < on"),
    ("<p>caf&eacute;\u200b \u202eabc</p>", "café abc"),
    ("<!-- no --><p>yes</p>", "yes"),
    ("&lt;script&gt;x()&lt;/script&gt;", "<script>x()</script>"),
    ("half \ud83d a ship", "half \ufffd a ship"),
    ("<title>t</title><head><meta></head><p>x", "x"),
    ("<" * 5 + "p>x</p>", "<<<<\nx"),
    ("<div><script>a()" * 300 + "</script>x", "x"),
])  # fmt: skip
def test_words_of_html(html, text):
    assert text_of_html(html) == text


def test_a_tower_of_elements_takes_no_time():
    assert text_of_html("<div>" * 200_000 + "x") == "x"
    assert text_of_html("<b><p>" * 100_000 + "x") == "x"
    assert len(text_of_html("<p>word</p>" * 1000)) == 5998
