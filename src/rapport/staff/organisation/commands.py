from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import available_timezones

from django.db import transaction

from rapport.kernel import money
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.organisation.models import ExchangeRate, Organisation
from rapport.staff.roles.rules import Actor, require


class BadSetting(Refusal):
    """A setting of the organisation that cannot be."""


class BadRate(Refusal):
    """An exchange rate that cannot be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the first run asks of an organisation."""

    name: str
    time_zone: str = "UTC"
    currency: str = "EUR"
    customer_word: str = "customer"
    customers_word: str = "customers"
    phone_region: str = "GB"
    is_simulated: bool = False


@transaction.atomic
def set_up(settings: Settings, *, by: Actor, at: datetime) -> Organisation:
    """Write the organisation's settings; the first call dates its set-up, later ones change it."""
    require(by, "organisation.edit")
    _check(settings)
    values = asdict(settings) | {"currency": money.check_currency(settings.currency)}
    organisation, _ = Organisation.objects.update_or_create(
        id=1, defaults=values, create_defaults=values | {"set_up_at": at}
    )
    audit.record("organisation.set_up", by=by, subject="organisation", at=at, detail=values)
    return organisation


@transaction.atomic
def set_rate(currency: str, rate: Decimal, *, valid_from: date, by: Actor, at: datetime) -> ExchangeRate:
    """From `valid_from` on, one unit of `currency` is `rate` units of the base currency."""
    require(by, "organisation.edit")
    code = money.check_currency(currency)
    if not rate.is_finite() or not 0 < rate < 10**9:
        raise BadRate(f"{rate} is not a rate; it must be above nought.", field="rate", value=rate)
    if Organisation.objects.filter(currency=code).exists():
        raise BadRate(f"{code} is the currency that sums are shown in.", field="currency", value=code)
    found, _ = ExchangeRate.objects.update_or_create(
        currency=code, valid_from=valid_from, defaults={"rate": rate}
    )
    detail = {"valid_from": valid_from.isoformat(), "rate": str(rate)}
    audit.record("organisation.set_rate", by=by, subject=f"rate:{code}", at=at, detail=detail)
    return found


@transaction.atomic
def remove_rate(rate_id: int, *, by: Actor, at: datetime) -> None:
    """Forget a rate that was written by mistake."""
    require(by, "organisation.edit")
    rate = ExchangeRate.objects.select_for_update().filter(pk=rate_id).first()
    if rate is None:
        raise NotFound("There is no such rate.", field="rate", value=rate_id)
    detail = {"valid_from": rate.valid_from.isoformat(), "rate": str(rate.rate)}
    rate.delete()
    audit.record("organisation.remove_rate", by=by, subject=f"rate:{rate.currency}", at=at, detail=detail)


def _check(settings: Settings) -> None:
    if not settings.name.strip() or len(settings.name) > 120:
        raise BadSetting(
            "The organisation needs a name of at most 120 characters.", field="name", value=settings.name
        )
    if settings.time_zone not in available_timezones():
        raise BadSetting(
            f"'{settings.time_zone}' is not a time zone such as Europe/London.",
            field="time_zone",
            value=settings.time_zone,
        )
    region = settings.phone_region
    if len(region) != 2 or not (region.isascii() and region.isalpha() and region.isupper()):
        raise BadSetting(f"'{region}' is not a country such as GB.", field="phone_region", value=region)
    for field in ("customer_word", "customers_word"):
        word = getattr(settings, field)
        if not word.strip() or len(word) > 40:
            raise BadSetting("The word for customer needs 1 to 40 characters.", field=field, value=word)
