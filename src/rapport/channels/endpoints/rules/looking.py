"""When a mailbox is looked at, and which of its mails are taken in."""

from datetime import date, timedelta

EVERY = timedelta(seconds=60)
"""Between two looks, where nobody listens and the server tells nothing by itself."""
MOST_BREAKS = 3
"""After so many broken lines at one mail only its header is asked for, so that those behind it come in."""
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=10)
_LOCKED_OUT = timedelta(minutes=30)
"""After a refused password the rest is longer: providers lock accounts that knock too often."""


def rest(kind: str, times: int) -> timedelta:
    """How long a mailbox is left alone after so many failed looks in a row.

    >>> rest("unreachable", 1).total_seconds(), rest("unreachable", 20).total_seconds()
    (30.0, 600.0)
    """
    longest = _LOCKED_OUT if kind == "sign_in" else _LONGEST_REST
    whole: timedelta = min(_FIRST_REST * (1 << min(times - 1, 10)), longest)
    return whole


def searches(last: int, backlog_uid: int, backlog: str, opened_on: date) -> list[str]:
    """What to ask an IMAP server for, in order: of the old what `backlog` names, then everything newer.

    >>> searches(0, 9, "unread", date(2026, 11, 22))
    ['UID 1:9 UNSEEN', 'UID 10:*']
    >>> searches(12, 9, "unread", date(2026, 11, 22))
    ['UID 13:*']
    """
    criteria = {
        "unread": " UNSEEN",
        "recent": f" OR UNSEEN SINCE {opened_on - timedelta(days=1):%d-%b-%Y}",
        "all": "",
    }
    newer = f"UID {max(last, backlog_uid) + 1}:*"
    if last >= backlog_uid or backlog not in criteria:
        return [newer]
    return [f"UID {last + 1}:{backlog_uid}{criteria[backlog]}", newer]


def backlog_for(begin: str, *, is_first: bool) -> str:
    """Which old mails are taken in: what was asked for at first; after the numbers lost their meaning, also
    whatever came since, for what is known already is taken in once only.
    """
    if begin == "all":
        return "all"
    if is_first:
        return "none" if begin == "new" else "unread"
    return "recent"
