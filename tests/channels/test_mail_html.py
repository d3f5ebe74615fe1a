"""HTML of a mail does nothing, fetches nothing and reaches out of no frame (A20, A21, A22); and it reads as text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from rapport.channels.inbound.rules import html_text, safe_html

CORPUS = Path(__file__).parents[1] / "corpus/xss.txt"
HOSTILE = [line for line in CORPUS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
HOSTILE += [
    '<a href="/settings/delete/">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="cid:a@b">x</a>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<p style="position:fixed;top:0;left:0">x</p>',
    '<p style="background:u\\72l(https://evil.example/)">x</p>',
    "<table background=https://evil.example/x><tr><td background=//evil.example/y>x",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=PWNED()>",
    "<!--><img src=x onerror=PWNED()>-->",
    "<![CDATA[><img src=x onerror=PWNED()>]]>",
    '<p id="x" class="y" name="z" hx-get="/a" data-hx-get="/b" data-x="c" onclick="PWNED()">x</p>',
    "<input type=image src=https://evil.example/x><isindex action=javascript:PWNED()>",
    '<a href="https://a.example" ping="https://evil.example/">x</a>',
    '<img lowsrc="https://evil.example" dynsrc="https://evil.example" longdesc="javascript:PWNED()">',
]
TAGS = frozenset(safe_html._TAGS.split())
FETCHING = {
    "src",
    "srcset",
    "background",
    "poster",
    "data",
    "action",
    "formaction",
    "ping",
    "longdesc",
    "lowsrc",
}


class Looking(HTMLParser):
    """Notes every attribute of every tag that is left."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [(tag, name, value or "") for name, value in attrs]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left(html: str) -> None:
    looked = Looking(safe_html.safe(html).html)
    assert looked.tags <= TAGS
    for _, name, value in looked.found:
        assert name not in FETCHING
        assert name not in {"id", "class", "name"}
        assert not name.startswith(("on", "hx-", "data-", "x-", "@", "_"))
        if name == "href":
            assert value.startswith(("https://", "http://", "mailto:", "tel:"))
        if name == "style":
            assert "url" not in value
            assert "position" not in value


def test_what_is_made_safe_stays_as_it_is_when_made_safe_again() -> None:
    for html in [*HOSTILE, "<p>a &amp; b <b>c</b></p>", '<a href="https://a.example/?b=1&amp;c=2">x</a>']:
        once = safe_html.safe(html).html
        assert safe_html.safe(once).html == once


def test_links_say_nothing_of_where_they_are_followed_from() -> None:
    assert 'rel="noopener noreferrer"' in safe_html.safe('<a href="https://a.example/">x</a>').html


def test_pictures_from_elsewhere_are_counted_and_fetched_only_when_asked_for() -> None:
    html = '<img src="https://a.example/1.png" alt="one"><img src="//a.example/2.png"><img src="cid:3@x">'
    held = safe_html.safe(html, cid_url=lambda content_id: f"/files/{content_id}/")
    assert held.blocked_images == 2
    assert held.html == '<img alt="one"><img><img src="/files/3@x/">'
    asked = safe_html.safe(html, allows_remote=True)
    assert 'src="https://a.example/1.png"' in asked.html


def test_html_too_deep_to_be_shown_is_shown_as_text() -> None:
    found = safe_html.safe("<div>" * 1_000 + "hello <b>you</b>")
    assert found.html == "<pre>hello you</pre>"
    assert found.is_cut


def test_html_too_long_is_cut_between_its_tags_and_says_so() -> None:
    found = safe_html.safe("<p>hello</p>" * 100_000)
    assert found.is_cut
    assert found.html.startswith("<p>hello</p>")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a <b> & c d"),
        ("<style>p{}</style><script>x()</script><title>t</title>seen", "seen"),
        ('<p style="display: none">hidden</p>seen', "seen"),
        ("<!-- a --><!--[if mso]>b<![endif]-->seen<![endif]>", "seen"),
        ('<a title="a > b">seen</a>', "seen"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>open <b>tags", "open tags"),
        ("", ""),
        ("\ufdd0a\ufdd1", "a"),
    ],
)
def test_html_reads_as_a_person_sees_it(html: str, text: str) -> None:
    assert html_text.text_of(html) == text
