from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rapport.customers.directory import queries as directory
from rapport.staff.people import commands as people
from rapport.staff.people import queries as staff
from rapport.web import words
from rapport.web.access import allowed
from rapport.web.firstrun.forms import FirstRunForm
from rapport.web.forms import TO_MEND

SIGNED_IN_BY = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Ask five things while nobody works here; afterwards there is nothing at this address."""
    if staff.anybody_yet():
        raise people.AlreadyBegun("This installation has been set up already.")
    form = FirstRunForm(request.POST or None)
    at = timezone.now()
    if request.method == "POST" and (
        first := form.attempt(lambda: people.begin(form.settings(), form.administrator(), at=at))
    ):
        auth.login(request, first, backend=SIGNED_IN_BY)
        return redirect("first_steps")
    context = {"form": form, "known_words": [one for one, _many in words.KNOWN]}
    return render(request, "firstrun/first_run.html", context, status=TO_MEND if form.errors else 200)


@allowed("organisation.edit")
def first_steps(request: HttpRequest) -> HttpResponse:
    """Three ways to bring the record to life."""
    context = {"address": request.build_absolute_uri("/"), "known": directory.count()}
    return render(request, "firstrun/first_steps.html", context)
