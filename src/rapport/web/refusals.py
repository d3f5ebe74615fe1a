"""A refusal becomes a page in the frame, or a fragment where htmx asked."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from rapport.kernel.refusals import NotAllowed, NotFound, Refusal

_BUSY = (OperationalError, InterfaceError)


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """403 for what this person may not do, 404 for what is not there, 409 for what cannot be done now."""
    template = "refusals/_refusal.html" if request.headers.get("HX-Request") else "refusals/refusal.html"
    context = {"heading": heading(refusal), "refusal": refusal}
    return render(request, template, context, status=status(refusal))


def status(refusal: Refusal) -> int:
    if isinstance(refusal, NotAllowed):
        return 403
    return 404 if isinstance(refusal, NotFound) else 409


def heading(refusal: Refusal) -> str:
    if isinstance(refusal, NotAllowed):
        return _("You may not do this")
    return _("There is nothing here") if isinstance(refusal, NotFound) else _("This cannot be done")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's page for an address that leads nowhere, in the frame."""
    return answer(request, NotFound(_("The address may be mistyped, or what it showed is gone.")))


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Django's own refusals (a form that expired, a forged request), in the frame."""
    return answer(request, NotAllowed(_("Go back, load the page again, and try once more.")))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without its token: it expired, or another site sent it."""
    return not_allowed(request)


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Something broke on our side: a page that needs neither database nor frame."""
    if isinstance(sys.exc_info()[1], _BUSY):
        return busy()
    return HttpResponse(loader.get_template("refusals/failed.html").render(), status=500)


def busy() -> HttpResponse:
    """The database is out of reach, or others write to it for too long: come again in a moment."""
    page = HttpResponse(loader.get_template("refusals/busy.html").render(), status=503)
    page.headers["Retry-After"] = "5"
    return page
