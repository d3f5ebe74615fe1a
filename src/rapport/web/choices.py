"""What people may choose from on forms: time zones, currencies, countries, roles, channels."""

from collections.abc import Iterable
from itertools import groupby
from zoneinfo import available_timezones

import phonenumbers
from django.utils.translation import gettext as _

from rapport.kernel.channels import CHANNELS
from rapport.staff.roles import queries
from rapport.staff.roles.rules import ROLES

Choice = tuple[str, str]
Group = tuple[str, list[Choice]]

CURRENCIES = (
    *(
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
    ),
    *(
        "ILS",
        "INR",
        "JPY",
        "KES",
        "KRW",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
    ),
    *("RON", "RSD", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
)
REGIONS = (
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


def time_zones() -> list[Choice | Group]:
    """UTC, then the zones of each part of the world."""
    zones = sorted(zone for zone in available_timezones() if zone.split("/")[0] in REGIONS)
    groups: list[Choice | Group] = [("UTC", "UTC")]
    for region, members in groupby(zones, key=lambda zone: zone.split("/")[0]):
        groups.append((region, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in members]))
    return groups


def currencies(current: str = "") -> list[Choice]:
    """Common currencies, and the one in use if it is another."""
    return [(code, code) for code in sorted({*CURRENCIES, *([current] if current else [])})]


def countries() -> list[Choice]:
    """Countries by the code that phone numbers use, with their calling code."""
    regions: Iterable[str] = sorted(phonenumbers.SUPPORTED_REGIONS)
    return [(code, f"{code} (+{phonenumbers.country_code_for_region(code)})") for code in regions]


def roles() -> list[Choice]:
    return [(name, _(title)) for name, title in ROLES.items()]


def departments(current: str = "") -> list[Choice]:
    """No department, those on the list, and the one in use if it is closed."""
    names = sorted({*queries.open_departments(), *([current] if current else [])})
    return [("", _("none")), *((name, name) for name in names)]


def channels() -> list[Choice]:
    return [(name, _(title)) for name, title in CHANNELS.items()]
