"""How moments, numbers and money read on a page."""

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from rapport.kernel.money import Money, minor_digits

SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "BRL": "R$", "CHF": "CHF ", "PLN": "zł "}


def short(value: datetime | date) -> str:
    """`today 14:05`, `yesterday 14:05`, `tomorrow 9:00`, `Tue 3 Nov`, `3 Nov 2024`."""
    local, today = _local(value), timezone.localdate()
    on = local.date() if isinstance(local, datetime) else local
    if isinstance(local, datetime) and (near := _near(on, today)):
        return f"{near} {time_of_day(local)}"
    return formats.date_format(on, "D j M" if on.year == today.year else "j M Y")


def exact(value: datetime | date) -> str:
    """Day, time to the second and zone, for hovering."""
    local = _local(value)
    if isinstance(local, datetime):
        return formats.date_format(local, "l j F Y, H:i:s T")
    return formats.date_format(local, "l j F Y")


def time_of_day(value: datetime) -> str:
    return formats.date_format(_local(value), "H:i")


def day(value: datetime | date) -> str:
    """A day as a heading."""
    local, today = _local(value), timezone.localdate()
    on = local.date() if isinstance(local, datetime) else local
    if near := _near(on, today):
        return near[:1].upper() + near[1:]
    return formats.date_format(on, "l j F" if on.year == today.year else "l j F Y")


def number(value: float) -> str:
    """With the separators of the reader's language; whole numbers without a point."""
    digits = 0 if float(value).is_integer() else 1
    return formats.number_format(value, decimal_pos=digits, use_l10n=True, force_grouping=True)


def money(value: Money) -> str:
    """The sign where there is a common one, else the code, before the amount."""
    sign = SIGNS.get(value.currency, f"{value.currency} ")
    amount = formats.number_format(
        abs(value.major), decimal_pos=minor_digits(value.currency), use_l10n=True, force_grouping=True
    )
    return f"{'−' if value.minor < 0 else ''}{sign}{amount}"  # noqa: RUF001 - a minus, not a hyphen


def _near(on: date, today: date) -> str:
    words = {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}
    return words.get((today - on).days, "")


def _local(value: datetime | date) -> datetime | date:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
