"""States of what leaves."""

STATES: dict[str, str] = {
    "held": "may still be taken back",
    "queued": "waits to be sent",
    "sending": "being handed over",
    "sent": "handed over",
    "delivered": "arrived",
    "bounced": "came back",
    "failed": "given up",
    "unknown": "handed over, but nobody confirmed it",
    "taken_back": "taken back before it left",
    "refused": "may not be sent",
}
OPEN = ("held", "queued", "sending")
WAITING = ("held", "queued")
"""Nothing has left yet, and nothing is leaving now."""
GONE_WRONG = ("bounced", "failed", "unknown", "refused")
"""Somebody of ours should hear of it."""
HANDED_OVER = ("sent", "delivered", "unknown")
"""From these a message may still turn out to have arrived, or to have come back."""
