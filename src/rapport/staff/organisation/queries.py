from rapport.staff.organisation.models import Organisation


def current() -> Organisation | None:
    """The organisation, or None before the first run."""
    return Organisation.objects.filter(id=1).first()
