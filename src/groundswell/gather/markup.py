"""Other people's XML and HTML, read without harm. The one door of lxml and nh3."""

from __future__ import annotations

import re
from html.entities import html5

import nh3
from lxml import etree

from groundswell.errors import Malformed
from groundswell.http.charset import text_of
from groundswell.text import plain

Element = etree._Element

DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
BEFORE_ROOT = re.compile(r"\s++|<\?.*?\?>|<!--.*?-->", re.DOTALL)
SUBSET = re.compile(r"""<!DOCTYPE(?:[^>"'\[]|"[^"]*"|'[^']*')*\[""", re.IGNORECASE)
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HALVES = re.compile(r"[\ud800-\udfff]")  # lone surrogates, out of JSON
CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
AMPERSAND = re.compile(r"&(?:(#x[0-9a-fA-F]{1,8}|#[0-9]{1,9}|[a-zA-Z][a-zA-Z0-9]{1,31});)?")
STRAY = re.compile(r"<(?![a-zA-Z_:/!?])")
# By number: recovering from a fault, libxml2 drops every entity that has a name.
XML_NAMES = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}

KEPT = {"blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p",
        "pre", "section", "article", "table", "td", "th", "tr", "ul"}  # fmt: skip
DROPPED = {"head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template",
           "textarea", "title"}  # fmt: skip
BLOCK = re.compile(r"</(?:dd|dt|h[1-6]|ol|section|article|table|tr|ul)>")
CELL = re.compile(r"</t[dh]>")
PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
CLOSED_BY_NEXT = {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li",
                  "link", "meta", "option", "p", "source", "td", "th", "tr", "wbr"}  # fmt: skip
DEEPEST, LONGEST = 256, 1 << 20
LINE_ENDS = re.compile(r"[^\S\n]*\n[^\S\n]*")
BLANK_LINES = re.compile(r"\n{3,}")


def xml(body: bytes, *, charset: str = "") -> Element:
    """The root of an XML document from the network.

    No entity is resolved, no file or address opened, no DTD read; a document type with
    declarations of its own is refused. Broken documents are mended as far as they can be:
    control characters dropped, HTML's names and stray ampersands read as what they mean.
    Malformed when nothing is left. `charset` is the Content-Type header, where one is known.
    """
    text = ILLEGAL.sub("", DECLARATION.sub("", text_of(body, charset), count=1)).lstrip()
    if declares(text):
        raise Malformed("XML: its document type declares entities or elements; such are not read")
    root = parsed(text, recover=False)
    if root is None:
        root = parsed(mended(text), recover=True)
    if root is None:
        raise Malformed(f"XML: holds no element; it begins with {text[:40]!r}")
    return root


def declares(text: str) -> bool:
    """Whether the document type before the root element carries an internal subset."""
    at = 0
    while found := BEFORE_ROOT.match(text, at):
        at = found.end()
    return SUBSET.match(text, at) is not None


def parsed(text: str, *, recover: bool) -> Element | None:
    """The root element, or None when the text is not well formed (or, recovering, empty)."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        dtd_validation=False, huge_tree=False, recover=recover, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError:
        return None


def mended(text: str) -> str:
    """Entities of HTML, stray ampersands and "less than" made well formed; CDATA is left alone."""
    parts = CDATA.split(text)
    parts[::2] = [STRAY.sub("&#60;", AMPERSAND.sub(one_entity, part)) for part in parts[::2]]
    return "".join(parts)


def one_entity(found: re.Match[str]) -> str:
    """What an ampersand and the name after it, if any, should have been."""
    name = found[1]
    if name is None:
        return XML_NAMES["amp"]
    if name in XML_NAMES:
        return XML_NAMES[name]
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        legal = 0 < number < 0x110000 and not ILLEGAL.match(chr(number))
        return found[0] if legal else ""
    meant = html5.get(name + ";")
    return f"&#38;{name};" if meant is None else "".join(f"&#{ord(one)};" for one in meant)


def text_of_html(html: str) -> str:
    """The words of a piece of HTML as plain text, one line for each paragraph, item or row.

    Scripts, styles, pictures and what no reader would see are dropped with their content. Line
    breaks of the source count only in text without block elements and within `<pre>`.

    >>> text_of_html("<h2>A</h2><p>b &amp;\\nc<script>x()</script></p><table><tr><td>1</td><td>2")
    'A\\n\\nb & c\\n1 2'
    """
    html = HALVES.sub("\ufffd", html[:LONGEST])
    if nested(html) > DEEPEST:  # the time a tree takes grows with the square of its depth
        clean = HIDDEN.sub("", html)
    else:
        clean = nh3.clean(html, tags=KEPT, clean_content_tags=DROPPED, attributes={})
    clean = CELL.sub(" ", BLOCK.sub("</p>", clean))
    if "</" in clean or "<br" in clean:
        parts = PRE.split(clean)
        parts[::2] = [part.replace("\n", " ") for part in parts[::2]]
        clean = "".join(parts)
    return BLANK_LINES.sub("\n\n", LINE_ENDS.sub("\n", plain(clean))).strip()


def nested(html: str) -> int:
    """How deep the elements of a piece of HTML may nest at most, end tags that are left out
    taken into account."""
    depth = deepest = 0
    for closing, name in TAG.findall(html):
        if name.lower() not in CLOSED_BY_NEXT:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest
