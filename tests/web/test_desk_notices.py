"""What one is told: the number at the bell, the list, what counts as seen, and how one chooses to be told."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.desk import shop
from tests.web.cases import address, seen
from tests.web.conftest import Signing

from rapport.channels.outbound.models import Dispatch
from rapport.jobs.queue.tasks import Worker
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case, Notification, NotificationChoice
from rapport.service.desk.models.telling import NOTIFICATION_KINDS
from rapport.staff.people import queries as people
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator
from rapport.web.desk import notices
from rapport.wiring import tasks

MINUTE = timedelta(minutes=1)


@pytest.fixture
def me(agent: Client) -> StaffMember:  # noqa: ARG001 - who is signed in
    found = people.by_email("agent@wrenfield.example")
    assert found is not None
    return found


def given_to(member: StaffMember, at: datetime, *, sender: str = "amina@mail.example") -> Case:
    case = shop.asked(at, sender=sender)
    desk.assign(case.pk, member.pk, by=Operator(), at=at)
    return case


def unseen(client: Client) -> str:
    return client.get("/desk/notices/bell/").content.decode()


def test_the_bell_counts_what_was_not_seen_on_every_page(
    agent: Client, me: StaffMember, now: datetime
) -> None:
    assert "count" not in unseen(agent)
    given_to(me, now)

    assert '<span class="count">1</span>' in agent.get("/customers/").content.decode()
    assert f'data-live="staff:{me.pk}"' in unseen(agent)


def test_having_the_case_open_counts_as_seen(agent: Client, me: StaffMember, now: datetime) -> None:
    case = given_to(me, now)

    agent.post(address(case, "presence/"), {"seen": seen(case)})

    assert "count" not in unseen(agent)


def test_looking_at_a_page_alone_changes_nothing(agent: Client, me: StaffMember, now: datetime) -> None:
    case = given_to(me, now)

    agent.get(address(case))
    agent.get("/desk/notices/")

    assert '<span class="count">1</span>' in unseen(agent)


def test_one_thing_or_all_is_marked_as_seen(agent: Client, me: StaffMember, now: datetime) -> None:
    first = given_to(me, now)
    given_to(me, now, sender="ben@mail.example")
    listed = agent.get("/desk/notices/").content.decode()

    agent.post(f"/desk/notices/seeing/?case={first.pk}")
    after_one = unseen(agent)
    agent.post("/desk/notices/seeing/")

    assert listed.count("was given to you") == 2
    assert '<span class="count">1</span>' in after_one
    assert "count" not in unseen(agent)


def test_nobody_sees_or_marks_what_others_were_told(
    agent: Client, signed_in_as: Signing, me: StaffMember, now: datetime
) -> None:
    case = given_to(me, now)
    lead = signed_in_as("lead")

    lead.post(f"/desk/notices/seeing/?case={case.pk}")

    assert "was given to you" not in lead.get("/desk/notices/").content.decode()
    assert '<span class="count">1</span>' in unseen(agent)


def test_the_list_goes_on_where_it_ended(
    agent: Client, me: StaffMember, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "PAGE", 2)
    for number in range(5):
        given_to(me, now - number * MINUTE, sender=f"customer{number}@mail.example")
    found: list[str] = []
    place = ""
    while True:
        page = agent.get(f"/desk/notices/{place}", headers={"HX-Request": "true"}).content.decode()
        found += [part.split("/")[0] for part in page.split("/desk/cases/")[1:]]
        if "?after=" not in page:
            break
        place = "?after=" + page.split("?after=")[1].split('"')[0]

    assert len(found) == len(set(found)) == 5
    assert agent.get("/desk/notices/?after=nonsense").status_code == 409


def test_one_chooses_how_to_be_told(agent: Client, me: StaffMember, now: datetime) -> None:
    kept = {f"{kind}-screen": "on" for kind in NOTIFICATION_KINDS if kind != "assigned"}

    agent.post("/desk/notices/choices/", {**kept, "breach-mail": "on"})
    given_to(me, now)

    assert "count" not in unseen(agent)
    assert {(one.kind, one.on_screen, one.by_mail) for one in NotificationChoice.objects.all()} == {
        ("assigned", False, False),
        ("breach", True, True),
    }
    page = agent.get("/desk/notices/choices/").content.decode()
    assert page.count("checked") == len(kept) + 1


def test_an_answer_that_did_not_arrive_is_told_to_whose_case_it_is(
    agent: Client, me: StaffMember, now: datetime
) -> None:
    from rapport.channels.outbound.commands import telling

    tasks.load()
    case = given_to(me, now - 5 * MINUTE)
    agent.post(address(case, "answers/"), {"text": "It comes.", "seen": seen(case)})
    desk.see(None, by=me, at=now)

    telling.report(Dispatch.objects.all(), at=now)
    Worker().run_until_idle()

    assert [one.kind for one in Notification.objects.filter(seen_at=None)] == ["undelivered"]
    assert "has an answer that did not arrive" in agent.get("/desk/notices/").content.decode()


def test_every_kind_has_words() -> None:
    assert set(notices.HAPPENED) == set(notices.CHOICES) == set(NOTIFICATION_KINDS)
