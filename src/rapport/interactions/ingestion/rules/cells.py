"""From the text in a cell to a value: amounts, moments, numbers. What cannot be read is refused in words."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rapport.interactions.log.rules import EARLIEST_YEAR

_PLAIN = re.compile(r"[-+]?\d{1,18}(\.\d{1,15})?", re.ASCII)
_DRESSING = re.compile(r"[\s\u00a0'_]|^[^\d\-+.,(]{1,4}|[^\d.,)]{1,4}$")
_WHOLE = re.compile(r"(-?\d+)\.0+", re.ASCII)
_YES = frozenset({"yes", "true", "1", "y", "t", "on"})
_NO = frozenset({"no", "false", "0", "n", "f", "off"})
_REMEMBERED = 65_536


class BadCell(ValueError):  # noqa: N818 - named for the fact
    """A text that is not what its column should hold; the message is the reason a person reads."""


@lru_cache(_REMEMBERED)
def decimal_of(text: str, decimal: str = ".") -> Decimal:
    """The exact number in a text, thousands signs, a currency sign and accountants' brackets set aside.

    >>> decimal_of("1.234,50 €", ","), decimal_of("(5.00)"), decimal_of("-11062.06")
    (Decimal('1234.50'), Decimal('-5.00'), Decimal('-11062.06'))
    """
    bare = text if _PLAIN.fullmatch(text) and decimal == "." else _undressed(text, decimal)
    if not _PLAIN.fullmatch(bare):
        raise BadCell(f"'{text[:40]}' is not an amount")
    return Decimal(bare)


def _undressed(text: str, decimal: str) -> str:
    bare = _DRESSING.sub("", text.strip())
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    bare = _DRESSING.sub("", bare)
    thousands = "," if decimal == "." else "."
    return bare.replace(thousands, "").replace(decimal, ".")


def _written(form: str) -> str:
    """How moments of this form are written, by an example.

    >>> _written("%d/%m/%Y"), _written("unix")
    ('such as 02/03/2026', 'in seconds since 1970')
    """
    if form in {"unix", "unix_ms"}:
        return f"in {'milli' * (form == 'unix_ms')}seconds since 1970"
    return f"such as {datetime(2026, 3, 2, 14, 5, tzinfo=UTC).strftime('%Y-%m-%d %H:%M' if form == 'iso' else form)}"


def moment_reader(form: str, zone: str) -> Callable[[str], datetime]:
    """A function from text to an aware moment in UTC; a text without a zone is in `zone`.

    `form` is iso, unix (seconds), unix_ms, or a format of strptime. A time that an hour's change makes
    happen twice is taken as the first of the two.
    """
    home = ZoneInfo(zone)
    parse = _PARSERS.get(form) or (lambda text: datetime.strptime(text, form))  # noqa: DTZ007 - zone comes next

    @lru_cache(_REMEMBERED)
    def read(text: str) -> datetime:
        try:
            moment = parse(text)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=home)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError, OSError, InvalidOperation) as error:
            raise BadCell(f"'{text[:40]}' is not a moment {_written(form)}") from error
        if moment.year < EARLIEST_YEAR:
            raise BadCell(f"'{text[:40]}' is before {EARLIEST_YEAR}")
        return moment

    return read


_PARSERS: dict[str, Callable[[str], datetime]] = {
    "iso": datetime.fromisoformat,
    "unix": lambda text: datetime.fromtimestamp(float(text), UTC),
    "unix_ms": lambda text: datetime.fromtimestamp(float(text) / 1000, UTC),
}


def converted(text: str, how: str) -> Any:
    """The text as a number, a claim or plain text; what does not fit stays text.

    >>> converted("17850.0", "whole_number"), converted("2.50", "number"), converted("Yes", "yes_no")
    ('17850', 2.5, True)
    """
    return _CONVERSIONS[how](text)


def _number(text: str) -> Any:
    try:
        exact = decimal_of(text)
    except BadCell:
        return text
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _yes_no(text: str) -> Any:
    lowered = text.lower()
    return True if lowered in _YES else False if lowered in _NO else text


def whole_number(text: str) -> str:
    """A number that a spreadsheet wrote with a point, as it was meant: `17850.0` is `17850`."""
    found = _WHOLE.fullmatch(text)
    return found[1] if found else text


def is_not_after(done: str, due: str) -> bool | None:
    """Whether a moment in ISO form keeps a due one; a due midnight means the whole day. None: one is not known.

    >>> is_not_after("2018-03-01 17:05:00", "2018-03-01 00:00:00"), is_not_after("2018-03-02", "2018-03-01")
    (True, False)
    """
    if not done or not due:
        return None
    is_day = len(due) == 10 or due[11:] == "00:00:00"
    return done[:10] <= due[:10] if is_day else done <= due


_CONVERSIONS: dict[str, Callable[[str], Any]] = {
    "text": lambda text: text,
    "number": _number,
    "whole_number": whole_number,
    "yes_no": _yes_no,
    "lower": str.lower,
}
