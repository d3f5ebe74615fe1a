"""The list of customers over HTTP: the filters of the page, and no others."""

from datetime import datetime

import pytest
from django.test import Client
from tests import made_up

from rapport.staff.keys import commands as keys
from rapport.staff.organisation import commands as organisation
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers(noon: datetime) -> dict[str, str]:
    house = organisation.Settings(name="Wrenfield", time_zone="Europe/London", currency="EUR")
    organisation.set_up(house, by=Operator(), at=noon)
    _, token = keys.create(kind="api", name="reports", by=Operator(), at=noon)
    return {"Authorization": f"Bearer {token}"}


def test_a_program_walks_through_the_list(headers: dict[str, str], noon: datetime) -> None:
    made_up.crowd(noon, 45)
    seen, after = [], ""
    for _ in range(2):
        page = Client().get(f"/api/v1/customers?sort=name&after={after}", headers=headers).json()
        seen += [one["name"] for one in page["results"]]
        after = page["after"]

    assert seen == [f"Reader {number:03}" for number in range(45)]
    assert not after


@pytest.mark.parametrize(
    ("query", "count"),
    [("spent.at_most=10", 38), ("spent=20&spent.at_most=30", 2), ("trait=city:York", 4), ("q=reader+01", 10),
     ("bought.at_least=1", 4), ("seen.until=2026-03-01", 0), ("kind=person&purchases=yes", 4)],
)  # fmt: skip
def test_filters_narrow_as_on_the_page(
    headers: dict[str, str], noon: datetime, query: str, count: int
) -> None:
    made_up.crowd(noon, 40)

    assert Client().get(f"/api/v1/customers?{query}", headers=headers).json()["count"] == count


@pytest.mark.parametrize(
    "query",
    ["name__regex=x", "limit=100000", "offset=5", "sort=id", "after=x", "kind=cat", "spent=much", "_connector=OR",
     "identifiers__value=x", "spent.regex=1", "trait=city", "seen_since=monday", "%00=1"],
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused_by_name(headers: dict[str, str], query: str) -> None:
    answer = Client().get(f"/api/v1/customers?{query}", headers=headers)

    assert answer.status_code == 409
    assert answer.json()["code"] == "BadFilter"
