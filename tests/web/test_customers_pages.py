"""Pages of customers as the browser's requests see them: content, refusals, and what they cost."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import made_up

from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.customers.likeness import commands as likeness
from rapport.staff.organisation import commands as organisation
from rapport.staff.people import commands as people
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def sign_in(now: datetime) -> Callable[..., Client]:
    """A browser in which somebody of a role has signed in."""
    settings = organisation.Settings(name="Hill & Sons", time_zone="Europe/London", currency="GBP")
    organisation.set_up(settings, by=Operator(), at=now)

    def signed_in(role: str = "agent") -> Client:
        new = people.NewStaffMember(
            email=f"{role}@example.org", password=None, role=role, name="Lena Fischer"
        )
        client = Client(headers={"host": "localhost"})
        client.force_login(
            people.create(new, by=Operator(), at=now), "allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in


def text(answer: object) -> str:
    """What a person reads: tags gone, spaces single."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", plain).replace("&#x27;", "'")


def link_of(now: datetime) -> int:
    account, member = (made_up.identifier_of(n).id for n in ("user_id=amina", "external=member:20931"))
    return directory.link(account, member, by=Operator(), why="she showed her card", at=now).pk


def test_a_stranger_is_sent_to_sign_in() -> None:
    for path in ("/customers/", "/customers/1/", "/customers/proposals/", "/customers/1/links"):
        answer = Client(headers={"host": "localhost"}).get(path)

        assert answer.status_code == 302
        assert "/account/login/" in answer["location"]


def test_the_list_shows_who_they_are_and_what_they_bought(
    sign_in: Callable[..., Client], now: datetime
) -> None:
    made_up.amina(now)

    page = text(sign_in("viewer").get("/customers/"))

    assert "2 customers." in page
    assert re.search(r"Amina Okafor amina@example.org, amina .* 6 1 £64.00", page)


def test_more_rows_come_as_a_fragment_or_as_a_page(sign_in: Callable[..., Client], now: datetime) -> None:
    made_up.crowd(now)
    client = sign_in()

    first = client.get("/customers/?sort=name").content.decode()
    more = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert more is not None
    address = "/customers/" + more[1].replace("&amp;", "&")
    page, fragment = client.get(address), client.get(address, headers={"HX-Request": "true"})

    assert "Reader 030" in text(page)
    assert "<h1>" in page.content.decode()
    assert "Reader 030" in text(fragment)
    assert "<h1>" not in fragment.content.decode()


def test_a_filter_that_does_not_exist_is_refused_in_words(sign_in: Callable[..., Client]) -> None:
    answer = sign_in().get("/customers/?sort=password")

    assert answer.status_code == 422
    assert "'password' is not one of last, name, spent, busiest." in text(answer)


def test_an_empty_list_says_how_it_fills(sign_in: Callable[..., Client]) -> None:
    client = sign_in()

    assert "They appear with the first import" in text(client.get("/customers/"))
    assert "Nobody like this" in text(client.get("/customers/?q=zzz"))


def test_the_page_of_a_customer_says_who_and_how_we_know(
    sign_in: Callable[..., Client], now: datetime
) -> None:
    amina = made_up.amina(now)
    link_of(now)

    page = text(sign_in().get(f"/customers/{amina}/"))

    for expected in (
        "known since", "prefers chat", "amina@example.org", "verified: log-in", "Member 20931",
        "joined by command line: she showed her card", "Spent in 2 purchases £89.50", "Seen 7 times",
        "City York till", "Yes news and offers", "said yes", "ticked a box",
        "Complaint: Charged twice", "Taken with a warning: the date was mended",
        "Amount What Quantity 64.00 Running shoes 1", "£64.00",
    ):  # fmt: skip
        assert expected in page, expected


def test_an_old_number_leads_to_the_customer_of_today(sign_in: Callable[..., Client], now: datetime) -> None:
    amina = made_up.amina(now)
    old = made_up.identifier_of("external=member:20931").id
    link_of(now)
    client = sign_in()

    assert client.get(f"/customers/{old}/?show=visits")["location"] == f"/customers/{amina}/?show=visits"
    assert client.get("/customers/999999/").status_code == 404


def test_a_join_is_taken_back_and_made_again(sign_in: Callable[..., Client], now: datetime) -> None:
    amina, client = made_up.amina(now), sign_in("agent")
    link = link_of(now)

    parted = client.post(f"/customers/{amina}/links/{link}/retraction")
    assert customers.count() == 2
    assert "Taken back. Everything is as it was before." in text(client.get(parted["location"]))
    assert client.post(f"/customers/{amina}/links/{link}/retraction").status_code == 409

    renewed = client.post(f"/customers/{amina}/links/{link}/renewal")
    assert customers.count() == 1
    assert "They are one from now on" in text(client.get(renewed["location"]))


def test_two_customers_are_compared_and_joined_with_a_reason(
    sign_in: Callable[..., Client], now: datetime
) -> None:
    amina, client = made_up.amina(now), sign_in("agent")
    other = made_up.customer_of("external=member:20931")

    found = text(client.get(f"/customers/{amina}/links?q=20931"))
    compared = text(client.get(f"/customers/{amina}/links?other={other}"))
    without_reason = client.post(f"/customers/{amina}/links", {"other": other, "why": " "})
    joined = client.post(f"/customers/{amina}/links", {"other": other, "why": "her card"})

    assert "Compare 20931" in found
    assert "City Leeds York" in compared
    assert (without_reason.status_code, joined.status_code) == (422, 302)
    assert customers.count() == 1
    assert client.post(f"/customers/{amina}/links", {"other": amina, "why": "x"}).status_code == 422


def test_a_statement_of_consent_needs_its_proof(sign_in: Callable[..., Client], now: datetime) -> None:
    amina, client = made_up.amina(now), sign_in("agent")
    said = {"identifier": made_up.identifier_of("email=amina@example.org").id, "purpose": "marketing"}

    refused = client.post(f"/customers/{amina}/consents", said | {"answer": "denied", "proof": ""})
    kept = client.post(f"/customers/{amina}/consents", said | {"answer": "denied", "proof": "on the phone"})
    strange = client.post(
        f"/customers/{amina}/consents", said | {"identifier": 10**9, "answer": "denied", "proof": "x"}
    )

    assert (refused.status_code, kept.status_code, strange.status_code) == (409, 302, 404)
    assert "No news and offers said no, today" in text(client.get(f"/customers/{amina}/"))


def test_a_viewer_may_look_and_not_touch(sign_in: Callable[..., Client], now: datetime) -> None:
    amina, client = made_up.amina(now), sign_in("viewer")
    link = link_of(now)

    page = client.get(f"/customers/{amina}/")

    assert page.status_code == 200
    assert "Take it back" not in text(page)
    assert client.post(f"/customers/{amina}/links/{link}/retraction").status_code == 403
    assert client.get(f"/customers/{amina}/links").status_code == 403
    assert client.post(f"/customers/{amina}/consents").status_code == 403


def test_the_timeline_is_narrowed_and_goes_on(sign_in: Callable[..., Client], now: datetime) -> None:
    amina, client = made_up.amina(now), sign_in()
    many = [
        made_up.event("visit", "user_id=amina", at=now - timedelta(hours=n), subject=f"v{n}")
        for n in range(70)
    ]
    made_up.record(*many, at=now)
    asked = {"HX-Request": "true", "HX-Target": "happened"}

    purchases = client.get(f"/customers/{amina}/?show=purchases", headers=asked)
    first = client.get(f"/customers/{amina}/?find=thank", headers=asked)
    page = client.get(f"/customers/{amina}/")
    further = re.search(r'href="(\?[^"]*before=[^"]*)"', page.content.decode())
    assert further is not None
    more = client.get(f"/customers/{amina}/" + further[1].replace("&amp;", "&"), headers=asked)

    assert "Purchase: Shoes" in text(purchases)
    assert "Visit" not in text(purchases).replace("Visits", "")
    assert "Thank you!" in text(first)
    assert "Visit: v30" in text(more)
    assert client.get(f"/customers/{amina}/?show=lunch").status_code == 409


def test_a_proposal_is_decided_and_taken_back(sign_in: Callable[..., Client], now: datetime) -> None:
    for who in ("user_id=amina", "user_id=amina2"):
        told = {"name": "Amina Okafor", "postcode": "LS1 4DY"}
        made_up.record(made_up.event("profile", who, at=now, traits=told), at=now)
    likeness.propose(by=Operator(), at=now)
    client = sign_in("lead")

    waiting = client.get("/customers/proposals/")
    proposal = re.search(r"/customers/proposals/(\d+)/decision", waiting.content.decode())
    assert proposal is not None
    assert "likely one: the same name, the same postcode" in text(waiting)
    decided = client.post(f"/customers/proposals/{proposal[1]}/decision", {"answer": "same"})
    assert customers.count() == 1
    assert "Nothing to decide" in text(client.get(decided["location"]))
    assert client.post(f"/customers/proposals/{proposal[1]}/decision", {"answer": "same"}).status_code == 404
    client.post(f"/customers/proposals/{proposal[1]}/reopening")
    assert customers.count() == 2
    assert client.post(f"/customers/proposals/{proposal[1]}/decision", {"answer": "maybe"}).status_code == 409


def test_looking_for_duplicates_is_left_to_the_worker(sign_in: Callable[..., Client]) -> None:
    client = sign_in("agent")

    answer = client.post("/customers/proposals/")

    assert "All are being compared" in text(client.get(answer["location"]))


@pytest.mark.parametrize(
    "path",
    ["/customers/", "/customers/?sort=spent&trait=city:Leeds&trait=plan:plus&kind=person&purchases=yes&spent=1",
     "/customers/?q=amina", "/customers/?seen_since=2020-01-01&spent=1&sort=name", "/customers/{amina}/",
     "/customers/{amina}/?show=purchases&find=shoes", "/customers/proposals/",
     "/customers/{amina}/links?other={amina}"],
)  # fmt: skip
def test_a_page_costs_at_most_seventeen_questions(
    sign_in: Callable[..., Client], now: datetime, path: str
) -> None:
    amina, client = made_up.amina(now), sign_in("agent")
    link_of(now)
    made_up.record(
        made_up.event("purchase", "user_id=amina", at=now, amount_minor=900, currency="JPY"), at=now
    )
    address = path.format(amina=amina)
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)

    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, [query["sql"][:100] for query in asked]
