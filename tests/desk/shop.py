"""A made-up shop with a desk: a mailbox, colleagues, and customers who write."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from tests.channels.arriving import OURS, mailbox
from tests.made_up import customer_of

from rapport.channels.endpoints.models import Endpoint
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Message
from rapport.channels.threads.rules import NewMessage, Recipient
from rapport.customers.directory import commands as directory
from rapport.customers.directory.rules import Claim, Sighting
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case
from rapport.service.desk.rules.acts import Reply
from rapport.staff.people.models import StaffMember

_numbers = count(1)
AMINA = "amina@mail.example"
MINUTE = timedelta(minutes=1)

__all__ = ["AMINA", "MINUTE", "OURS", "customer_of"]


def colleague(name: str, role: str = "agent", department: str = "") -> StaffMember:
    """Somebody who works here."""
    email = f"{name.lower()}@shop.example"
    return StaffMember.objects.create(email=email, name=name, role=role, department=department)


def our_mailbox(at: datetime, address: str = OURS, department: str = "") -> Endpoint:
    """The shop's mailbox, joined once."""
    known = Endpoint.objects.filter(address=address).first()
    return known or mailbox(at, address, department=department)


def identifier(address: str, at: datetime, kind: str = "email") -> int:
    seen = directory.observe([Sighting(claims=(Claim(kind, address),), at=at, source="a test")])[0]
    assert seen.identifier_id is not None
    return seen.identifier_id


def written(
    at: datetime,
    text: str = "Where is my parcel?",
    *,
    sender: str = AMINA,
    endpoint: Endpoint | None = None,
    **more: Any,
) -> Message:
    """A mail of a customer as it lies in their thread, not filed yet."""
    thread_id = threads.thread_of(identifier(sender, at), at=at)
    shop = endpoint or our_mailbox(at)
    new = {
        "endpoint_id": shop.pk,
        "channel": shop.channel,
        "direction": "in",
        "at": at,
        "text": text,
        "subject": "My parcel",
        "author": Claim("email", sender),
        "author_name": "Amina Okafor",
        "name": f"<{next(_numbers)}@mail.example>",
        "recipients": (Recipient(OURS),),
        **more,
    }
    return threads.put(thread_id, NewMessage(**new), at=at)


def asked(at: datetime, text: str = "Where is my parcel?", **more: Any) -> Case:
    """A customer writes; the case it is filed under. One transaction, as at the door."""
    with transaction.atomic():
        return desk.take_in(written(at, text, **more).pk, at=at)


def answer(text: str = "It comes tomorrow.", *, to: Case, **more: Any) -> Reply:
    """An answer of somebody who has seen everything that was said."""
    fresh = Case.objects.get(pk=to.pk)
    return Reply(text=text, seen=fresh.last_word_id or 0, **more)


def now_of(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("state", "owner", "queue").get(pk=case.pk)
