"""A postman listens to every mailbox, tries to reach those in trouble again, and steps aside for another."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from tests.channels import servers
from tests.channels.mailboxes import letter, open_support

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries
from rapport.channels.endpoints.models import Mailbox
from rapport.channels.inbound import tasks
from rapport.channels.inbound.models import Envelope
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.rules import Unfinished
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[servers.MailServers]:
    servers.needs_servers()
    with servers.MailServers() as running:
        yield running


@pytest.fixture(autouse=True)
def empty(dovecot: servers.MailServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_ROUND_SECONDS", 0.1)
    dovecot.empty()


def wait(until: Callable[[], bool], seconds: float = 20) -> float:
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, "it did not come to pass"
        time.sleep(0.05)
    return time.monotonic() - began


def job(*, is_stopping: bool = False) -> SimpleNamespace:
    """What the queue tells a task."""
    return SimpleNamespace(job=SimpleNamespace(id=1), should_stop=lambda: is_stopping)


def test_new_mail_is_heard_of_within_seconds(dovecot: servers.MailServers) -> None:
    support = open_support(dovecot, at=datetime.now(UTC))
    with tasks.postman_at_work():
        wait(lambda: queries.mailbox(support).looked_at is not None)
        dovecot.lay("support", letter("The blue bicycle"))
        assert wait(lambda: Envelope.objects.count() == 1) < 10
        assert Job.objects.filter(task="inbound.take_in").count() == 1
    assert queries.mailbox(support).held_until is None


def test_a_mailbox_joined_or_closed_meanwhile_is_noticed(dovecot: servers.MailServers) -> None:
    at = datetime.now(UTC)
    with tasks.postman_at_work():
        support = open_support(dovecot, at=at)
        wait(lambda: queries.mailbox(support).held_until is not None)
        endpoints.close(support, by=Operator(), at=at)
        wait(lambda: queries.mailbox(support).held_until is None)
        dovecot.lay("support", letter("Too late"))
        time.sleep(1.5)
    assert not Envelope.objects.exists()


def test_two_postmen_share_no_mailbox(dovecot: servers.MailServers) -> None:
    support = open_support(dovecot, at=datetime.now(UTC))
    with tasks.postman_at_work(), tasks.postman_at_work():
        wait(lambda: queries.mailbox(support).held_until is not None)
        holder = queries.mailbox(support).held_by
        time.sleep(1)
        assert queries.mailbox(support).held_by == holder
        assert not endpoints.hold(support, "another", at=datetime.now(UTC), length=timedelta(seconds=9))


def test_who_was_not_heard_of_has_lost_the_mailbox(dovecot: servers.MailServers) -> None:
    at = datetime.now(UTC)
    support = open_support(dovecot, at=at)
    assert endpoints.hold(support, "a killed worker", at=at, length=timedelta(seconds=90))
    dovecot.lay("support", letter("Waiting"))

    tasks.fetch_mail(job())
    assert not Envelope.objects.exists()
    Mailbox.objects.update(held_until=at)
    tasks.fetch_mail(job())
    assert Envelope.objects.count() == 1


def test_the_periodic_job_looks_where_nobody_listens_and_one_in_trouble_holds_up_no_other(
    dovecot: servers.MailServers,
) -> None:
    at = datetime.now(UTC)
    open_support(dovecot, at=at, password="wrong", address="first@wren.example", called="First")
    support = open_support(dovecot, at=at)
    dovecot.lay("support", letter("The blue bicycle"))

    tasks.fetch_mail(job())
    tasks.fetch_mail(job())
    assert Envelope.objects.count() == 1
    assert queries.mailbox(support).trouble == ""
    assert Mailbox.objects.exclude(trouble="").count() == 1
    assert connection.is_usable()


def test_a_job_asked_to_stop_goes_on_later(dovecot: servers.MailServers) -> None:
    open_support(dovecot, at=datetime.now(UTC))
    with pytest.raises(Unfinished):
        tasks.fetch_mail(job(is_stopping=True))


def test_a_mailbox_that_was_away_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    servers.needs_servers()
    monkeypatch.setattr("rapport.channels.endpoints.rules.looking._FIRST_REST", timedelta(seconds=1))
    with servers.MailServers() as own:
        support = open_support(own, at=datetime.now(UTC))
        with tasks.postman_at_work():
            wait(lambda: queries.mailbox(support).looked_at is not None)
            own.stop_dovecot()
            wait(lambda: queries.mailbox(support).trouble != "")
            own.start_dovecot()
            own.lay("support", letter("After the storm"))
            wait(lambda: Envelope.objects.count() == 1)
            wait(lambda: queries.mailbox(support).trouble == "")
