"""How far mailboxes were read, who listens to them, and what troubles them. No person does this: nothing is audited."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from rapport.channels.endpoints.models import Mailbox
from rapport.channels.endpoints.rules import looking
from rapport.jobs.duties import commands as duties


def hold(endpoint_id: int, holder: str, *, at: datetime, length: timedelta) -> bool:
    """Take or keep a mailbox for oneself for a while; False while another holds it, or it rests."""
    free = Q(held_until=None) | Q(held_until__lte=at) | Q(held_by=holder)
    rested = Q(rests_until=None) | Q(rests_until__lte=at)
    found = Mailbox.objects.filter(free, rested, pk=endpoint_id, endpoint__closed_at=None)
    return bool(found.update(held_by=holder, held_until=at + length))


def let_go(endpoint_id: int, holder: str) -> None:
    """Leave a mailbox to whoever comes next."""
    Mailbox.objects.filter(pk=endpoint_id, held_by=holder).update(held_by="", held_until=None)


def begin_reading(endpoint_id: int, *, validity: int, newest: int, backlog: str) -> Mailbox:
    """Numbers of the mailbox have this meaning from now on: read it from the beginning, of the old only `backlog`.

    "none" takes in nothing that lies there up to `newest`.
    """
    last = newest if backlog == "none" else 0
    Mailbox.objects.filter(pk=endpoint_id).exclude(uid_validity=validity).update(
        uid_validity=validity, last_uid=last, backlog_uid=newest, backlog=backlog
    )
    return Mailbox.objects.get(pk=endpoint_id)


def move_on(endpoint_id: int, *, validity: int, uid: int) -> None:
    """Everything up to this number is kept with us, or was not wanted; the cursor only ever moves forward."""
    Mailbox.objects.filter(pk=endpoint_id, uid_validity=validity, last_uid__lt=uid).update(
        last_uid=uid, stuck_uid=0, stuck_times=0
    )


def note_mail(endpoint_id: int, *, at: datetime) -> None:
    """Mail came in."""
    Mailbox.objects.filter(pk=endpoint_id).update(mail_at=at)


def note_stuck(endpoint_id: int, uid: int) -> None:
    """The line broke while this mail was fetched."""
    if not Mailbox.objects.filter(pk=endpoint_id, stuck_uid=uid).update(stuck_times=F("stuck_times") + 1):
        Mailbox.objects.filter(pk=endpoint_id).update(stuck_uid=uid, stuck_times=1)


def note_looked(endpoint_id: int, *, at: datetime) -> None:
    """A look went well: nothing is wrong with the mailbox any more."""
    mailbox = Mailbox.objects.select_related("endpoint").get(pk=endpoint_id)
    Mailbox.objects.filter(pk=endpoint_id).update(
        looked_at=at, trouble="", trouble_kind="", troubled_since=None, troubles=0, rests_until=None
    )
    if mailbox.troubles:
        duties.recover(mailbox.endpoint.duty)


@transaction.atomic
def note_trouble(endpoint_id: int, kind: str, message: str, *, at: datetime) -> Mailbox:
    """A look failed: the mailbox rests, the longer the more often, and the trouble is shown where people look."""
    found = Mailbox.objects.select_related("endpoint").select_for_update(of=("self",))
    mailbox = found.get(pk=endpoint_id)
    mailbox.troubles += 1
    mailbox.troubled_since = mailbox.troubled_since or at
    mailbox.trouble, mailbox.trouble_kind = message[:300], kind
    mailbox.looked_at, mailbox.rests_until = at, at + looking.rest(kind, mailbox.troubles)
    mailbox.held_by, mailbox.held_until = "", None
    mailbox.save()
    if mailbox.endpoint.closed_at is None:
        duties.stumble(mailbox.endpoint.duty, message, at=at)
    return mailbox
