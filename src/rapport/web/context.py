from django.http import HttpRequest

from rapport.staff.organisation import queries as organisation


def frame(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - Django's signature
    """What every page needs to draw its frame: the organisation, in one query."""
    return {"organisation": organisation.current()}
