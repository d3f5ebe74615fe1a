"""Saying that one is there, from any page of the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.service.routing import commands as routing
from rapport.web.access import actor, allowed
from rapport.web.customers.house import wants_fragment


@allowed("desk.work")
def availability(request: HttpRequest) -> HttpResponse:
    """The control alone, for a page that follows it; or say what one is from now on."""
    if request.method == "POST":
        routing.be(request.POST.get("availability", ""), by=actor(request), at=timezone.now())
        if not wants_fragment(request):
            return redirect(_back(request))
    return render(request, "frame/_availability.html")


def _back(request: HttpRequest) -> str:
    """The page that was before them; the control alone is none."""
    given = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if is_ours and given != request.path else reverse("desk:list")
