"""HTML of other people, made safe to show: the one list of what may stay. A sandboxed frame comes on top of it.

No style sheets, scripts, forms, frames; no id, class, name, data-* or hx-*, so that nothing reaches the page around
it. Pictures from elsewhere are not fetched unless asked for: they tell their sender who read the mail, and when. The
frame around it says `<base target="_blank">`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

import nh3

from rapport.channels.inbound.rules import html_text

_TAGS = """
a abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em
figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt ruby s samp
section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
_WITH_CONTENT = """
script style title head noscript template object svg math select textarea xmp iframe noembed noframes audio video
canvas applet
"""
_STYLES = """
color background-color font-weight font-style font-size font-family text-align text-decoration vertical-align
line-height white-space width max-width height padding padding-left padding-right padding-top padding-bottom
margin-left border border-collapse border-left list-style-type
"""
_CELL = {"align", "valign", "colspan", "rowspan", "width", "height", "bgcolor"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "align", "border"},
    "font": {"color", "face", "size"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width", "height"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"align", "valign", "bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "li": {"value"},
    "p": {"align"},
    "div": {"align"},
    "hr": {"width", "size", "align"},
    "blockquote": {"cite"},
    "time": {"datetime"},
}
_LINKS = ("http://", "https://", "mailto:", "tel:")
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_NESTING = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_UNCLOSED = "br hr img input meta link col wbr area base embed p li td tr th"
_MOST_NESTED = 200
_PICTURE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]{1,200000}")


@dataclass
class _Pictures:
    """What becomes of the pictures of one mail."""

    cid_url: Callable[[str], str]
    allows_remote: bool
    blocked: int = 0
    seen: list[str] = field(default_factory=list)

    def filter(self, tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return self._source(value.strip())
        if attribute in {"href", "cite"}:
            return value if value.strip().lower().startswith(_LINKS) else None
        if attribute == "style" and (
            "url" in value.lower() or "\\" in value or "expression" in value.lower()
        ):
            return None
        return value

    def _source(self, value: str) -> str | None:
        lower = value[:12].lower()
        if lower.startswith("cid:"):
            found = self.cid_url(value[4:])
            return found or None
        if lower.startswith("data:"):
            return value if _PICTURE_DATA.fullmatch(value) else None
        if lower.startswith(("http:", "https:")) and self.allows_remote:
            return value
        self.blocked += 1
        return None


@dataclass(frozen=True)
class SafeHtml:
    """What may be shown, how many pictures from elsewhere were held back, and whether something was cut off."""

    html: str
    blocked_images: int
    is_cut: bool


def _no_picture(_content_id: str) -> str:
    return ""


def safe(html: str, *, cid_url: Callable[[str], str] = _no_picture, allows_remote: bool = False) -> SafeHtml:
    """The HTML with nothing in it that acts, fetches or reaches out of its frame.

    `cid_url` gives the address at which a picture that came with the mail is shown, by its content id; empty for none.

    >>> safe('<p onclick="steal()">Hi <img src="https://a.example/b.gif"><script>steal()</script></p>')
    SafeHtml(html='<p>Hi <img></p>', blocked_images=1, is_cut=False)
    """
    kept, is_cut = html_text.cut(html)
    kept = html_text.without_comments(kept)
    if _is_too_deep(kept):
        return SafeHtml(f"<pre>{escape(html_text.text_of(kept), quote=False)}</pre>", 0, is_cut=True)
    pictures = _Pictures(cid_url, allows_remote)
    cleaned = nh3.clean(
        kept,
        tags=set(_TAGS.split()),
        clean_content_tags=set(_WITH_CONTENT.split()),
        attributes=_ATTRIBUTES,
        attribute_filter=pictures.filter,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        filter_style_properties=set(_STYLES.split()),
        strip_comments=True,
    )
    return SafeHtml(cleaned, pictures.blocked, is_cut=is_cut)


def _is_too_deep(html: str) -> bool:
    """Whether elements are nested so deep that building their tree would take more than linear time."""
    depth, unclosed = 0, frozenset(_UNCLOSED.split())
    for match in _NESTING.finditer(html):
        if match[2].lower() in unclosed:
            continue
        depth += -1 if match[1] else 1
        if depth > _MOST_NESTED:
            return True
    return False
