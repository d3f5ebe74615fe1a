"""Colleagues hear of what concerns them: on screen, by mail where they chose it, never too much; customers rest."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.channels.leaving import mailbox as sending_mailbox
from tests.channels.sinks import Script, Sink
from tests.desk.shop import AMINA, asked, colleague, identifier, now_of

from rapport.channels.contact import queries as contact
from rapport.channels.endpoints.models import Endpoint
from rapport.jobs.queue import commands as jobs
from rapport.jobs.queue.tasks import Worker
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import Aim
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.models import Case, Notification
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import EVERYTHING, Operator
from rapport.wiring import clocks as sweeping
from rapport.wiring import tasks

pytestmark = pytest.mark.django_db


def owned(now: datetime, name: str = "Ben", *, by_mail: bool = True) -> tuple[Case, StaffMember]:
    """A case that somebody owns who wants to hear of words of customers by mail."""
    case, owner = asked(now), colleague(name)
    for kind in ("assigned", "customer_wrote"):
        desk.choose(kind, on_screen=True, by_mail=by_mail, by=owner, at=now)
    desk.assign(case.pk, owner.pk, by=Operator(), at=now)
    return now_of(case), owner


def mails_are_sent(at: datetime) -> None:
    tasks.load()
    jobs.enqueue("desk.mail_notifications", {}, at=at)
    Worker().run_until_idle()


def test_a_clock_that_warns_and_runs_out_tells_whose_case_it_is(now: datetime) -> None:
    aims = {"first_answer": Aim(timedelta(hours=4), timedelta(hours=1))}
    clocks.add_policy(clocks.Description("All", aims), by=Operator(), at=now)
    _, ben = owned(now, by_mail=False)
    sweeping.sweep(now + timedelta(hours=3, minutes=1))
    sweeping.sweep(now + timedelta(hours=4, minutes=1))
    kinds = [one.kind for one in queries.notifications(ben.pk, reach=EVERYTHING)[0]]
    assert kinds == ["breach", "warning", "assigned"]


def test_whoever_chose_it_gets_one_mail_that_says_nothing_of_what_was_said() -> None:
    at = datetime.now(UTC) - timedelta(minutes=30)
    with Sink() as sink:
        sending_mailbox(sink, at)
        case, ben = owned(at)
        asked(at + timedelta(minutes=1), "amina-canary-words")
        mails_are_sent(at)
        asked(at + timedelta(minutes=2), "And again")
        mails_are_sent(at)
        (taken,) = sink.taken
    assert taken.recipients == (ben.email,)
    text = taken.raw.decode()
    assert f"Case {case.pk} was given to you" in text
    assert "canary" not in text
    assert AMINA not in text
    assert "Auto-Submitted: auto-generated" in text


def test_what_was_seen_is_not_mailed() -> None:
    at = datetime.now(UTC) - timedelta(minutes=30)
    with Sink() as sink:
        sending_mailbox(sink, at)
        _, ben = owned(at)
        desk.see(None, by=ben, at=at)
        mails_are_sent(at)
        assert sink.taken == []


def test_a_mail_server_that_is_away_delays_the_mail_and_loses_nothing() -> None:
    at = datetime.now(UTC) - timedelta(minutes=30)
    with Sink(Script(on_rcpt=lambda _: "451 later")) as sink:
        sending_mailbox(sink, at)
        owned(at)
        mails_are_sent(at)
        assert sink.taken == []
        told = Notification.objects.get()
        assert told.mailed_at is None
        assert told.mail_due_at > datetime.now(UTC)


def test_without_a_mailbox_it_waits() -> None:
    at = datetime.now(UTC) - timedelta(minutes=30)
    owned(at)
    Endpoint.objects.update(closed_at=at)
    mails_are_sent(at)
    assert Notification.objects.get().mailed_at is None


def test_nobody_is_asked_for_anything_while_their_case_is_open(now: datetime) -> None:
    case = asked(now)
    person = [identifier(AMINA, now)]
    assert [one.why for one in contact.standing(person).pauses] == [f"case:{case.pk}"]
    desk.close(case.pk, by=Operator(), at=now)
    assert contact.standing(person).pauses == ()
    desk.reopen(case.pk, by=Operator(), at=now)
    assert len(contact.standing(person).pauses) == 1
