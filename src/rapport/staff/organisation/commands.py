from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from rapport.kernel import money
from rapport.kernel.refusals import Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.organisation.models import Organisation
from rapport.staff.roles.rules import Actor, require


class BadSetting(Refusal):
    """A setting of the organisation that cannot be."""


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


def _check(settings: Settings) -> None:
    if not settings.name.strip():
        raise BadSetting("The organisation needs a name.", field="name", value=settings.name)
    if settings.time_zone not in available_timezones():
        raise BadSetting(
            f"'{settings.time_zone}' is not a time zone such as Europe/London.",
            field="time_zone",
            value=settings.time_zone,
        )
    for field in ("customer_word", "customers_word"):
        if not getattr(settings, field).strip():
            raise BadSetting("The word for customer cannot be empty.", field=field, value="")
