"""Receives a mail, takes it in, or answers it; a test kills it at a named point."""

import sys
from datetime import UTC, datetime

import django


def main(act: str) -> None:
    django.setup()
    from tests.channels.arriving import mail
    from tests.desk.shop import answer, colleague, our_mailbox

    from rapport.channels.inbound import commands as inbound
    from rapport.channels.inbound.models import Envelope
    from rapport.service.desk import commands as desk
    from rapport.service.desk.models import Case
    from rapport.staff.people.models import StaffMember
    from rapport.wiring import arrivals

    at = datetime.now(UTC)
    if act == "receive":
        colleague("Ben")
        inbound.receive(our_mailbox(at).pk, mail(), external_id="uid:1", at=at)
    elif act == "arrive":
        arrivals.arrive(Envelope.objects.get().pk, at=at)
    else:
        case = Case.objects.get()
        if case.waiting_since:
            desk.reply(case.pk, answer(to=case), by=StaffMember.objects.get(), at=at)


if __name__ == "__main__":
    main(sys.argv[1])
