"""The widget's script: styles and script of the chat in one small file that any page may load."""

import gzip
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders

from rapport.api.wire import Request, Send

KEEP_SECONDS: Final = 3600
_HEADERS = [
    (b"content-type", b"text/javascript; charset=utf-8"),
    (b"cache-control", b"public, max-age=%d" % KEEP_SECONDS),
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"vary", b"accept-encoding"),
]


class Script:
    """Answers /widget.js."""

    async def __call__(self, request: Request, send: Send) -> None:
        """Give the script, packed for whoever unpacks it; nothing to whoever has it."""
        plain, packed, tag = _made()
        headers = [*_HEADERS, (b"etag", tag)]
        status, body = 200, plain
        if request.method not in {"GET", "HEAD"}:
            status, body = 405, b""
        elif request.headers.get(b"if-none-match") == tag:
            status, body = 304, b""
        elif b"gzip" in request.headers.get(b"accept-encoding", b""):
            headers.append((b"content-encoding", b"gzip"))
            body = packed
        headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})


def script() -> str:
    """The script as it is served: without indentation and comments, with the styles in their place."""
    styles = re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", _source("widget.css"), flags=re.DOTALL))
    lines = (line.strip() for line in _source("widget.js").splitlines())
    code = "\n".join(line for line in lines if line and not line.startswith(("//", "/*", "*")))
    return code.replace('"STYLES"', json.dumps(styles))


@cache
def _made() -> tuple[bytes, bytes, bytes]:
    plain = script().encode()
    packed = gzip.compress(plain, mtime=0)
    return plain, packed, b'"%s"' % hashlib.sha256(plain).hexdigest()[:16].encode()


def _source(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str)
    return Path(found).read_text()
