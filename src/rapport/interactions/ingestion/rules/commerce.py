"""Events with a standard name: what they mean, and what money they carry (Segment's e-commerce spec)."""

from typing import Any

from rapport.kernel import kinds
from rapport.kernel.money import check_currency, to_minor
from rapport.kernel.refusals import Refusal

_KIND_OF = {
    "order completed": kinds.PURCHASE,
    "completed order": kinds.PURCHASE,
    "order refunded": kinds.REFUND,
    "signed in": "login",
    "user signed in": "login",
    "product reviewed": "review",
}
_MONEY_FIELDS = ("revenue", "total", "value")
"""In this order: Segment counts `revenue` towards what a customer is worth, without tax and shipping."""


def kind_of(event: str) -> str:
    """The kind of an event by its name; whatever has no standard name is an action."""
    return _KIND_OF.get(event.strip().lower(), "action")


def money(
    kind: str, properties: dict[str, Any], *, assumed: str, warnings: list[str]
) -> tuple[int | None, str]:
    """Minor units and currency of a purchase or refund (negative); (None, "") if there is no usable amount.

    Money without a currency is taken to be in `assumed`, and a warning says so.
    """
    if kind not in kinds.MONEY_KINDS:
        return None, ""
    for name in _MONEY_FIELDS:
        given = properties.get(name)
        if given is not None and given != "":
            return _checked(kind, name, properties, assumed, warnings)
    warnings.append("no amount among revenue, total, value")
    return None, ""


def _checked(
    kind: str, name: str, properties: dict[str, Any], assumed: str, warnings: list[str]
) -> tuple[int | None, str]:
    given, currency = properties[name], properties.get("currency")
    try:
        code = check_currency(str(currency)) if currency else assumed
        minor = to_minor(given, code)
    except Refusal as refusal:
        warnings.append(f"{name}: {refusal.message} Stored without money.")
        return None, ""
    if not currency:
        warnings.append(f"{name} came without a currency; {assumed} assumed")
    return (-abs(minor) if kind == kinds.REFUND else minor), code
