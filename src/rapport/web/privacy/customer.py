"""A customer's right to a copy of everything and to be forgotten."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from rapport.customers.portrait import queries as portraits
from rapport.customers.privacy import commands, queries
from rapport.files.store import queries as files
from rapport.staff.roles.rules import may
from rapport.web.access import actor, allowed
from rapport.web.privacy.fetching import asker, owner
from rapport.wiring.privacy import HANDLERS

REASONS = {
    "asked": gettext_lazy("They asked to be forgotten"),
    "unneeded": gettext_lazy("We have no more use for what we know"),
    "objected": gettext_lazy("They object to our keeping it"),
    "mistake": gettext_lazy("It should never have been kept"),
}


@require_GET
@allowed("customers.export")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be given to them, and how they can be forgotten."""
    person = queries.person(pk)
    if person.customer_id != pk:
        return redirect("privacy:customer", person.customer_id)
    portrait = portraits.portrait(pk)
    asked = queries.asked(pk)
    context = {
        "portrait": portrait,
        "copies": files.about(f"customer:{pk}", asker(request), at=timezone.now()),
        "is_being_made": queries.is_being_made(pk, owner(request)),
        "reasons": REASONS.items(),
        "asked": asked,
        "why": REASONS[asked.why] if asked else "",
        "may_erase": may(actor(request), "customers.erase"),
    }
    return render(request, "privacy/customer.html", context)


@require_POST
@allowed("customers.export")
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a copy of everything."""
    language = translation.get_language() or "en"
    commands.ask_for_export(pk, owner=owner(request), language=language, by=actor(request), at=timezone.now())
    messages.info(request, _("The copy is being made. Load this page again in a moment."))
    return redirect("privacy:customer", pk)


@require_POST
@allowed("customers.erase")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The first step: say why."""
    commands.ask(pk, why=request.POST.get("why", ""), by=actor(request), at=timezone.now())
    return redirect("privacy:customer", pk)


@require_POST
@allowed("customers.erase")
def confirm(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """The second step: do it."""
    commands.confirm(erasure_id, handlers=HANDLERS, by=actor(request), at=timezone.now())
    messages.info(request, _("Forgotten. Nothing that named them is left here."))
    return redirect("customers:list")


@require_POST
@allowed("customers.erase")
def withdraw(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Leave them as they are after all."""
    asked = commands.withdraw(erasure_id, by=actor(request), at=timezone.now())
    return redirect("privacy:customer", asked.customer_id)
