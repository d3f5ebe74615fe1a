from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rapport.web.access import allowed


@allowed("customers.view")
def today(request: HttpRequest) -> HttpResponse:
    """What needs a person, then how the week goes."""
    return render(request, "today/today.html", {})
