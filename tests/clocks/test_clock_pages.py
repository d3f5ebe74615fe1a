"""The pages on which leads say how long things may take."""

from datetime import datetime
from typing import Any

import pytest
from tests.clocks.conftest import HOUR, NewCase, begin, clock_of
from tests.web.conftest import Signing, house, signed_in_as

from rapport.service.clocks import queries
from rapport.service.routing.models import Queue

__all__ = ["house", "signed_in_as"]

WEEK = {f"day_{number}": "9:00-12:30, 13:30-17:00" for number in range(5)}
LEEDS = {"name": "Leeds", "time_zone": "Europe/London", "holidays": "2026-12-25 Christmas Day", **WEEK}
ANYTHING = {"calendar": "0", "queue": "0", "kind": "any", "channel": "any"}
HOUSE = {
    "name": "House",
    "first_answer": "4 h",
    "first_answer_warn": "1 h",
    "pauses_in": ["theirs"],
    **ANYTHING,
}


def text_of(client: Any, address: str) -> str:
    return client.get(address).content.decode()


def test_without_a_policy_the_page_says_what_to_do_next(signed_in_as: Signing) -> None:
    page = text_of(signed_in_as("lead"), "/settings/clocks/")

    assert "No policies yet" in page
    assert "/settings/clocks/policies/new/" in page


def test_a_lead_writes_hours_down_and_a_policy_that_goes_by_them(
    signed_in_as: Signing, noon: datetime
) -> None:
    lead = signed_in_as("lead")

    assert lead.post("/settings/clocks/calendars/new/", LEEDS).status_code == 302
    (calendar,) = queries.all_calendars()
    sent = HOUSE | {"calendar": str(calendar.calendar.pk), "resolution": "14 h"}
    assert lead.post("/settings/clocks/policies/new/", sent).status_code == 302

    page = text_of(lead, "/settings/clocks/")
    assert "Monday to Friday 09:00-12:30, 13:30-17:00" in page
    assert "Saturday to Sunday closed" in page
    assert "Christmas Day" in page
    (version,) = queries.policies()
    assert queries.aims_of(version)["first_answer"].warn_before == HOUR
    assert version.made_at > noon


def test_a_policy_shows_when_something_that_began_now_would_be_due(signed_in_as: Signing) -> None:
    lead = signed_in_as("lead")
    lead.post("/settings/clocks/policies/new/", HOUSE)
    (version,) = queries.policies()

    page = text_of(lead, f"/settings/clocks/policies/{version.policy_id}/")

    assert "If it began now, it would be due:" in page
    assert 'value="4 h"' in page


def test_a_policy_changed_on_its_page_holds_for_cases_that_come_later(
    signed_in_as: Signing, new_case: NewCase, queue: Queue, noon: datetime
) -> None:
    lead = signed_in_as("lead")
    lead.post("/settings/clocks/policies/new/", HOUSE | {"queue": str(queue.pk), "channel": "email"})
    (version,) = queries.policies()
    address = f"/settings/clocks/policies/{version.policy_id}/"
    assert "Letters, Mail" in text_of(lead, "/settings/clocks/")

    assert (
        lead.post(address, HOUSE | {"first_answer": "40 min", "first_answer_warn": "10 min"}).status_code
        == 302
    )
    case = new_case(channel="chat")
    begin(case, noon)

    assert clock_of(case).target == 40 * HOUR / 60
    assert lead.post(f"{address}retirement/").status_code == 302
    assert queries.policies() == []


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        ({"first_answer": "soon"}, "is not written like 4 h"),
        ({"first_answer": ""}, "for one thing at least"),
        ({"first_answer_warn": "5 h"}, "A warning comes after the beginning"),
        ({"customer": "987654"}, "No customer has this number."),
    ],
)
def test_a_policy_with_something_to_mend_comes_back_with_it(
    signed_in_as: Signing, faulty: dict[str, str], said: str
) -> None:
    answer = signed_in_as("lead").post("/settings/clocks/policies/new/", HOUSE | faulty)

    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        ({"day_2": "9 to 5"}, "'9 to 5' is not written like 9:00-17:00."),
        ({"holidays": "Christmas"}, "is not written like 2026-12-25"),
        ({"name": ""}, "This field is required."),
        (dict.fromkeys(WEEK, ""), "hour a week"),
    ],
)
def test_hours_with_something_to_mend_come_back_with_it(
    signed_in_as: Signing, faulty: dict[str, str], said: str
) -> None:
    answer = signed_in_as("lead").post("/settings/clocks/calendars/new/", LEEDS | faulty)

    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")


def test_a_calendar_keeps_what_was_written_and_goes_when_nobody_uses_it(signed_in_as: Signing) -> None:
    lead = signed_in_as("lead")
    lead.post("/settings/clocks/calendars/new/", LEEDS)
    (calendar,) = queries.all_calendars()
    address = f"/settings/clocks/calendars/{calendar.calendar.pk}/"

    assert "09:00-12:30, 13:30-17:00" in text_of(lead, address)
    assert lead.post(address, LEEDS | {"day_4": "9:00-12:00"}).status_code == 302
    (changed,) = queries.all_calendars()
    assert len(changed.hours.week[4]) == 1
    assert lead.post(f"{address}closure/").status_code == 302
    assert queries.all_calendars() == []


def test_a_policy_keeps_its_queue_when_that_is_closed(
    signed_in_as: Signing, queue: Queue, noon: datetime
) -> None:
    lead = signed_in_as("lead")
    lead.post("/settings/clocks/policies/new/", HOUSE | {"queue": str(queue.pk)})
    Queue.objects.filter(pk=queue.pk).update(closed_at=noon)
    (version,) = queries.policies()

    page = text_of(lead, f"/settings/clocks/policies/{version.policy_id}/")

    assert f'<option value="{queue.pk}" selected>Letters</option>' in page
