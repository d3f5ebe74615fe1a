"""Writing down what a customer allows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from rapport.customers.consent import commands
from rapport.customers.portrait import queries
from rapport.kernel.refusals import NotFound
from rapport.web.access import actor, allowed


@require_POST
@allowed("customers.consent")
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement about one contact point and purpose, with how they told us."""
    given = request.POST.get("identifier", "")
    identifier_id = int(given) if given.isascii() and given.isdigit() else 0
    if identifier_id not in queries.identifier_ids(pk):
        raise NotFound("This is not their contact point.", field="identifier", value=given)
    answer = request.POST.get("answer", "")
    if answer not in commands.SAYABLE:
        raise commands.BadConsent("Say whether they said yes or no.", field="answer", value=answer)
    commands.state(
        identifier_id,
        purpose=request.POST.get("purpose", ""),
        granted=answer == "granted",
        proof=request.POST.get("proof", ""),
        by=actor(request),
        at=timezone.now(),
    )
    return redirect(reverse("customers:show", args=[pk]) + "#permissions")
