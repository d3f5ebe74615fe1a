"""The search as people use it: the page, the box on every page, and what nobody may see."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import made_up
from tests.desk.shop import asked
from tests.web.conftest import Signing

from rapport.channels.threads import commands as threads
from rapport.interactions.touchpoints import commands as touchpoints
from rapport.staff.departments import commands as departments
from rapport.staff.roles.rules import Operator

BOX = {"HX-Request": "true", "HX-Target": "search-found"}


def text(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_customers_and_what_happened_are_found_on_one_page(signed_in_as: Signing, noon: datetime) -> None:
    number = made_up.amina(noon)

    page = signed_in_as("viewer").get("/search/?q=Charg")
    assert "Complaint: Charged twice" in text(page)
    assert f'href="/customers/{number}/"' in page.content.decode()
    assert "Amina Okafor" in text(signed_in_as("viewer").get("/search/?q=ami+oka"))


def test_what_was_said_is_found_and_leads_to_its_case(signed_in_as: Signing, noon: datetime) -> None:
    case = asked(noon, "The zip of my jacket is broken", subject="My jacket")
    threads.index_new()

    page = signed_in_as("agent").get("/search/?q=zip+jack")

    assert "Messages" in text(page)
    assert "Amina Okafor · My jacket" in text(page)
    assert f'href="/desk/cases/{case.pk}/#mm{case.last_word_id}"' in page.content.decode()
    assert (
        f'id="mm{case.last_word_id}"' in signed_in_as("lead").get(f"/desk/cases/{case.pk}/").content.decode()
    )


def test_the_box_has_the_few_newest_and_leads_to_all(signed_in_as: Signing, noon: datetime) -> None:
    made_up.crowd(noon, 40)

    box = signed_in_as("agent").get("/search/?q=rea", headers=BOX)

    assert "<html" not in box.content.decode()
    assert box.content.decode().count("<li>") == 6
    assert '/search/?q=rea"' in box.content.decode()
    assert text(signed_in_as("agent").get("/search/?q=r", headers=BOX)) == ""
    assert "Nothing has words" in text(signed_in_as("agent").get("/search/?q=zzz", headers=BOX))


def test_more_goes_on_where_the_page_ended_with_and_without_script(
    signed_in_as: Signing, noon: datetime
) -> None:
    made_up.crowd(noon, 45)
    client, seen, address = signed_in_as("agent"), [], "/search/?q=reader"
    for headers in ({}, {}, {"HX-Request": "true", "HX-Target": "further-customers"}):
        page = client.get(address, headers=headers)
        seen += re.findall(r"Reader \d+", text(page))
        more = re.search(r'href="(\?[^"]*before=[^"]*)"', page.content.decode())
        address = "/search/" + more[1].replace("&amp;", "&") if more else ""

    assert len(seen) == len(set(seen)) == 45
    assert not address


def test_nobody_finds_what_happened_in_another_department(signed_in_as: Signing, noon: datetime) -> None:
    said = touchpoints.Description(name="Till", department="Retail", channel="in_person")
    till = touchpoints.add(said, by=Operator(), at=noon)
    made_up.record(
        made_up.event("complaint", "user_id=a", at=noon, subject="Broken zip", touchpoint_id=till.pk),
        at=noon,
    )
    assert "Broken zip" in text(signed_in_as("agent").get("/search/?q=broken"))

    departments.set_access_rules(is_sight_limited=True, second_step_roles=[], by=Operator(), at=noon)

    assert "Nothing found" in text(signed_in_as("agent").get("/search/?q=broken"))
    assert "Broken zip" in text(signed_in_as("admin").get("/search/?q=broken"))


@pytest.mark.parametrize(
    "address",
    ["?q=%00", "?q=%22%20OR%20*", "?q=" + "x" * 10_000, "?q=late&before=-1", "?q=late&before=99999999999999999999",
     "?q=late&before=%D9%A1", "?q=late&of=passwords&before=3", "?q=%ED%A0%80", "?q=<script>alert(1)</script>"],
)  # fmt: skip
def test_whatever_stands_in_the_address_is_answered(signed_in_as: Signing, address: str) -> None:
    page = signed_in_as("agent").get(f"/search/{address}")

    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_the_box_asks_as_few_questions_for_many_as_for_few(signed_in_as: Signing, noon: datetime) -> None:
    client = signed_in_as("agent")
    counted = []
    for size in (8, 60):
        made_up.crowd(noon, size)
        made_up.record(
            *(made_up.event("message", f"user_id=reader-{one:03}", at=noon, subject="Reader writes")
              for one in range(8)), at=noon)  # fmt: skip
        with CaptureQueriesContext(connection) as told:
            client.get("/search/?q=reader", headers=BOX)
        counted.append(len(told))

    assert counted[0] == counted[1] <= 20, counted
