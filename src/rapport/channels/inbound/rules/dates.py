"""The moment a mail says it was written."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_LONGEST = 200


def read(value: str) -> datetime | None:
    """The moment in a Date field, with the zone it names; a missing zone is UTC; nothing where no moment can be read.

    >>> read("Wed, 17 May 2000 19:08:29 -0400").isoformat(), read("yesterday")
    ('2000-05-17T19:08:29-04:00', None)
    """
    said = value.strip()[:_LONGEST]
    try:
        moment = datetime.fromisoformat(said) if _ISO.match(said) else _as_mails_write(said)
        if moment is not None:
            moment.astimezone(UTC)  # What other zones cannot say is no moment.
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _as_mails_write(said: str) -> datetime | None:
    parsed = parsedate_tz(said)
    if parsed is None:
        return None
    zone = timezone(timedelta(seconds=parsed[9])) if parsed[9] else UTC
    return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=zone)
