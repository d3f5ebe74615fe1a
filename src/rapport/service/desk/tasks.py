"""Background work of the desk: what comes due."""

import smtplib
from datetime import datetime

import structlog
from django.conf import settings
from django.utils import timezone

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints import queries as places
from rapport.channels.outbound import queries as outbound
from rapport.channels.outbound.commands.telling import WENT_WRONG
from rapport.jobs.queue.rules import Context, task
from rapport.service.desk.commands import mailing, scheduling, snoozing, telling
from rapport.service.desk.rules.notices import letter
from rapport.staff.organisation import queries as organisation

logger = structlog.get_logger("rapport.desk")


@task(snoozing.WAKE, is_atomic=True)
def wake(_context: Context, *, case_id: int) -> None:
    """Bring back a case that was put off."""
    snoozing.wake_due(case_id, at=_now())


@task(scheduling.SEND, is_atomic=True)
def send_scheduled(_context: Context, *, draft_id: int) -> None:
    """Send an answer whose moment has come."""
    scheduling.send_due(draft_id, at=_now())


@task(WENT_WRONG, is_atomic=True)
def tell_of_failed_answer(_context: Context, *, dispatch_id: int) -> None:
    """Tell whose case it is that an answer did not arrive."""
    message_id = outbound.message_of(dispatch_id)
    if message_id is not None:
        telling.not_delivered(message_id, at=_now())


@task(mailing.MAIL)
def mail_notifications(_context: Context) -> None:
    """Tell colleagues by mail what they chose to hear so, from the first mailbox that was joined."""
    mailboxes = places.in_use("email")
    posts = mailing.take_due(at=_now()) if mailboxes else []
    if not posts or organisation.is_simulated():
        return
    sender = places.mail_settings(mailboxes[0].id)
    left = list(posts)
    try:
        with endpoints.smtp(sender, at=_now()) as server:
            for post in posts:
                server.send_message(
                    letter(sender.address, post.address, post.told, address=settings.BASE_URL)
                )
                left.remove(post)
    except (endpoints.MailTrouble, smtplib.SMTPException, OSError) as trouble:
        logger.warning("colleagues not told by mail", reason=type(trouble).__name__, count=len(left))
        for post in left:
            mailing.put_back(post, at=_now())


def _now() -> datetime:
    return timezone.now()
