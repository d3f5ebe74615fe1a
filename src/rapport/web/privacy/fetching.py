"""Handing out a stored file: to who may fetch it, as a download that no browser shows or runs."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from rapport.files.store import queries
from rapport.files.store.rules import Asker
from rapport.web.access import allowed, reach
from rapport.web.downloads import as_download


def asker(request: HttpRequest) -> Asker:
    """Who asks, as the store of files knows them."""
    return Asker(owner(request), reach(request).permissions)


def owner(request: HttpRequest) -> str:
    """The name under which files are kept for who asks."""
    return f"staff:{request.user.pk}"


@require_GET
@allowed("customers.view")
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """The file, if it is theirs or their role may have it, and if it is still as it was kept."""
    stored = queries.find(token, asker(request), at=timezone.now())
    return as_download(queries.content(stored), name=stored.name, size=stored.bytes)
