"""Possible duplicates: both sides compared, and a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from rapport.customers.directory import commands as directory
from rapport.customers.likeness import commands, queries
from rapport.customers.portrait import queries as portraits
from rapport.kernel.refusals import Refusal
from rapport.staff.roles.rules import may
from rapport.web.access import actor, allowed
from rapport.web.customers import comparing

REASONS = {
    "same_name": gettext_noop("the same name"),
    "turned_name": gettext_noop("the same name turned round"),
    "similar_name": gettext_noop("almost the same name"),
    "same_last_name": gettext_noop("the same last name and initial"),
    "same_mail": gettext_noop("the same mail address, told twice"),
    "same_mail_name": gettext_noop("the same name before the @"),
    "similar_mail": gettext_noop("mail addresses one or two letters apart"),
    "same_phone": gettext_noop("the same telephone number, told twice"),
    "same_address": gettext_noop("the same address"),
    "same_postcode": gettext_noop("the same postcode"),
    "same_city": gettext_noop("the same town"),
    "same_birth_date": gettext_noop("the same date of birth"),
}
LIKELINESS = (
    (0.99, gettext_noop("Very likely one")),
    (0.9, gettext_noop("Likely one")),
    (0.0, gettext_noop("Perhaps one")),
)


class NoDecision(Refusal):
    """A decision that is neither yes nor no."""


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal as it is read."""

    id: int
    likely: str
    share: str
    why: str
    left: portraits.Portrait
    right: portraits.Portrait
    rows: list[comparing.Row]


@require_http_methods(["GET", "POST"])
@allowed("customers.view")
def index(request: HttpRequest) -> HttpResponse:
    """The pairs that wait for a person, likeliest first; posting lets the worker look again."""
    if request.method == "POST":
        commands.ask_for_search(by=actor(request), at=timezone.now())
        return redirect(reverse("customers:proposals") + "?asked=1")
    customer = request.GET.get("customer", "")
    customer_id = int(customer) if customer.isascii() and customer.isdigit() and len(customer) < 19 else 0
    page = queries.waiting(customer_id=customer_id, after=request.GET.get("after", ""))
    context = {
        "count": queries.count_waiting(),
        "cards": _cards(page.proposals),
        "after": page.after,
        "is_asked": "asked" in request.GET,
        "just_decided": _just_decided(request),
        "may_link": may(actor(request), "customers.link"),
    }
    return render(request, "customers/proposals.html", context)


@require_POST
@allowed("customers.link")
def decide(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One customer, or two for good."""
    answer = request.POST.get("answer", "")
    if answer not in {"same", "apart"}:
        raise NoDecision(_("Say whether they are one or two."), field="answer", value=answer)
    decision = directory.decide(proposal_id, same=answer == "same", by=actor(request), at=timezone.now())
    return redirect(f"{reverse('customers:proposals')}?decided={decision.pk}")


@require_POST
@allowed("customers.link")
def reopen(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Take a decision back; what it joined is parted again."""
    commands.reopen(proposal_id, by=actor(request), at=timezone.now())
    return redirect("customers:proposals")


def _just_decided(request: HttpRequest) -> dict[str, Any] | None:
    given = request.GET.get("decided", "")
    found = queries.decided(int(given)) if given.isascii() and given.isdigit() and len(given) < 19 else None
    if found is None:
        return None
    text = _("Joined. They are one from now on.") if found.decision == "same" else _("Two they stay.")
    return {"text": text, "undo_url": reverse("customers:reopening", args=[found.id])}


def _cards(proposals: Sequence[queries.Waiting]) -> list[Card]:
    found = portraits.portraits([side for one in proposals for side in (one.first, one.second)])
    return [
        _card(one, found[one.first], found[one.second])
        for one in proposals
        if one.first in found and one.second in found
    ]


def _card(one: queries.Waiting, left: portraits.Portrait, right: portraits.Portrait) -> Card:
    likely = next(words for least, words in LIKELINESS if one.likeness >= least)
    why = ", ".join(_(REASONS.get(reason, reason)) for reason in one.reasons)
    share = _("%(share)s in 100 such pairs are one, by the declared weights.") % {
        "share": int(one.likeness * 100)
    }
    return Card(one.id, _(likely), share, why, left, right, comparing.rows(left, right))
