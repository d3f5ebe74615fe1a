"""When PostgreSQL gives up a transaction for another's sake (deadlock, serialisation), the page is asked for again."""

from collections.abc import Callable

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

logger = structlog.get_logger("rapport.web")
_GIVEN_UP = {"40001", "40P01"}
_MOST = 3


class Retrying:
    """Calls a view again whose transaction was given up: nothing of it was kept, so nothing happens twice.

    Only where the view can read its request anew: a file that came with it was read already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        view = request.resolver_match
        times = 0
        while _was_given_up(exception) and view is not None and not request.FILES and times < _MOST:
            times += 1
            logger.info("transaction given up by the database; trying again", times=times)
            try:
                response: HttpResponse = view.func(request, *view.args, **view.kwargs)
            except OperationalError as again:
                exception = again
            else:
                return response
        return None


def _was_given_up(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", None) in _GIVEN_UP
