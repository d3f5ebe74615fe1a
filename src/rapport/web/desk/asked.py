"""What forms of the desk send, read with care."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rapport.kernel.refusals import Refusal
from rapport.web.desk import later

_LONGEST_NUMBER = 15


class BadMoment(Refusal):
    """A moment that cannot be read."""


def number(request: HttpRequest, name: str) -> int:
    """A number of a form, or of the address; 0 where there is none."""
    given = request.POST.get(name) or request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER else 0


def until(request: HttpRequest) -> datetime:
    """Until when to put something off: one of the moments offered, or one that somebody typed."""
    given = request.POST.get("until") or request.POST.get("moment") or request.GET.get("until", "")
    if (offered := later.named(given, timezone.localtime())) is not None:
        return offered
    try:
        moment = parse_datetime(given)
    except ValueError:
        moment = None
    if moment is None:
        raise BadMoment("Choose a day and a time.", field="until", value=given[:40])
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
