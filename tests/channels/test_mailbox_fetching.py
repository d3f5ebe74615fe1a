"""Mail is fetched from a real Dovecot: each once, none lost, whatever happens in between."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from tests.channels import servers
from tests.channels.mailboxes import letter, open_support

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries
from rapport.channels.endpoints.models import Mailbox
from rapport.channels.inbound.commands import fetching
from rapport.channels.inbound.models import Envelope
from rapport.jobs.duties import queries as duties

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def dovecot() -> Iterator[servers.MailServers]:
    servers.needs_servers()
    with servers.MailServers(("support", "info")) as running:
        yield running


@pytest.fixture(autouse=True)
def empty(dovecot: servers.MailServers) -> None:
    dovecot.empty()


def look(endpoint_id: int, noon: datetime) -> int:
    return fetching.look(endpoint_id, lambda mail: fetching.keep(mail, at=noon), at=noon).mails


def test_mail_is_kept_once_and_marked_as_read(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", letter("The blue bicycle"), letter("The red bicycle"))

    assert look(support, noon) == 2
    assert look(support, noon) == 0
    dovecot.lay("support", letter("The green bicycle"))
    assert look(support, noon) == 1
    assert Envelope.objects.count() == 3
    assert dovecot.seen("support") == 3
    mailbox = queries.mailbox(support)
    assert (mailbox.looked_at, mailbox.mail_at, mailbox.last_uid) == (noon, noon, 3)


def test_what_was_read_before_we_came_is_left_alone(dovecot: servers.MailServers, noon: datetime) -> None:
    dovecot.lay("support", letter("Answered last year"), flag="S")
    dovecot.lay("support", letter("Still waiting"))
    support = open_support(dovecot, at=noon)

    assert look(support, noon) == 1
    assert b"Still waiting" in bytes(Envelope.objects.get().raw or b"")


@pytest.mark.parametrize(("begin", "count"), [("new", 1), ("unread", 2), ("all", 3)])
def test_how_much_of_the_old_is_taken_in_is_a_choice(
    dovecot: servers.MailServers, noon: datetime, begin: str, count: int
) -> None:
    dovecot.lay("support", letter("Old and read"), flag="S")
    dovecot.lay("support", letter("Old and unread"))
    support = open_support(dovecot, at=noon, begin=begin)
    look(support, noon)
    dovecot.lay("support", letter("New"))
    look(support, noon)

    assert Envelope.objects.count() == count


def test_numbers_that_lost_their_meaning_double_nothing(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", letter("One"), letter("Two"))
    look(support, noon)
    before = queries.mailbox(support).uid_validity
    dovecot.begin_numbers_anew("support")
    dovecot.lay("support", letter("Three"))

    look(support, noon)
    look(support, noon)
    assert queries.mailbox(support).uid_validity != before
    assert Envelope.objects.count() == 3


def test_a_look_broken_off_goes_on_where_it_was(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", *(letter(f"Letter {number}") for number in range(45)))
    kept: list[str] = []

    def breaks(mail: fetching.Fetched) -> None:
        if len(kept) == 30:
            raise RuntimeError("the power is gone")
        kept.append(mail.external_id)
        fetching.keep(mail, at=noon)

    with pytest.raises(RuntimeError):
        fetching.look(support, breaks, at=noon)
    assert queries.mailbox(support).last_uid == 20
    assert look(support, noon) == 25
    assert Envelope.objects.count() == 45


def test_two_who_look_at_once_keep_each_mail_once(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", *(letter(f"Letter {number}") for number in range(5)))
    settings = queries.mail_settings(support)

    def keep(mail: fetching.Fetched) -> None:
        fetching.keep(mail, at=noon)

    with endpoints.imap(settings, at=noon) as one, endpoints.imap(settings, at=noon) as other:
        fetching.take_in(one, settings, keep, at=noon)
        Mailbox.objects.filter(pk=support).update(last_uid=0)
        fetching.take_in(other, settings, keep, at=noon)
    assert Envelope.objects.count() == 5


def test_the_same_message_id_with_another_text_is_another_mail(
    dovecot: servers.MailServers, noon: datetime
) -> None:
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", letter("One", name="<same@example.com>"), letter("Two", name="<same@example.com>"))

    assert look(support, noon) == 2
    assert Envelope.objects.count() == 2


def test_a_mail_too_large_comes_as_its_header_and_waits_for_a_person(
    dovecot: servers.MailServers, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 10_000)
    support = open_support(dovecot, at=noon)
    dovecot.lay("support", letter("A film of the bicycle", text="x" * 20_000), letter("Thank you"))

    assert look(support, noon) == 2
    large = Envelope.objects.get(state="suspended")
    assert large.reason == "too_large"
    assert b"A film of the bicycle" in bytes(large.raw or b"")
    assert len(bytes(large.raw or b"")) < 1_000
    assert Envelope.objects.filter(state="waiting").count() == 1


def test_poison_is_kept_like_any_mail_and_the_rest_goes_on(
    dovecot: servers.MailServers, noon: datetime
) -> None:
    support = open_support(dovecot, at=noon)
    poison = [
        b"",
        b"\x00\xff" * 500,
        b"From: " + b"a" * 70_000 + b"\n\n",
        b"\n\n\nno header\n",
        letter("Well"),
    ]
    dovecot.lay("support", *poison)

    assert look(support, noon) == 5
    assert Envelope.objects.count() == 5


def test_a_wrong_password_is_said_in_words_and_the_mailbox_rests(
    dovecot: servers.MailServers, noon: datetime
) -> None:
    support = open_support(dovecot, at=noon, password="wrong")

    with pytest.raises(endpoints.MailTrouble) as told:
        look(support, noon)
    assert told.value.kind == "sign_in"
    assert "does not let us in" in told.value.message
    mailbox = queries.mailbox(support)
    assert mailbox.rests_until is not None
    assert mailbox.rests_until > noon
    assert queries.due_mailboxes(at=noon, looked_before=noon) == []
    assert [one.duty for one in duties.troubles()] == ["channel Support"]


def test_troubles_end_when_a_look_goes_well(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon)
    endpoints.note_trouble(support, "unreachable", "Nobody listens there.", at=noon)

    look(support, noon)
    assert queries.mailbox(support).trouble == ""
    assert duties.troubles() == []


def test_a_server_that_is_away_loses_nothing(noon: datetime) -> None:
    servers.needs_servers()
    with servers.MailServers() as own:
        support = open_support(own, at=noon)
        own.lay("support", letter("Before"))
        own.stop_dovecot()
        with pytest.raises(endpoints.MailTrouble) as told:
            look(support, noon)
        assert told.value.kind == "unreachable"
        own.start_dovecot()
        assert look(support, noon) == 1


def test_a_folder_that_is_not_there_is_said_in_words(dovecot: servers.MailServers, noon: datetime) -> None:
    support = open_support(dovecot, at=noon, folder="Orders")

    with pytest.raises(endpoints.MailTrouble) as told:
        look(support, noon)
    assert told.value.kind == "folder"
