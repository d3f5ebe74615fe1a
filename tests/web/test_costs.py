"""What each page costs: its number of queries, recorded. A page that asks more than before fails here."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.conftest import Signing

from rapport.interactions.touchpoints import commands as touchpoints
from rapport.staff.keys import commands as keys
from rapport.staff.roles.rules import Operator

SIGNED_IN, FRAME = 2, 1
"""The session and its member of staff; the organisation."""

QUERIES = {
    "/": 7,
    "/touchpoints/": 2,
    "/settings/": 1,
    "/settings/rates/": 2,
    "/settings/people/": 1,
    "/settings/keys/": 1,
    "/settings/audit/": 1,
    "/first-run/steps/": 1,
    "/design/": 0,
}


@pytest.mark.parametrize(("path", "own"), QUERIES.items())
def test_a_page_costs_as_many_queries_as_recorded(
    signed_in_as: Signing, path: str, own: int, noon: datetime
) -> None:
    for number in range(12):
        place = touchpoints.Description(name=f"Till {number}", department="Retail", channel="in_person")
        touchpoints.add(place, by=Operator(), at=noon)
        keys.create(kind="write", name=f"Till {number}", by=Operator(), at=noon)
    client = signed_in_as("admin")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == SIGNED_IN + FRAME + own, "\n".join(statements)
