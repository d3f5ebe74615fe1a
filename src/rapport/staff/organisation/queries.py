from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from rapport.kernel import money
from rapport.staff.organisation.models import ExchangeRate, Organisation


def current() -> Organisation | None:
    """The organisation, or None before the first run."""
    return Organisation.objects.filter(id=1).first()


def is_simulated() -> bool:
    """Whether all of it is made up: then nothing may leave this machine."""
    return Organisation.objects.filter(id=1, is_simulated=True).exists()


def phone_region() -> str:
    """The country (ISO 3166) in which phone numbers without a country code are read.

    In plain SQL: every commit asks, and the ORM takes longer to phrase it than the database to answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_region FROM staff_organisation WHERE id = 1")
        found = cursor.fetchone()
    return str(found[0]) if found and found[0] else "GB"


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
