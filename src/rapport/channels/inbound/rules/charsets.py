"""From bytes to text when the name of the charset is missing, unknown or wrong."""

import codecs
import re
from functools import lru_cache

_NOT_TEXT = frozenset(
    {
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
        "utf-16",
        "utf-32",
    }
)
_WIDER = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "x-windows-949": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "iso-2022-jp": "iso2022_jp_2",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-macintosh": "mac_roman",
    "mac": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "unicode": "utf-8",
}
"""Charsets by the name senders use, and the wider one their bytes are in (after the WHATWG's encoding standard)."""

_ISO_2022 = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_UTF_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@lru_cache(512)
def codec_of(name: str) -> str:
    """The codec that reads this charset; empty where there is none that makes text.

    >>> codec_of("ISO-8859-1"), codec_of("'utf8'"), codec_of("zlib"), codec_of("x-unknown")
    ('cp1252', 'utf-8', '', '')
    """
    bare = name.strip().strip("\"'<>;").lower()[:60]
    bare = _WIDER.get(bare, bare)
    try:
        found = codecs.lookup(bare)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if not getattr(found, "_is_text_encoding", False) or found.name in _NOT_TEXT:
        return "" if found.name not in {"utf-16", "utf-32"} else found.name
    return _WIDER.get(found.name, found.name)


def decoded(content: bytes, charset: str = "", otherwise: str = "") -> tuple[str, str]:
    r"""The text in these bytes and what was wrong with their charset, empty where nothing was.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever a one-byte charset claims: it hardly happens by chance.

    >>> decoded("Grüße".encode(), "iso-8859-1"), decoded(b"Gr\xfc\xdfe", "x-nonsense")
    (('Grüße', 'charset was not iso-8859-1'), ('Grüße', 'charset x-nonsense unknown'))
    """
    for mark, codec in _UTF_MARKS:
        if content.startswith(mark):
            return content.decode(codec, "replace"), ""
    declared = codec_of(charset) if charset else ""
    if content.isascii() and (not declared or _keeps_ascii(declared)):
        return _ascii(content, charset)
    fault = "" if declared else (f"charset {charset[:40]} unknown" if charset else "charset not said")
    return _beyond_ascii(content, charset, (declared, codec_of(otherwise) if otherwise else ""), fault)


def _ascii(content: bytes, charset: str) -> tuple[str, str]:
    if b"\x1b" in content and _ISO_2022.search(content):
        return content.decode("iso2022_jp_2", "replace"), "" if "2022" in charset else "charset was not said"
    return content.decode("ascii"), ""


def _beyond_ascii(
    content: bytes, charset: str, codecs_in_turn: tuple[str, str], fault: str
) -> tuple[str, str]:
    declared, otherwise = codecs_in_turn
    if _is_one_byte(declared or "cp1252"):
        text = _strictly(content, "utf-8")
        if text is not None:
            return text, fault or f"charset was not {charset[:40]}"
    for codec in (declared, otherwise):
        text = _strictly(content, codec) if codec else None
        if text is not None:
            return text, fault
    fault = fault or f"bytes that are not {charset[:40]}"
    if declared and (not _is_one_byte(declared) or declared != "cp1252"):
        replaced = content.decode(declared, "replace")
        if replaced.count("\ufffd") * 20 <= len(replaced):
            return replaced, fault
    text = _strictly(content, "utf-8")
    return (text if text is not None else _western(content)), fault


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _western(content: bytes) -> str:
    """The five bytes that Windows left undefined are read as Latin-1 reads them."""
    text = _strictly(content, "cp1252")
    return content.decode("latin-1") if text is None else text


@lru_cache(256)
def _is_one_byte(codec: str) -> bool:
    every = bytes(range(160, 256))
    return (
        len(every.decode(codec, "replace")) == len(every) and codec != "utf-8" and not codec.startswith("utf")
    )


@lru_cache(256)
def _keeps_ascii(codec: str) -> bool:
    """Whether ASCII bytes mean themselves in it: not so in UTF-7, UTF-16, EBCDIC and the shifting charsets."""
    every = bytes(range(9, 127))
    return codec not in {"utf-7", "hz"} and every.decode(codec, "replace") == every.decode("ascii")
