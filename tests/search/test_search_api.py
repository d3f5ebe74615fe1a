"""Searching over HTTP, with a key."""

from datetime import datetime

import pytest
from django.test import Client
from tests import made_up

from rapport.staff.keys import commands as keys
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers(noon: datetime) -> dict[str, str]:
    _, token = keys.create(kind="api", name="reports", by=Operator(), at=noon)
    return {"Authorization": f"Bearer {token}"}


def test_a_program_walks_through_what_is_found(headers: dict[str, str], noon: datetime) -> None:
    made_up.crowd(noon, 25)
    seen, place = [], ""
    for _ in range(3):
        answer = Client().get(f"/api/v1/search?q=read&limit=10{place}", headers=headers).json()
        seen += [one["name"] for one in answer["results"]]
        place = f"&before={answer['before']}"

    assert len(set(seen)) == len(seen) == 25
    assert answer["before"] is None


def test_a_program_finds_what_happened(headers: dict[str, str], noon: datetime) -> None:
    number = made_up.amina(noon)

    [one] = Client().get("/api/v1/search?q=charg&kind=interaction", headers=headers).json()["results"]

    assert (one["customer_id"], one["what"], one["subject"]) == (number, "complaint", "Charged twice")


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 422), ("q=a", 200), ("q=%00", 200), ("q=late&limit=10000", 422), ("q=late&before=x", 422),
     ("q=late&before=99999999999999999999", 422), ("q=late&kind=passwords", 422), ("q=" + "x" * 500, 422)],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused(headers: dict[str, str], query: str, status: int) -> None:
    assert Client().get(f"/api/v1/search?{query}", headers=headers).status_code == status


def test_without_a_key_nothing_is_found() -> None:
    assert Client().get("/api/v1/search?q=late").status_code == 401
