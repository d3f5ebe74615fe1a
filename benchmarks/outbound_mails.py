"""One act of the benchmark of sending, in its own process: `put PORT COUNT TOGETHER`, `carry` or `bare PORT COUNT`.

It prints how many seconds the act took, by the clock and of the processor.
"""

import smtplib
import sys
import time
from datetime import UTC, datetime, timedelta

_ASKED_BY = 500
_TEXT = "Dear customer,\n\nyour parcel is on its way and comes tomorrow before noon.\n\n" * 8


def put(port: int, count: int, together: int) -> tuple[float, float]:
    """Put out answers to customers of a hundred domains, so many in one transaction, each with its question quoted."""
    from django.db import transaction

    from rapport.channels.endpoints import commands as endpoints
    from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
    from rapport.channels.endpoints.rules.places import Described
    from rapport.channels.outbound import commands as outbound
    from rapport.channels.threads import commands as threads
    from rapport.channels.threads.rules import NewMessage, Recipient
    from rapport.customers.directory import commands as directory
    from rapport.customers.directory.rules import Claim, Sighting
    from rapport.staff.roles.rules import Operator

    at = datetime.now(UTC)
    here = Server("127.0.0.1", port, "none")
    settings = MailSettings(
        address=f"help{together}@shop.example", imap=here, smtp=here, secrets=Secrets(password="none")
    )
    endpoint_id = endpoints.open_mailbox(Described(f"Help {at}"), settings, by=Operator(), at=at).pk
    asked: list[tuple[int, int, str]] = []
    for place in range(_ASKED_BY):
        claim = Claim("email", f"customer{place}.{together}@domain{place % 100}.example")
        seen = directory.observe([Sighting(claims=(claim,), at=at, source="benchmark")])[0]
        thread_id = threads.thread_of(seen.identifier_id or 0, at=at)
        came = NewMessage(
            endpoint_id=endpoint_id, channel="email", direction="in", at=at, text=_TEXT, author=claim
        )
        asked.append((thread_id, threads.put(thread_id, came, at=at).pk, claim.value))
    begin = _now()
    for start in range(0, count, together):
        chosen = [asked[number % _ASKED_BY] for number in range(start, min(start + together, count))]
        with transaction.atomic():
            new = [
                (
                    thread_id,
                    NewMessage(
                        endpoint_id=endpoint_id,
                        channel="email",
                        direction="out",
                        at=at,
                        text=_TEXT,
                        subject="Your parcel",
                        answers_id=came_id,
                        recipients=(Recipient(address),),
                    ),
                )
                for thread_id, came_id, address in chosen
            ]
            numbers = [one.pk for one in threads.put_many(new, at=at)]
            outbound.put_out_many(numbers, purpose="service", hold=timedelta(0), at=at)
    return _since(begin)


def carry() -> tuple[float, float]:
    """Carry everything that is due, as the worker does."""
    from rapport.channels.outbound.tasks import Carrier

    begin = _now()
    Carrier().run_until_idle()
    return _since(begin)


def bare(port: int, count: int) -> tuple[float, float]:
    """The same bytes over one line of smtplib, ready-made: no record, no names, nothing to be told of."""
    mail = (
        (f"From: help@shop.example\r\nSubject: Your parcel\r\n\r\n{_TEXT * 4}").replace("\n", "\r\n").encode()
    )
    begin = _now()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            server.sendmail("help@shop.example", [f"customer{number}@domain{number % 100}.example"], mail)
    return _since(begin)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begin: tuple[float, float]) -> tuple[float, float]:
    clock, processor = _now()
    return clock - begin[0], processor - begin[1]


if __name__ == "__main__":
    act, numbers = sys.argv[1], [int(one) for one in sys.argv[2:]]
    if act != "bare":
        import django
        import structlog

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        django.setup()
    print(*{"put": put, "carry": carry, "bare": bare}[act](*numbers))
