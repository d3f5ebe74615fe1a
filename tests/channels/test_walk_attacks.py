"""Attacks by mail (A01 to A15, A24, D06): each is tried, and what it wanted does not happen."""

from datetime import datetime, timedelta

import pytest
from tests.channels.arriving import (
    OURS,
    SERVER,
    arrive,
    mail,
    mailbox,
    message_of,
    proven,
    reply_address,
    steps_of,
)

from rapport.channels.endpoints.models import Endpoint
from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.commands import keys
from rapport.channels.outbound.rules import names
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries
from rapport.channels.threads.models import Message, Participant
from rapport.customers.directory.models import Identifier
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
AMINA = "Amina Okafor <amina@mail.example>"
MALLORY = "Mallory <mallory@evil.example>"


@pytest.fixture
def shop(now: datetime) -> Endpoint:
    return mailbox(now)


@pytest.fixture
def asked(shop: Endpoint, now: datetime) -> Message:
    """Amina's first mail, proven, with whatever an attacker may have learned of it."""
    raw = mail(AMINA, message_id="<a1@mail.example>", authentication_results=proven())
    return message_of(arrive(shop, raw, now)[1])


def test_a01_a_spoofed_sender_with_the_right_subject_joins_nothing(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    spoofed = mail(AMINA, subject="Re: My parcel", authentication_results=proven(result="fail"))

    envelope, walked = arrive(shop, spoofed, now)

    assert (walked.state, walked.reason) == ("suspended", "not_verified")
    assert envelope.message is None
    assert asked.thread.messages.count() == 1


@pytest.mark.usefixtures("asked")
def test_a01_without_any_proof_it_says_so_and_is_no_answer(shop: Endpoint, now: datetime) -> None:
    unproven = mail(AMINA, subject="Re: My parcel", authentication_results=f"{SERVER}; dmarc=none spf=none")

    _, walked = arrive(shop, unproven, now)

    assert (walked.is_answer, walked.is_verified) == (False, False)
    assert message_of(walked).warning == "Who sent this could not be verified."


def test_a02_the_reply_address_of_another_opens_nothing_to_a_stranger(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    stolen = mail(MALLORY, to=reply_address(asked), authentication_results=proven("evil.example"))

    envelope, walked = arrive(shop, stolen, now)

    assert (walked.state, walked.reason) == ("suspended", "new_participant")
    assert envelope.thread == asked.thread
    assert asked.thread.messages.count() == 1
    proposed = Participant.objects.get(identifier__value="mallory@evil.example")
    assert proposed.standing == "proposed"
    assert [one.address for one in queries.recipients_for_answer(asked.pk)] == ["amina@mail.example"]


def test_a02_one_participant_cannot_speak_for_another_by_their_own_address(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    threads.invite(asked.thread_id, "carol@mail.example", by=Operator(), at=now)
    of_carol = reply_address(asked, "carol@mail.example")
    unproven = f"{SERVER}; dmarc=none"

    _, as_amina = arrive(shop, mail(AMINA, to=of_carol, authentication_results=unproven), now)
    _, as_carol = arrive(shop, mail("carol@mail.example", to=of_carol, authentication_results=unproven), now)

    assert (as_amina.state, as_amina.reason) == ("suspended", "not_verified")
    assert (as_carol.state, message_of(as_carol).thread) == ("placed", asked.thread)


def test_a02_an_address_changed_by_one_letter_opens_nothing(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    right = reply_address(asked)
    at = right.index("@") - 3
    wrong = right[:at] + ("a" if right[at] != "a" else "b") + right[at + 1 :]

    envelope, _ = arrive(shop, mail(MALLORY, to=wrong), now)

    assert steps_of(envelope)["thread"] == "none"
    assert envelope.message is not None
    assert envelope.message.thread != asked.thread


def test_a03_a_right_reference_without_the_senders_proof_waits_for_a_person(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    for result in (proven(result="fail"), f"{SERVER}; spf=softfail", f"{SERVER}; dkim=pass header.d=evil.example",
                   f"{SERVER}; dmarc=none; spf=none"):  # fmt: skip
        leaked = mail(AMINA, text=result, in_reply_to="<a1@mail.example>", authentication_results=result)

        envelope, walked = arrive(shop, leaked, now)

        assert (walked.state, walked.reason) == ("suspended", "not_verified"), result
        assert envelope.thread == asked.thread
    assert asked.thread.messages.count() == 1


def test_a03_even_the_secret_reply_address_does_not_outweigh_a_failed_proof(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    _, walked = arrive(
        shop, mail(AMINA, to=reply_address(asked), authentication_results=proven(result="fail")), now
    )

    assert (walked.state, walked.reason) == ("suspended", "not_verified")


def test_a04_a_colleagues_address_is_nobody_until_proven_and_then_only_a_note(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    ben = StaffMember.objects.create(email="ben@shop.example", name="Ben", role="agent")
    to = reply_address(asked)
    for wrong in (mail("Ben <ben@shop.example>"), mail("Ben <ben@shop.example>", to=to),
                  mail("Ben <ben@shop.example>", authentication_results=proven("shop.example")),
                  mail("Ben <ben@shop.example>", in_reply_to="<a1@mail.example>",
                       authentication_results=proven("shop.example"))):  # fmt: skip
        _, walked = arrive(shop, wrong, now)
        assert (walked.state, walked.reason) == ("suspended", "from_staff")

    _, walked = arrive(
        shop,
        mail("Ben <ben@shop.example>", "Call her", to=to, authentication_results=proven("shop.example")),
        now,
    )

    note = message_of(walked)
    assert (note.is_internal, note.direction, note.staff, note.log_id) == (True, "none", ben, "")
    assert not Identifier.objects.filter(value="ben@shop.example").exists()


def test_a05_being_copied_in_gives_no_right_to_anything(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    copied = mail(AMINA, to=reply_address(asked), cc=MALLORY, authentication_results=proven())

    _, walked = arrive(shop, copied, now)

    assert [one.address for one in queries.recipients_for_answer(message_of(walked).pk)] == [
        "amina@mail.example"
    ]
    assert not Identifier.objects.filter(value="mallory@evil.example").exists()
    answer = mail(MALLORY, in_reply_to="<a1@mail.example>", authentication_results=proven("evil.example"))
    assert arrive(shop, answer, now)[1].reason == "new_participant"


@pytest.mark.usefixtures("asked")
def test_a06_tags_and_tokens_of_nobody_are_all_the_same_stranger(shop: Endpoint, now: datetime) -> None:
    for number, address in enumerate(("help+1@shop.example", "help+r" + "a" * 42 + "@shop.example", OURS)):
        envelope, walked = arrive(shop, mail(f"m{number}@evil.example", to=address), now)
        assert (walked.state, walked.reason) == ("placed", "")
        assert steps_of(envelope)["thread"] == "none"


def test_a07_what_a_sender_of_codes_writes_is_shown_to_staff_alone(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    for sender in ("no-reply@chat.example", "verify@chat.example", "Chat <confirm+77@chat.example>"):
        for to in (OURS, reply_address(asked)):
            code = mail(
                sender, f"Your code is 123 {to}", to=to, authentication_results=proven("chat.example")
            )

            _, walked = arrive(shop, code, now)

            message = message_of(walked)
            assert walked.is_internal
            assert (message.is_internal, message.log_id) == (True, "")
            assert message.thread != asked.thread
    assert asked.thread.messages.count() == 1


@pytest.mark.usefixtures("asked")
def test_a09_our_own_mail_that_comes_back_is_noted(shop: Endpoint, now: datetime) -> None:
    key = keys.ensure_key()
    for own in (
        {"x_rapport_loop": names.loop_mark(key)},
        {"message_id": names.message_name(key, 7, "shop.example")},
    ):
        _, walked = arrive(shop, mail(AMINA, **own), now)
        assert (walked.state, walked.reason) == ("noted", "loop")


def test_a09_a_mark_that_is_not_ours_is_no_loop(shop: Endpoint, now: datetime) -> None:
    assert arrive(shop, mail(x_rapport_loop="0" * 32), now)[1].state == "placed"


def test_a09_two_mailboxes_of_ours_cannot_talk_to_each_other(shop: Endpoint, now: datetime) -> None:
    mailbox(now, "sales@shop.example")

    _, by_program = arrive(shop, mail("sales@shop.example", auto_submitted="auto-replied"), now)
    _, by_hand = arrive(shop, mail("Sales <sales+x@shop.example>", "hello"), now)

    assert (by_program.state, by_program.reason) == ("noted", "loop")
    assert (by_hand.state, by_hand.reason) == ("suspended", "from_ourselves")


def test_a09_the_sixth_new_conversation_within_an_hour_waits_and_an_hour_later_all_is_well(
    shop: Endpoint, now: datetime
) -> None:
    subject = "Hello"
    states = []
    for number in range(7):
        subject = f"Automated Response: Re: {subject}"
        raw = mail("robot@loop.example", f"word {number}", subject=subject)
        states.append(arrive(shop, raw, now + timedelta(minutes=number))[1].reason)

    assert states == [""] * 5 + ["too_many"] * 2
    assert arrive(shop, mail("robot@loop.example", "later"), now + timedelta(minutes=70))[1].state == "placed"


def test_a09_an_automatic_answerer_is_stopped_although_it_answers(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    reasons = []
    for number in range(7):
        raw = mail(
            AMINA, f"I am away {number}", to=reply_address(asked), auto_submitted="auto-replied",
            authentication_results=proven(),
        )  # fmt: skip
        reasons.append(arrive(shop, raw, now)[1].reason)

    assert reasons == [""] * 5 + ["too_many"] * 2


def test_a12_the_same_message_id_with_other_words_is_placed_and_says_so(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    _, walked = arrive(shop, mail(MALLORY, "Other words", message_id="<a1@mail.example>"), now)

    assert walked.state == "placed"
    assert "same Message-ID" in message_of(walked).warning
    _, answer = arrive(
        shop, mail(AMINA, in_reply_to="<a1@mail.example>", authentication_results=proven()), now
    )
    assert message_of(answer).thread == asked.thread


@pytest.mark.usefixtures("asked")
def test_a12_very_many_references_and_recipients_are_walked_within_limits(
    shop: Endpoint, now: datetime
) -> None:
    many = " ".join(f"<{number}@evil.example>" for number in range(10_000))
    crowd = ", ".join(f"p{number}@evil.example" for number in range(5_000))

    _, walked = arrive(shop, mail(MALLORY, references=many, in_reply_to="<a1@mail.example>", cc=crowd), now)

    assert walked.reason == "new_participant"
    assert Participant.objects.count() == 2


def test_d06_a_mail_to_thousands_makes_nobody_of_them_known(shop: Endpoint, now: datetime) -> None:
    crowd = ", ".join(f"p{number}@evil.example" for number in range(5_000))

    _, walked = arrive(shop, mail(cc=crowd), now)

    assert len(message_of(walked).recipients) == 50
    assert Identifier.objects.count() == 1


@pytest.mark.usefixtures("asked")
def test_a14_two_senders_are_nobody_until_a_person_decides(shop: Endpoint, now: datetime) -> None:
    for sender in ("amina@mail.example, mallory@evil.example", '"a;b%c"@mail.example'):
        raw = mail("x@y.example", authentication_results=proven()).replace(b"x@y.example", sender.encode(), 1)
        assert arrive(shop, raw, now)[1].reason == "ambiguous_sender"
    twice = b"From: mallory@evil.example\n" + mail(AMINA, authentication_results=proven())
    assert arrive(shop, twice, now)[1].reason == "ambiguous_sender"


def test_a14_a_display_name_is_no_identity(shop: Endpoint, asked: Message, now: datetime) -> None:
    _, walked = arrive(shop, mail('"amina@mail.example" <mallory@evil.example>', "Give me my parcel"), now)

    message = message_of(walked)
    assert message.author is not None
    assert message.author.value == "mallory@evil.example"
    assert message.thread != asked.thread


@pytest.mark.usefixtures("asked")
def test_a15_results_that_the_sender_wrote_are_not_believed(shop: Endpoint, now: datetime) -> None:
    forged = ["mx.evil.example; dmarc=pass header.from=mail.example", proven()]

    envelope, walked = arrive(
        shop, mail(AMINA, in_reply_to="<a1@mail.example>", authentication_results=forged), now
    )

    assert steps_of(envelope)["authenticate"] == "none"
    assert not walked.is_verified


@pytest.mark.usefixtures("asked")
def test_a15_the_topmost_result_counts_even_where_a_better_one_follows(shop: Endpoint, now: datetime) -> None:
    _, walked = arrive(
        shop,
        mail(
            AMINA, in_reply_to="<a1@mail.example>", authentication_results=[proven(result="fail"), proven()]
        ),
        now,
    )

    assert walked.reason == "not_verified"


def test_a_mailbox_that_names_no_server_believes_none(now: datetime) -> None:
    _, walked = arrive(mailbox(now, server=""), mail(authentication_results=proven()), now)

    assert not walked.is_verified
    assert Identifier.objects.get().proof == ""


def test_who_was_let_in_is_heard_from_then_on_and_who_was_refused_waits(
    shop: Endpoint, asked: Message, now: datetime
) -> None:
    def write(text: str) -> tuple[Envelope, str]:
        raw = mail(
            MALLORY, text, in_reply_to="<a1@mail.example>", authentication_results=proven("evil.example")
        )
        envelope, walked = arrive(shop, raw, now)
        return envelope, walked.reason or walked.state

    first, _ = write("Let me in")
    inbound.accept(first.pk, by=Operator(), at=now)
    assert write("I am in")[1] == "placed"
    assert asked.thread.messages.count() == 3

    mallory = Identifier.objects.get(value="mallory@evil.example")
    threads.refuse(asked.thread_id, mallory.pk, by=Operator(), at=now)
    assert write("And now?")[1] == "refused_participant"
