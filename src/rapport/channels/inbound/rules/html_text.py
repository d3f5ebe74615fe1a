"""Plain text out of HTML, as a reader would copy it: linear, and never a word from a script or a style sheet."""

import re
from html import unescape

from rapport.channels.inbound.rules.limits import HTML_CHARACTERS, MOST_TAGS

BORDER = "\ufdd0"
"""A line that says: what follows is the mail answered to. A character that no text may hold."""

LEVEL = "\ufdd1"
"""Stands before a line once for each quotation the line is in."""

_MARKS = str.maketrans({"\xa0": " ", "\u200b": None, BORDER: None, LEVEL: None})
_TOKEN = re.compile(
    r"""<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9:_-]{0,30})(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+'|["'])*+)>"""
    r"""|<[A-Za-z/!?][^<>]*+>?|(?P<text>[^<]++|<)"""
)
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
    }
    | {
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
    }
    | {"pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"})
_UNSEEN = frozenset(
    {"script", "style", "head", "title", "noscript", "template", "object", "svg", "math", "select"}
)
_EMPTY = frozenset({"br", "hr", "img", "input", "meta", "link", "base", "area", "col", "embed", "wbr"})
_BLANK = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_MOST_QUOTES = 9
_LINES = re.compile(r"\n{3,}")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[[^\]<>]{0,80}\]>|<[!?][^<>]{0,2000}>", re.DOTALL)
_QUOTING = re.compile(r"gmail_attr|moz-cite-prefix|yahoo_quoted_header", re.IGNORECASE)
_BORDERS = re.compile(
    r"divRplyFwdMsg|OutlookMessageHeader|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|zwchr"
    r"|ms-outlook-mobile-reference-message|stopSpelling|yahoo_quoted|border-top:\s*solid\s+#(?:B5C4DF|E1E1E1)",
    re.IGNORECASE,
)


def cut(html: str) -> tuple[str, bool]:
    """As much of the HTML as is worked through, and whether that is less than all."""
    kept = html[:HTML_CHARACTERS]
    if kept.count("<") > MOST_TAGS:
        position = -1
        for _ in range(MOST_TAGS):
            position = kept.index("<", position + 1)
        kept = kept[:position]
    if len(kept) == len(html):
        return html, False
    opened = kept.rfind("<")
    return (kept[:opened] if opened > kept.rfind(">") else kept), True


def without_comments(html: str) -> str:
    """The HTML without comments, declarations and Outlook's conditions, which no reader sees."""
    return _COMMENT.sub("", html) if "<!" in html or "<?" in html else html


def text_of(html: str) -> str:
    r"""The text a reader sees; paragraphs apart, list items with a dash.

    >>> text_of("<style>p{}</style><p>Dear&nbsp;all,</p><p>it <b>works</b>.<br>Ada</p>")
    'Dear all,\n\nit works.\nAda'
    """
    return without_marks(marked(html))


def marked(html: str) -> str:
    """The same text with a `LEVEL` before a line for each quotation around it, and a line of `BORDER`.

    The border stands where a mail system puts the mail answered to without quoting it.
    """
    reader = _Reader()
    for match in _TOKEN.finditer(without_comments(cut(html)[0])):
        end, tag, attributes, text = match.groups()
        if text is not None:
            reader.read_text(text)
        elif tag is not None:
            if end:
                reader.close(tag.lower())
            else:
                reader.open(tag.lower(), attributes)
    return reader.text()


def without_marks(text: str) -> str:
    """A marked text as a reader sees it."""
    bare = text.replace(BORDER + "\n", "").replace(BORDER, "").replace(LEVEL, "")
    return _LINES.sub("\n\n", bare).strip("\n")


def as_quoted(text: str) -> str:
    """A marked text with `>` before what is quoted, as in a plain mail."""
    return text.replace(LEVEL, "> ")


class _Reader:
    """Gathers what is seen, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._unseen: list[str] = []
        self._divs: list[bool] = []
        self._quotes = 0
        self._plain = 0
        self._gap = 0

    def open(self, tag: str, attributes: str) -> None:
        """A tag begins: it may start a line, a quotation, or something no reader sees."""
        if self._unseen:
            if tag == self._unseen[-1] and tag not in {"script", "style"}:
                self._unseen.append(tag)
            elif tag == "body":
                self._unseen.clear()
            return
        if tag in _UNSEEN or (
            ("none" in attributes or "mso-hide" in attributes) and _HIDDEN.search(attributes)
        ):
            if tag not in _EMPTY and not attributes.endswith("/"):
                self._unseen.append(tag)
            return
        self._begin_line(tag)
        if attributes:
            self._begin_quotation(tag, attributes)
        elif tag == "div":
            self._divs.append(False)
        self._begin_kind(tag)

    def _begin_line(self, tag: str) -> None:
        if tag == "br":
            self._break(is_hard=True)
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")
        elif tag in _BLOCKS:
            self._break()
            self._gap = max(self._gap, int(tag in _APART))

    def _begin_kind(self, tag: str) -> None:
        if tag == "li":
            self._line.append("- ")
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._plain += 1

    def _begin_quotation(self, tag: str, attributes: str) -> None:
        is_quoting = tag == "div" and bool(_QUOTING.search(attributes))
        self._quotes += is_quoting
        if tag == "div":
            self._divs.append(is_quoting)
        if tag != "body" and not self._quotes and _BORDERS.search(attributes):
            self._break()
            self._lines.append(BORDER)

    def close(self, tag: str) -> None:
        """A tag ends."""
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
            return
        if tag in _BLOCKS:
            self._break()
            self._gap = max(self._gap, int(tag in _APART))
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._plain = max(0, self._plain - 1)
        elif tag == "div" and self._divs:
            self._quotes = max(0, self._quotes - self._divs.pop())

    def read_text(self, data: str) -> None:
        """Words between tags."""
        if self._unseen:
            return
        seen = unescape(data) if "&" in data else data
        if self._plain:
            first, *more = seen.split("\n")
            self._line.append(first)
            for line in more:
                self._break(is_hard=True)
                self._line.append(line)
            return
        if seen.isspace() and not self._line:
            return
        self._line.append(seen)

    def _break(self, *, is_hard: bool = False) -> None:
        if not self._line:
            self._gap += is_hard
            return
        line = "".join(self._line).translate(_MARKS)
        line = line.rstrip() if self._plain else _BLANK.sub(" ", line).strip()
        self._line = []
        if line:
            level = LEVEL * min(self._quotes, _MOST_QUOTES)
            if self._gap and self._lines:
                self._lines.append(level)
            self._lines.append(level + line)
            self._gap = 0
        elif is_hard:
            self._gap += 1

    def text(self) -> str:
        """Everything gathered, marks included."""
        self._break()
        return "\n".join(self._lines)
