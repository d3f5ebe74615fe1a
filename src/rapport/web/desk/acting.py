"""What all acts of the desk share: what they do, they do to one case, and what is refused is said on its page."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.web.access import View, allowed
from rapport.web.desk import page


def act(view: Callable[[HttpRequest, int], str]) -> View:
    """A view that does something to a case and goes on to an address; what is refused is said on the case's page."""

    @require_POST
    @allowed("desk.work")
    @wraps(view)
    def acting(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return redirect(view(request, pk))
        except (NotAllowed, NotFound):
            raise
        except Refusal as refusal:
            messages.warning(request, refusal.message)
            return page.render_case(request, pk, status=409)

    return acting


def case_page(pk: int, query: str = "") -> str:
    """The address of a case, with what its page should offer to take back."""
    return reverse("desk:case", args=[pk]) + query
