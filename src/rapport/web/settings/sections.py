"""The sections at the left of every settings page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from rapport.staff.roles import rules as roles
from rapport.web.access import actor
from rapport.web.forms import TO_MEND, Form


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a settings page; a form with something to mend makes its status 422."""
    is_faulty = any(isinstance(value, Form) and value.errors for value in context.values())
    sections = [
        {"title": title, "url": url, "is_here": _is_here(url, request.path)}
        for title, url in _sections()
        if roles.may(actor(request), _permission(url))
    ]
    return render(request, template, context | {"sections": sections}, status=TO_MEND if is_faulty else 200)


def _sections() -> list[tuple[str, str]]:
    return [
        (_("Organisation"), reverse("settings")),
        (_("Exchange rates"), reverse("rates")),
        (_("People"), reverse("people")),
        (_("Departments and teams"), reverse("departments")),
        (_("Access"), reverse("access")),
        (_("Channels"), reverse("channels")),
        (_("When we write"), reverse("contact")),
        (_("Queues and people"), reverse("routing")),
        (_("Ready answers"), reverse("ready-answers")),
        (_("Clocks"), reverse("clocks")),
        (_("Keys"), reverse("keys")),
        (_("Webhooks"), reverse("webhooks")),
        (_("Background work"), reverse("jobs")),
        (_("How long we keep things"), reverse("retention")),
        (_("What was done"), reverse("audit")),
    ]


def _permission(url: str) -> str:
    return str(vars(resolve(url).func)["permission"])


def _is_here(url: str, path: str) -> bool:
    return path == url if url == reverse("settings") else path.startswith(url)
