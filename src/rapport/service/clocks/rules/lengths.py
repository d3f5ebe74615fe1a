"""Lengths of working time as people write them: in hours, minutes and seconds, never in days, whose length differs."""

import re
from datetime import timedelta

from rapport.kernel.refusals import Refusal

_UNITS = {"h": 3600, "min": 60, "m": 60, "s": 1}
_PART = re.compile(r"(\d{1,6}) ?(h|min|m|s)", re.ASCII)
_WHOLE = re.compile(rf"{_PART.pattern}(?: ?{_PART.pattern})*", re.ASCII)


class BadLength(Refusal):
    """A length that is not written in hours, minutes or seconds."""


def length_of(text: str, *, field: str = "") -> timedelta:
    """The length that a person wrote; nothing is no length.

    >>> str(length_of("1 h 30 min")), str(length_of("45s")), str(length_of(""))
    ('1:30:00', '0:00:45', '0:00:00')
    """
    tidy = " ".join(text.lower().split())
    if tidy and not _WHOLE.fullmatch(tidy):
        raise BadLength(
            f"'{tidy[:40]}' is not written like 4 h, 1 h 30 min or 40 s.", field=field, value=tidy[:40]
        )
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(tidy)))


def length_spelled(length: timedelta) -> str:
    """A length as people write it; "" for none.

    >>> length_spelled(timedelta(hours=26, minutes=5)), length_spelled(timedelta(seconds=90))
    ('26 h 5 min', '1 min 30 s')
    """
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if n)
