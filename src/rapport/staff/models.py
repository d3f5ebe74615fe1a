"""Django looks for an area's tables here; each part keeps its own."""

from rapport.staff.answers.models import Answer
from rapport.staff.audit.models import AuditEntry, AuditHead
from rapport.staff.keys.models import Key
from rapport.staff.organisation.models import ExchangeRate, Organisation
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.models import AccessRules, Department, Team

__all__ = [
    "AccessRules",
    "Answer",
    "AuditEntry",
    "AuditHead",
    "Department",
    "ExchangeRate",
    "Key",
    "Organisation",
    "StaffMember",
    "Team",
]
