"""Handing out bytes that somebody brought: as a download that no browser shows or runs."""

from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header


def as_download(pieces: Iterable[bytes], *, name: str, size: int) -> HttpResponse:
    """The answer that carries the pieces under this name; for nobody's cache, and sandboxed wherever it is opened."""
    response = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Length"] = str(size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)
