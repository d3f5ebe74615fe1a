"""What arrives, from the door to the desk: walked to its thread and filed under its case, in one transaction.

Mail, chat and other systems all come this way, so a kill leaves an envelope that waits, and never half a case.
"""

from rapport.wiring.arrivals.bringing_in import accept, arrive

__all__ = ["accept", "arrive"]
