"""Tags and filters of the frame: words, moments, money, small drawings. `{% load rapport %}`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import KINDS
from rapport.kernel.money import Money
from rapport.web import drawings, icons, moments, words

register = template.Library()


@register.simple_tag(takes_context=True)
def customer_word(context: RequestContext, *, capital: bool = False) -> str:
    """What this organisation calls one customer."""
    found: words.Words = context["words"]
    return found.customer_capital if capital else found.customer


@register.simple_tag(takes_context=True)
def customers_word(context: RequestContext, *, capital: bool = False) -> str:
    """What this organisation calls its customers."""
    found: words.Words = context["words"]
    return found.customers_capital if capital else found.customers


@register.filter
def moment(value: datetime | date | None) -> SafeString | str:
    """`today 14:05`, `Tue 3 Nov`, `3 Nov 2024`; the exact moment on hover and for machines."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        moments.exact(value),
        moments.short(value),
    )


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """The time of day alone, for a row under the heading of its day."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        moments.exact(value),
        moments.time_of_day(value),
    )


@register.filter
def day(value: datetime | date) -> str:
    """The heading of a day: `Today`, `Yesterday`, `Tuesday 3 November`, with the year when it is not this one."""
    return moments.day(value)


@register.filter
def money(value: Money | None) -> str:
    """An amount with its currency's sign: `£1,204.50`."""
    return "" if value is None else moments.money(value)


@register.filter
def thousands(value: int | None) -> str:
    """A whole number with separators a reader expects: `12,408`."""
    return "" if value is None else moments.number(value)


@register.filter
def kind_title(kind: str) -> str:
    """What people call a kind of interaction; a kind that is no longer in the list keeps its stored name."""
    known = KINDS.get(kind)
    return gettext(known.title) if known else kind


@register.filter
def channel_title(channel: str) -> str:
    """What people call a channel."""
    return gettext(CHANNELS.get(channel, channel))


@register.filter
def initials(name: str) -> str:
    """At most two letters for an avatar; a dot when there is no letter to take."""
    letters = [word[0] for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "·"


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the set, hidden from readers aloud: the word beside it says it."""
    return format_html(
        '<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        icons.ICONS[name],
    )


@register.inclusion_tag("components/_sparkline.html")
def sparkline(values: Sequence[float], label: str) -> dict[str, Any]:
    """A line of how it went, from zero, with the last value marked; `label` says it in words."""
    return {"drawing": drawings.sparkline(values), "label": label}


@register.inclusion_tag("components/_interval.html")
def interval(value: float, low: float, high: float, most: float, label: str) -> dict[str, Any]:
    """A zero-based bar with its interval as a light band, on a scale that ends at `most`."""
    return {"drawing": drawings.interval(value, low, high, most), "label": label}


@register.inclusion_tag("components/_evidence.html")
def evidence(grade: str) -> dict[str, Any]:
    """How far a figure can be trusted: `strong`, `fair` or `weak`, as dots and in words."""
    return {"grade": grade, "dots": drawings.dots(grade)}
