"""What surrounds every page: the organisation and its time zone, and refusals as pages."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rapport.kernel.refusals import Refusal
from rapport.staff.organisation import queries as organisation
from rapport.web import refusals

PAGES = ("rapport.web.", "allauth.")
NOT_NEEDED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
"""What no page asks a browser for."""


class Frame:
    """Loads the organisation once for a page and shows times in its zone; other addresses cost nothing.

    A page is about people: only the browser it was made for may keep it, and asks anew before showing it again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        response.headers.setdefault("Permissions-Policy", NOT_NEEDED)
        if hasattr(request, "organisation"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_arguments: Any) -> None:
        if not view.__module__.startswith(PAGES):
            return
        found = organisation.current()
        request.organisation = found  # type: ignore[attr-defined]
        if found:
            timezone.activate(zoneinfo.ZoneInfo(found.time_zone))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusals.answer(request, exception) if isinstance(exception, Refusal) else None
