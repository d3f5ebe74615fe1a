"""An answer on its way: put out, handed to a mail server, and known again when somebody answers it."""

from datetime import UTC, datetime

import pytest
from tests.channels.leaving import OURS, answer, answered, mailbox, put_out, said_to_us, state_of
from tests.channels.sinks import Sink

from rapport.channels.outbound import queries
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import names
from rapport.channels.outbound.tasks import Carrier

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_reaches_the_mail_server_once_and_is_noted_as_sent() -> None:
    with Sink() as sink:
        message = answered(sink, datetime.now(UTC))
        Carrier().run_until_idle()
        Carrier().run_until_idle()

        (taken,) = sink.taken
        assert taken.recipients == ("amina@mail.example",)
        assert state_of(message) == "sent"


def test_an_answer_says_what_it_answers_and_where_answers_to_it_belong() -> None:
    at = datetime.now(UTC)
    with Sink() as sink:
        came = said_to_us(mailbox(sink, at), "amina@mail.example", at)
        message = answer(came, at)
        put_out(message, at)
        Carrier().run_until_idle()

        mail = sink.taken[0].mail
        key = queries.naming_key()
        assert mail["From"] == f"The Shop <{OURS}>"
        assert mail["To"] == "Amina <amina@mail.example>"
        assert mail["Subject"] == "Re: My parcel"
        assert (
            mail["In-Reply-To"] == mail["References"] == f"<amina@mail.example.{at.timestamp()}@mail.example>"
        )
        assert names.opened_name(key, mail["Message-ID"]) == message.pk
        assert names.opened_address(key, mail["Reply-To"]) == names.Reply(
            message.thread_id, came.author_id or 0
        )
        dispatch = Dispatch.objects.get(message=message)
        assert names.opened_address(key, sink.taken[0].sender) == names.Return(message.pk, dispatch.pk)


def test_the_words_come_with_what_was_asked_below_them() -> None:
    with Sink() as sink:
        answered(sink, datetime.now(UTC), text="It comes tomorrow.\n.\nFrom the shop: ü\n\n.last")
        Carrier().run_until_idle()

        mail = sink.taken[0].mail
        plain = mail.get_body(("plain",))
        assert plain is not None
        text = plain.get_content().replace("\r\n", "\n")
        assert text.startswith("It comes tomorrow.\n.\nFrom the shop: ü\n\n.last\n\n")
        assert "> Where is my parcel?\n> It was to come on Monday." in text
        html = mail.get_body(("html",))
        assert html is not None
        assert "<blockquote" in html.get_content()
