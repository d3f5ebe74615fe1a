from datetime import datetime
from typing import Any

from rapport.staff.audit.models import AuditEntry
from rapport.staff.roles.rules import Actor


def record(act: str, *, by: Actor, subject: str, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Add one act to the audit log, inside the transaction of the act itself."""
    AuditEntry.objects.create(
        at=at, actor=by.audit_name[:200], act=act, subject=subject[:200], detail=detail or {}
    )
