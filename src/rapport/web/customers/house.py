"""What the pages of customers need of the organisation and of the request."""

from django.http import HttpRequest


def currency(request: HttpRequest) -> str:
    """The currency of sums; the default before the first run."""
    organisation = getattr(request, "organisation", None)
    return organisation.currency if organisation else "EUR"


def region(request: HttpRequest) -> str:
    """The country in which telephone numbers are read."""
    organisation = getattr(request, "organisation", None)
    return organisation.phone_region if organisation else "GB"


def wants_fragment(request: HttpRequest, target: str = "") -> bool:
    """Whether htmx asks for a part of the page; going back in history asks for the whole."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and (not target or htmx.target == target)
