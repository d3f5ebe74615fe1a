"""What surrounds every request of a program: how often it may ask, and that asking twice has one effect."""

from collections.abc import Callable
from datetime import UTC, datetime
from http.client import responses

from django import db
from django.http import HttpRequest, HttpResponse

from rapport.api import problems, reading, throttling
from rapport.api.problems import Detail, Problem
from rapport.api.senders import secret_in
from rapport.staff.answers import commands as answers
from rapport.staff.answers import rules
from rapport.staff.answers.commands import Given
from rapport.staff.keys import queries as keys

_PREFIX = "/api/"
_UNDER_WAY_SECONDS = 2


class Programs:
    """A middleware for addresses below /api/; other requests pass by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response
        self._buckets = throttling.for_requests()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_PREFIX):
            return self._next(request)
        allowance = self._buckets.take(_who(request))
        response = _too_often(allowance.wait) if allowance.wait else _in_form(self._answered(request))
        if allowance.limit:
            response["RateLimit-Policy"] = f'"requests";q={allowance.limit};w=60'
            response["RateLimit"] = f'"requests";r={allowance.left};t={allowance.wait or 60}'
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answered(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None:
            return self._next(request)
        if not rules.is_key(key):
            detail = Detail("Idempotency-Key", key[:40], "1 to 255 visible ASCII characters")
            return problem(
                Problem(400, "bad_idempotency_key", "This is not an Idempotency-Key.", details=(detail,))
            )
        try:
            return self._once(request, key)
        except Problem as refused:
            return problem(refused)

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        if keys.find(_secret(request), at=datetime.now(UTC)) is None:
            return self._next(request)
        route = request.get_full_path().encode()
        name = rules.digest(_secret(request).encode(), b"POST", request.path.encode(), key.encode())
        content = rules.digest(route, (request.content_type or "").encode(), reading.body_of(request))
        fresh: list[HttpResponse] = []

        def act() -> Given:
            response = self._next(request)
            fresh.append(response)
            return Given(response.status_code, response.headers.get("Content-Type", ""), response.content)

        given = _once(name, content, act)
        if not given.is_repeated:
            return fresh[0]
        repeated = HttpResponse(given.body, status=given.status, content_type=given.media_type)
        repeated["Idempotency-Replayed"] = "true"
        return repeated


def _once(name: str, content: str, act: Callable[[], Given]) -> Given:
    try:
        return answers.once(name, content, act, at=datetime.now(UTC))
    except answers.OtherContent as refusal:
        raise Problem(422, "idempotency_key_reused", refusal.message) from refusal
    except answers.UnderWay as refusal:
        raise Problem(409, "under_way", refusal.message, retry_after=_UNDER_WAY_SECONDS) from refusal
    except (db.OperationalError, db.InterfaceError) as error:
        raise problems.unavailable() from error


def problem(found: Problem) -> HttpResponse:
    """A problem as Django's answer."""
    body = problems.encoded(found)
    response = HttpResponse(body, status=found.status, content_type=problems.MEDIA_TYPE)
    if found.retry_after:
        response["Retry-After"] = str(found.retry_after)
    if found.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="rapport"'
    return response


def _secret(request: HttpRequest) -> str:
    return secret_in(request.headers.get("Authorization", "").encode("latin-1", "replace"))


def _who(request: HttpRequest) -> str:
    """The key that asks, unreadable; without one, the address."""
    secret = _secret(request)
    return rules.digest(secret.encode()) if secret else str(request.META.get("REMOTE_ADDR", ""))


def _in_form(response: HttpResponse) -> HttpResponse:
    """Django's own refusals (a wrong method, a request that is none) in the form of all others."""
    if response.status_code < 400 or response.headers.get("Content-Type") == problems.MEDIA_TYPE:
        return response
    told = problem(Problem(response.status_code, "refused", responses.get(response.status_code, "Refused.")))
    if allowed := response.headers.get("Allow"):
        told["Allow"] = allowed
    return told


def _too_often(wait: int) -> HttpResponse:
    return problem(Problem(429, "too_often", "This key asks too often; please wait.", retry_after=wait))
