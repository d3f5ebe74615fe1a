import pytest
from django.test import Client, RequestFactory
from tests.web.conftest import Signing

from rapport.kernel.refusals import NotAllowed, NotFound, Refusal
from rapport.web import refusals


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotAllowed("Not you."), 403), (NotFound("Nobody here."), 404), (Refusal("Closed already."), 409)],
)
@pytest.mark.usefixtures("house")
def test_a_refusal_is_a_page_that_says_what_was_wrong(refusal: Refusal, status: int) -> None:
    request = RequestFactory().get("/")
    answer = refusals.answer(request, refusal)
    assert answer.status_code == status
    assert refusal.message in answer.text
    assert "<main" in answer.text


@pytest.mark.usefixtures("house")
def test_where_htmx_asked_a_refusal_is_a_fragment() -> None:
    request = RequestFactory().get("/", headers={"HX-Request": "true"})
    answer = refusals.answer(request, Refusal("Closed already."))
    assert answer.status_code == 409
    assert "Closed already." in answer.text
    assert "<main" not in answer.text


def test_an_address_that_leads_nowhere_is_answered_in_the_frame(signed_in_as: Signing) -> None:
    answer = signed_in_as("viewer").get("/nowhere/")
    assert answer.status_code == 404
    assert 'class="top"' in answer.text


@pytest.mark.usefixtures("house")
def test_a_form_without_its_token_is_refused_in_the_frame() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "Go back, load the page again" in answer.text


def test_every_page_forbids_what_it_does_not_need(signed_in_as: Signing) -> None:
    headers = signed_in_as("viewer").get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"


def test_what_breaks_is_said_without_the_frame() -> None:
    answer = refusals.failed(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
