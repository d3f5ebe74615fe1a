"""What follows the directory by the clock."""

from django.utils import timezone

from rapport.customers.finding import commands


def follow() -> int:
    """Take in customers whose words changed, and tell the screens that show them; how many."""
    return commands.index_changed(at=timezone.now())
