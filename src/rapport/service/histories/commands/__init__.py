"""Bringing in the cases of another desk, and taking them back."""

from rapport.service.histories.commands.bringing import StoppedEarly, bring_in
from rapport.service.histories.commands.removing import take_back

__all__ = ["StoppedEarly", "bring_in", "take_back"]
