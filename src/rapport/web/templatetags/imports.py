"""Tags of the import pages. `{% load imports %}`."""

from django import template

from rapport.kernel.money import Money
from rapport.web import moments

register = template.Library()


@register.simple_tag
def minor(amount: int, currency: str) -> str:
    """Minor units with their currency's sign: `£9.34`."""
    return moments.money(Money(amount, currency))
