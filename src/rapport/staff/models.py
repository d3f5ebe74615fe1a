"""Django looks for an area's tables here; each part keeps its own."""

from rapport.staff.audit.models import AuditEntry
from rapport.staff.keys.models import Key
from rapport.staff.organisation.models import ExchangeRate, Organisation
from rapport.staff.people.models import StaffMember

__all__ = ["AuditEntry", "ExchangeRate", "Key", "Organisation", "StaffMember"]
