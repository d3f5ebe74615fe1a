"""What pages of customers say in words: how many there are, how an identifier was verified, what a value is."""

import re
from datetime import date, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.customers.directory.rules import IDENTIFIER_KINDS, RULES
from rapport.kernel.money import Money
from rapport.web import moments, words

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_VALUE = 200


def count(found: int | None, *, is_more: bool, called: words.Words) -> str:
    """`One customer`, `12 customers`, `More than 10,000 customers`; nothing when nobody was, or could be, counted."""
    if not found:
        return ""
    names = {"customer": called.customer, "customers": called.customers}
    if is_more:
        return _("More than %(count)s %(customers)s.") % {"count": moments.number(found), **names}
    one = _("One %(customer)s.") % names
    return one if found == 1 else _("%(count)s %(customers)s.") % {"count": moments.number(found), **names}


def identifier(kind: str, value: str) -> tuple[str, str]:
    """The title of an identifier and its value as people say them: (`member`, `20931`)."""
    if kind == "external":
        name, _colon, number = value.partition(":")
        return label(name), number
    return _(IDENTIFIER_KINDS[kind].title), value


def proof(given: str) -> str:
    """How an identifier was verified."""
    return _("verified: %(proof)s") % {"proof": given} if given else _("told us, not proven")


def rule(name: str) -> str:
    """Why two identifiers were joined."""
    return _(RULES[name]) if name in RULES else name


def maker(name: str) -> str:
    """Who joined two identifiers: a rule of ours, or a person."""
    return _("by rule") if name in {"rule", "Rapport"} else _("by %(name)s") % {"name": name}


def value(given: Any) -> str:
    """The value of a trait as people read it."""
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    if isinstance(given, str) and _MOMENT.match(given):
        return _moment(given)
    if isinstance(given, str) and _DAY.fullmatch(given):
        return _day(given)
    if isinstance(given, list):
        return ", ".join(value(one) for one in given)[:LONGEST_VALUE]
    if isinstance(given, dict):
        return "; ".join(f"{label(name)}: {value(one)}" for name, one in given.items())[:LONGEST_VALUE]
    return "" if given is None else str(given)[:LONGEST_VALUE]


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text[:LONGEST_VALUE]
    local = timezone.localtime(found) if found.tzinfo else found
    return formats.date_format(local, "j M Y, H:i")


def _day(text: str) -> str:
    try:
        return formats.date_format(date.fromisoformat(text), "j M Y")
    except ValueError:
        return text


def money(name: str, minor: Any, currency: str) -> tuple[str, str] | None:
    """Label and amount of a property such as `price_minor`; None for any other."""
    is_amount = name.endswith("_minor") and isinstance(minor, int) and not isinstance(minor, bool)
    return (
        (label(name.removesuffix("_minor")), moments.money(Money(minor, currency)))
        if is_amount and currency
        else None
    )


def label(name: str) -> str:
    """A trait's or property's name as a label: `sign_up_source` reads `Sign up source`."""
    spaced = "".join(f" {c.lower()}" if c.isupper() and not name.isupper() else c for c in name)
    return words.capital(" ".join(spaced.replace("_", " ").replace("$", "").split())) or name


def times(number: int) -> str:
    return ngettext("%(count)s time", "%(count)s times", number) % {"count": moments.number(number)}
