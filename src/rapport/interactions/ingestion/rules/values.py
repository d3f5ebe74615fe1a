"""JSON from outside, made storable: what a database cannot hold is kept as text, and said."""

import json
import math
from typing import Any

import msgspec

from rapport.interactions.ingestion.rules.received import BadMessage
from rapport.kernel.text import has_surrogate, shortened, storable

DEEPEST = 64
"""Levels of objects and lists: readers of stored JSON (Python, PostgreSQL) give up not far above."""
_LARGEST_INTEGER = 2**63
_LONGEST_NUMBER = 300
_NOT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()


class Unfit(str):
    """A number that no database holds (NaN, 1e999999), kept as the text in which it came."""

    __slots__ = ()


def parsed(body: bytes) -> tuple[Any, bool]:
    """The value in a JSON body, and whether it needs mending before it can be stored.

    Strict JSON takes the fast way. NaN, numbers too large, lone surrogates and control characters in text
    are let through marked, as Python's own clients can send them; anything else is refused.
    """
    _refuse_depth(body)
    try:
        return _decoder.decode(body), b"\\u0000" in body
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:
        loads = json.loads
        return loads(body, strict=False, parse_float=_float, parse_int=_int, parse_constant=Unfit), True
    except UnicodeDecodeError as error:
        raise BadMessage("body", body[error.start : error.start + 8], "The body is not UTF-8.") from error
    except ValueError as error:
        raise BadMessage("body", _near(body, error), f"The body is not JSON: {error}.") from error


def mended(value: Any) -> tuple[Any, list[str]]:
    """The value with everything in it storable, and the paths that were changed."""
    paths: list[str] = []
    return _mend(value, "", paths), paths


def encoded(value: Any) -> str:
    """JSON text of a storable value."""
    return _encoder.encode(value).decode()


def text(value: Any, limit: int) -> str:
    """What was meant as text: numbers are written out, anything else than text and numbers is empty."""
    if isinstance(value, str):
        return shortened(value, limit)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shortened(str(value), limit)
    return ""


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _refuse_depth(body: bytes) -> None:
    brackets = body.translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST):
        if not brackets:
            return
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if fewer == brackets:
            break
        brackets = fewer
    if brackets and _depth(body) > DEEPEST:
        raise BadMessage("body", "", f"The body is nested deeper than {DEEPEST} levels.")


def _depth(body: bytes) -> int:
    """Levels of nesting, brackets inside quoted text left out."""
    deepest = level = 0
    outside = body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    for byte in b"".join(outside).translate(None, _NOT_BRACKETS):
        level += 1 if byte in b"{[" else -1
        deepest = max(deepest, level)
    return deepest


def _near(body: bytes, error: ValueError) -> str:
    position = error.pos if isinstance(error, json.JSONDecodeError) else 0
    return body[position : position + 40].decode("utf-8", "replace")


def _float(written: str) -> float | Unfit:
    number = float(written)
    return number if math.isfinite(number) else Unfit(written[:_LONGEST_NUMBER])


def _int(written: str) -> int | Unfit:
    return int(written) if len(written) <= _LONGEST_NUMBER else Unfit(written[:_LONGEST_NUMBER])


def _mend(value: Any, path: str, paths: list[str]) -> Any:
    if isinstance(value, dict):
        return {_mend(k, f"{path}.", paths): _mend(v, f"{path}.{k}", paths) for k, v in value.items()}
    if isinstance(value, list):
        return [_mend(item, f"{path}[{place}]", paths) for place, item in enumerate(value)]
    if isinstance(value, Unfit):
        paths.append(path)
        return str(value)
    if isinstance(value, str) and ("\x00" in value or has_surrogate(value)):
        paths.append(path)
        return storable(value)
    if isinstance(value, int) and abs(value) >= _LARGEST_INTEGER:
        paths.append(path)
        return str(value)
    return value
