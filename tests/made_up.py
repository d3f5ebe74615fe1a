"""Made-up customers for tests of pages and queries, recorded as they would be in life."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from rapport.customers.directory.models import Identifier
from rapport.customers.directory.rules import Claim
from rapport.customers.finding import commands as finding
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry

_numbers = count(1)


def claim(text: str, proof: str = "") -> Claim:
    """A claim written kind=value."""
    kind, value = text.split("=", 1)
    return Claim(kind, value, proof)


def event(kind: str, *claims: str, at: datetime, proof: str = "", **more: Any) -> Entry:
    """Something that happened with whoever is known by the claims, each written kind=value."""
    said = tuple(claim(text, proof) for text in claims)
    return Entry(message_id=f"made-up-{next(_numbers)}", kind=kind, occurred_at=at, claims=said, **more)


def record(*entries: Entry, source: str = "web shop", at: datetime) -> None:
    """Record the entries and bring everything derived from them up to date."""
    log.record([log.Batch(log.ensure_source(source, at=at), entries, at)])
    log.catch_up()
    log.index_new()
    finding.index_changed()


def customer_of(text: str) -> int:
    """The number of the customer known by kind=value."""
    return identifier_of(text).customer_id


def identifier_of(text: str) -> Identifier:
    kind, value = text.split("=", 1)
    return Identifier.objects.get(kind=kind, value=value)


def amina(now: datetime) -> int:
    """A customer with an account, mail, phone and member number, two years of purchases and one complaint."""
    told = {"name": "Amina Okafor", "city": "Leeds", "prefers": "chat", "plan": "plus"}
    names = ("user_id=amina", "email=amina@example.org")
    record(
        event("profile", *names, at=now - timedelta(days=700), proof="log-in", is_login=True, traits=told),
        event("purchase", *names, at=now - timedelta(days=400), amount_minor=6400, currency="GBP",
              subject="Shoes",
              properties='{"lines": [{"what": "Running shoes", "quantity": 1, "amount": "64.00"}]}'),
        event("message", *names, at=now - timedelta(days=3), channel="chat", subject="The class on Saturday",
              text="Is there still room?"),
        event("campaign", *names, at=now - timedelta(days=2), channel="email", direction="out",
              subject="Spring offers",
              consents={"marketing": "granted"}, consent_proof="ticked a box"),
        event("complaint", *names, at=now - timedelta(days=1), channel="email", subject="Charged twice",
              warning="the date was mended"),
        event("message", *names, at=now - timedelta(hours=2), channel="chat", text="Thank you!"),
        at=now,
    )  # fmt: skip
    record(
        event("purchase", "external=member:20931", "phone=+447700900123", at=now - timedelta(days=30),
              channel="in_person", amount_minor=2550, currency="GBP", subject="Socks",
              traits={"city": "York"}),
        source="till", at=now,
    )  # fmt: skip
    return customer_of("user_id=amina")


def crowd(now: datetime, size: int = 120) -> None:
    """Many customers, each seen a minute before the next; every tenth is from York and has bought."""
    entries = []
    for number in range(size):
        city = "York" if number % 10 == 0 else "Bath"
        at = now - timedelta(minutes=number + 1)
        who = f"user_id=reader-{number:03}"
        told = {"name": f"Reader {number:03}", "city": city}
        money = {"amount_minor": 100 * number, "currency": "EUR"} if city == "York" else {}
        entries.append(event("purchase" if money else "visit", who, at=at, traits=told, **money))
    record(*entries, at=now)
