"""Adding to the audit log, and emptying the words that name somebody who was erased."""

from rapport.staff.audit.commands.recording import forget, record

__all__ = ["forget", "record"]
