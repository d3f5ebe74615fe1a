from rapport.jobs.duties.models import Trouble


def troubles() -> list[Trouble]:
    """Duties that fail or were stopped, the longest in trouble in front."""
    return list(Trouble.objects.order_by("since_at", "duty"))


def stopped() -> set[str]:
    """The names of duties that were stopped."""
    return set(Trouble.objects.exclude(stopped_at=None).values_list("duty", flat=True))
