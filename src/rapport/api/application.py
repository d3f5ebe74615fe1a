"""The HTTP API for programs: default deny, problems as answers, one schema."""

import logging
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from rapport import __version__
from rapport.api import channels, documenting, problems, searching
from rapport.api import customers as list_of_customers
from rapport.api.access import ApiKey
from rapport.api.problems import Detail, Problem
from rapport.api.programs import problem as answer
from rapport.api.reading import StrictParser, too_large
from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.customers.directory.rules import Claim
from rapport.interactions.ingestion.rules.received import repeated
from rapport.interactions.log import queries as log
from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.staff.roles import queries as roles

_logger = logging.getLogger(__name__)


class Api(NinjaAPI):
    """The API, whose schema says all that programs meet: problems, limits, and the endpoint served beside Django."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        return documenting.completed(super().get_openapi_schema(**options))


api = Api(
    title="Rapport",
    version=__version__,
    description="One record of every customer. Keys are made with `rapport keys create`.",
    auth=ApiKey(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", searching.router)
api.add_router("", list_of_customers.router)
api.add_router("", channels.router)


class Counts(Schema):
    """How much the record holds."""

    interactions: int
    customers: int


class Identifier(Schema):
    """A way to recognise a customer, as the glossary has it: user_id, email, phone, external, ..."""

    kind: str
    value: str


class LinkRequest(Schema):
    """Two identifiers that are one customer, by the word of our own server."""

    first: Identifier
    second: Identifier
    why: str = ""


class LinkMade(Schema):
    """The link in the ledger; it can be taken back."""

    id: int


@api.get(
    "/v1/counts",
    auth=ApiKey("measures.read"),
    response=Counts,
    summary="Count interactions and customers",
    tags=["record"],
)
def counts(request: HttpRequest, kind: str = "") -> Counts:
    """How many interactions (of one kind, or of all) and customers there are."""
    reach = roles.reach(request.auth)  # type: ignore[attr-defined]
    return Counts(interactions=log.count(kind, reach=reach), customers=customers.count())


@api.post(
    "/v1/links",
    auth=ApiKey("links.write"),
    response=LinkMade,
    summary="Join two identifiers",
    tags=["customers"],
)
def link(request: HttpRequest, told: LinkRequest) -> LinkMade:
    """Say that two identifiers are one customer, where no rule would join them."""
    first, second = (Claim(one.kind, one.value) for one in (told.first, told.second))
    by = request.auth  # type: ignore[attr-defined]
    made = directory.link_named(first, second, by=by, why=told.why, at=datetime.now(UTC))
    return LinkMade(id=made.pk)


@api.exception_handler(AuthenticationError)
def _without_key(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return answer(problems.unauthorized("This needs an API key: Authorization: Bearer rap_api_..."))


@api.exception_handler(ValidationError)
def _not_as_described(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = tuple(
        Detail(".".join(map(str, one["loc"])), repeated(one.get("input", "")), one["msg"])
        for one in error.errors
    )
    return answer(Problem(422, "not_as_described", "The request is not as the schema says.", details=details))


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    status = 404 if isinstance(refusal, NotFound) else 403 if isinstance(refusal, NotAllowed) else 409
    detail = Detail(refusal.field, repeated(refusal.value), refusal.message)
    return answer(Problem(status, type(refusal).__name__, refusal.message, details=(detail,)))


@api.exception_handler(Problem)
def _said_no(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return answer(problem)


@api.exception_handler(Http404)
def _nothing_here(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return answer(Problem(404, "unknown_route", "There is nothing here."))


@api.exception_handler(HttpError)
def _unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that could not be read is wrapped by ninja; the problem itself says more."""
    cause = error.__cause__
    if isinstance(cause, Problem):
        return answer(cause)
    return answer(Problem(error.status_code, "bad_request", str(error)))


@api.exception_handler(RequestDataTooBig)
def _too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return answer(too_large())


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    _logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(Problem(503, "unavailable", "Please send it again.", retry_after=5))


def unknown(request: HttpRequest) -> HttpResponse:
    """What addresses below /api/ answer that the API does not have."""
    return _nothing_here(request, Http404())
