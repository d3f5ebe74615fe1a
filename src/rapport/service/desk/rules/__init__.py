"""Cases on plain values: what their states mean whatever they are called, and what may be asked of them."""

from rapport.service.desk.rules.states import (
    FIRST_STATES,
    OPEN_KINDS,
    PERMISSION,
    PRESENT_FOR,
    REOPEN_WITHIN,
    SEARCH_KIND,
    STATE_KINDS,
    WAITING_KINDS,
)

__all__ = [
    "FIRST_STATES",
    "OPEN_KINDS",
    "PERMISSION",
    "PRESENT_FOR",
    "REOPEN_WITHIN",
    "SEARCH_KIND",
    "STATE_KINDS",
    "WAITING_KINDS",
]
