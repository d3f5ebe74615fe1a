"""What each page costs: its number of queries, recorded. A page that asks more than before fails here."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.conftest import Signing

from rapport.interactions.touchpoints import commands as touchpoints
from rapport.staff.keys import commands as keys
from rapport.staff.roles.rules import Operator

SIGNED_IN, FRAME = 2, 2
"""The session and its member of staff; the organisation, and what one was told and has not seen."""

QUERIES = {
    "/": 11,
    "/desk/": 6,
    "/desk/availability/": 0,
    "/desk/team/": 13,
    "/settings/routing/": 10,
    "/settings/routing/queues/new/": 2,
    "/desk/reports/": 17,
    "/desk/views/": 2,
    "/desk/views/new/": 5,
    "/touchpoints/": 2,
    "/settings/": 1,
    "/settings/rates/": 2,
    "/settings/people/": 3,
    "/settings/keys/": 1,
    "/settings/departments/": 2,
    "/settings/access/": 1,
    "/settings/webhooks/": 1,
    "/settings/channels/": 1,
    "/settings/channels/mailboxes/new/": 2,
    "/settings/contact/": 2,
    "/settings/clocks/": 3,
    "/settings/ready-answers/": 1,
    "/settings/ready-answers/new/": 3,
    "/settings/clocks/policies/new/": 3,
    "/settings/clocks/calendars/new/": 1,
    "/desk/suspended/": 3,
    "/desk/notices/": 2,
    "/desk/notices/choices/": 2,
    "/settings/jobs/": 6,
    "/settings/audit/": 3,
    "/settings/retention/": 4,
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
