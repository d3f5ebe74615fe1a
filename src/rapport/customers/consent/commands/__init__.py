"""The acts of consent: keeping what was said, and what is done with it when somebody asks for it or leaves."""

from rapport.customers.consent.commands.stating import (
    SAYABLE,
    BadConsent,
    forget_batch,
    record_many,
    restore_refusals,
    state,
)

__all__ = ["SAYABLE", "BadConsent", "forget_batch", "record_many", "restore_refusals", "state"]
