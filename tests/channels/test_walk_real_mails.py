"""Whatever arrives has a place: real mails of every kind, any bytes at all, in any order, twice and at once."""

import random
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.channels.arriving import arrive, mail, mailbox, proven
from tests.conftest import uses_postgres

from rapport.channels.endpoints.models import Endpoint
from rapport.channels.inbound import commands as inbound
from rapport.channels.inbound.models import Envelope
from rapport.channels.threads.models import Message, Thread
from rapport.interactions.log.models import Interaction

SETTLED = {"placed", "noted", "suspended"}
_MAILS = (".eml", ".msg", ".mbox", ".txt", "")


def mails_in(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The mails of an archive, with their names."""
    with tarfile.open(archive) as packed:
        for member in packed.getmembers():
            name = Path(member.name)
            file = packed.extractfile(member) if member.isfile() else None
            if file is not None and name.suffix in _MAILS and name.name not in {"LICENSE", "README"}:
                yield member.name, file.read()


@pytest.mark.shared_data
@pytest.mark.django_db
@pytest.mark.parametrize("archive", ["mime", "replies", "bounces", "signatures"])
def test_no_real_mail_is_lost_and_none_is_there_twice(archive: str, shared_data: Path, now: datetime) -> None:
    shop = mailbox(now)
    raws = list(mails_in(shared_data / "mail" / f"{archive}.tar.gz"))
    assert len(raws) >= 20
    for number, (name, raw) in enumerate(raws):
        at = now + number * timedelta(hours=2)
        envelope, walked = arrive(shop, raw, at, external_id=name)
        assert walked.state in SETTLED, (name, walked, envelope.detail)
        assert (walked.message_id is None) == (walked.state != "placed" and walked.reason != "duplicate"), (
            name
        )

    said = Message.objects.count()
    for name, raw in raws:
        state = Envelope.objects.get(external_id=name).state
        again, _ = arrive(shop, raw, now + timedelta(days=90), external_id=f"again {name}")
        assert again.state == ("noted" if state == "placed" else state), name
    assert Message.objects.count() == said
    assert Interaction.objects.count() == Message.objects.filter(is_internal=False).count()


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.binary(max_size=3_000) | st.text(max_size=500).map(lambda text: mail(text=text.replace("\r", "")))
)
def test_any_bytes_at_all_have_a_place(raw: bytes, now: datetime) -> None:
    shop = Endpoint.objects.first() or mailbox(now)

    envelope, walked = arrive(shop, raw, now)

    assert walked.state in SETTLED
    assert envelope.steps.exists()


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)))
def test_in_whatever_order_a_conversation_arrives_it_ends_the_same(order: list[int], now: datetime) -> None:
    Envelope.objects.all().delete()
    Message.objects.update(answers=None)
    Message.objects.all().delete()
    shop = Endpoint.objects.first() or mailbox(now)
    raws = [
        mail(
            text=f"word {number}", message_id=f"<w{number}@mail.example>",
            in_reply_to=f"<w{number - 1}@mail.example>" if number else "", authentication_results=proven(),
        )
        for number in range(4)
    ]  # fmt: skip

    states = {arrive(shop, raws[number], now)[1].state for number in order}

    assert states == {"placed"}
    assert Thread.objects.count() == 1
    assert set(Message.objects.values_list("text", flat=True)) == {f"word {number}" for number in range(4)}


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_handed_in_five_times_at_once_is_one_message(now: datetime) -> None:
    shop, raw = mailbox(now), mail(authentication_results=proven())

    def hand_in(number: int) -> str:
        try:
            envelope = inbound.receive(shop.pk, raw, external_id=f"way {number % 2}", at=now)
            return inbound.walk(envelope, at=now).state
        finally:
            connection.close()

    at_once = (
        5 if uses_postgres() else 1
    )  # SQLite in memory knows no second writer; its file is tested by processes
    with ThreadPoolExecutor(at_once) as pool:
        states = list(pool.map(hand_in, range(5)))

    assert set(states) <= {"placed", "noted"}
    assert Envelope.objects.count() == 2
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_sender_who_floods_is_slowed_and_others_are_not(now: datetime) -> None:
    shop = mailbox(now)
    chance = random.Random(7)
    states: dict[str, list[str]] = {"flood@evil.example": [], "amina@mail.example": []}
    for number in range(40):
        sender = "amina@mail.example" if number in {5, 25} else "flood@evil.example"
        at = now + timedelta(seconds=number + chance.random())
        states[sender].append(arrive(shop, mail(sender, f"word {number}"), at)[1].state)

    assert states["amina@mail.example"] == ["placed", "placed"]
    assert states["flood@evil.example"].count("placed") == 5
    assert set(states["flood@evil.example"]) == {"placed", "suspended"}
