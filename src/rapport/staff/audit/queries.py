from rapport.staff.audit.models import AuditEntry


def newest(*, before: int | None = None, limit: int = 50) -> tuple[list[AuditEntry], int | None]:
    """Acts, the newest first, and the number to ask for what is older (None: that was all)."""
    found = AuditEntry.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], page[limit - 1].pk if len(page) > limit else None
