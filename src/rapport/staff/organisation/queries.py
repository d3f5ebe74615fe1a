from decimal import Decimal

from django.db.models import QuerySet

from rapport.kernel import money
from rapport.staff.organisation.models import ExchangeRate, Organisation


def current() -> Organisation | None:
    """The organisation, or None before the first run."""
    return Organisation.objects.filter(id=1).first()


def phone_region() -> str:
    """The country (ISO 3166) in which phone numbers without a country code are read."""
    found = Organisation.objects.filter(id=1).values_list("phone_region", flat=True).first()
    return found or "GB"


def base_currency() -> str:
    """The currency that sums are shown in."""
    found = Organisation.objects.filter(id=1).values_list("currency", flat=True).first()
    return found or "EUR"


def rates() -> dict[str, Decimal]:
    """Minor units of the base currency per minor unit of each currency with a rate; the base itself is 1.

    The newest rate counts. A currency without a rate is missing here: its sums are shown apart, never guessed.
    """
    base = base_currency()
    found = {base: Decimal(1)}
    for rate in ExchangeRate.objects.order_by("valid_from"):
        shift = money.minor_digits(base) - money.minor_digits(rate.currency)
        found[rate.currency] = rate.rate.scaleb(shift)
    return found


def all_rates() -> QuerySet[ExchangeRate]:
    """Every rate, by currency, the newest first."""
    return ExchangeRate.objects.order_by("currency", "-valid_from")
