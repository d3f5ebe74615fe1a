"""The acts of the lake: refreshing it, making it anew, publishing a dataset into it, keeping what was measured."""

from rapport.interactions.lake.commands.measuring import ask_for, ask_for_refresh, checked
from rapport.interactions.lake.commands.publishing import publish
from rapport.interactions.lake.commands.refreshing import Refreshed, rebuild, refresh

__all__ = ["Refreshed", "ask_for", "ask_for_refresh", "checked", "publish", "rebuild", "refresh"]
