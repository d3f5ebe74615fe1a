"""Text from outside, made storable: what PostgreSQL or UTF-8 cannot hold is replaced, the rest is kept."""

_REPLACEMENT = "\ufffd"


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD; other text is returned as it is."""
    if "\x00" in text:
        text = text.replace("\x00", _REPLACEMENT)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if has_surrogate(text) else text


def has_surrogate(text: str) -> bool:
    """Whether the text holds half a character that UTF-8 cannot carry."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters; a cut is marked with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "\u2026"
