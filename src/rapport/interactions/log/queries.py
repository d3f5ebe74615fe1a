from django.db.models import Sum

from rapport.interactions.log.models import DayCount


def count(kind: str = "") -> int:
    """How many interactions the log holds, of one kind or of all; read from the counts per day."""
    days = DayCount.objects.filter(kind=kind) if kind else DayCount.objects.all()
    return days.aggregate(n=Sum("interactions"))["n"] or 0
