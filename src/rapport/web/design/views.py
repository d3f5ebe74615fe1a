from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rapport.web.access import allowed
from rapport.web.design import samples


@allowed("customers.view")
def design(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states; nothing here comes from the record."""
    messages.info(request, samples.MESSAGE)
    faulty = samples.SampleForm({"name": "", "channel": "chat"})
    faulty.is_valid()
    context = {
        "colours": samples.COLOURS,
        "form": samples.SampleForm(),
        "faulty": faulty,
        "tabs": samples.TABS,
        "rows": samples.ROWS,
        "weeks": samples.WEEKS,
        "compared": samples.COMPARED,
        "entries": samples.entries(timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "design/design.html", context)
