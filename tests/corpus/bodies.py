"""Bodies that break careless readers of JSON: too deep, too large, numbers and characters that nobody can store."""

import json

LINK = {"first": {"kind": "email", "value": "a@b.example"}, "second": {"kind": "user_id", "value": "a"}}


def _with(place: bytes) -> bytes:
    """A link request with something odd where an identifier's value should stand."""
    return (
        b'{"first": {"kind": "email", "value": ' + place + b'}, "second": {"kind": "user_id", "value": "a"}}'
    )


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "space": b"   ",
    "broken": b'{"first": {',
    "words": b"hello",
    "latin": b'{"first": "Ren\xe9"}',
    "utf-16": json.dumps(LINK).encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(LINK).encode(),
    "two values": b"{} {}",
    "null": b"null",
    "a number": b"5",
    "a list": b"[]",
    "text": b'"x"',
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep lists, open": b"[" * 200_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep value": _with(b"[" * 50_000 + b"]" * 50_000),
    "endless number": _with(b"1e999999"),
    "not a number": _with(b"NaN"),
    "minus infinity": _with(b"-Infinity"),
    "number of many digits": _with(b"9" * 300_000),
    "half a character": _with(b'"\\ud800"'),
    "NUL": _with(b'"a\\u0000b"'),
    "NUL as a kind": json.dumps({**LINK, "first": {"kind": "\x00", "value": "a"}}).encode(),
    "raw NUL": _with(b'"a\x00b"'),
    "a hundred thousand keys": json.dumps({f"k{number}": number for number in range(100_000)}).encode(),
    "a key of a mebibyte": json.dumps({"k" * (1 << 20): 1}).encode(),
    "a value of three mebibytes": _with(b'"' + b"x" * (3 << 20) + b'"'),
    "five mebibytes": _with(b'"' + b"x" * (5 << 20) + b'"'),
    "the same name twice": b'{"first": 1, "first": {"kind": "email", "value": "x"}, "second": 1}',
    "names of ours": json.dumps(
        {**LINK, "__class__": "x", "is_staff": True, "role": "admin", "id": 1}
    ).encode(),
}
