"""Measured values in words: numbers in their unit, rows of tables by what people call them, changes as sentences."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.analytics.measures import results
from rapport.analytics.measures.registry import Direction, Measure
from rapport.analytics.measures.results import Part, Result
from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import KINDS
from rapport.kernel.money import Money
from rapport.web import moments
from rapport.web.measures.asked import title

_MOST_DAYS = 100_000


def value(number: float, unit: str, currency: str) -> str:
    """A value as a page shows it, without its unit's name."""
    if unit == "money_minor":
        return moments.money(Money(round(number), currency))
    if unit == "share":
        return _("%(percent)s %%") % {"percent": _decimal(number * 100, 1 if number < 0.1 else 0)}
    whole = unit in {"customers", "interactions", "days"}
    return moments.number(round(number)) if whole else _decimal(number, 2)


def unit(name: str) -> str:
    """The name of a unit behind a value; money and shares carry theirs in the value."""
    return {
        "customers": _("customers"),
        "interactions": _("interactions"),
        "days": _("days"),
        "contacts": _("contacts each"),
        "purchases": _("purchases"),
        "channels": _("channels each"),
    }.get(name, "")


def counted(measure: Measure, n: int) -> str:
    """What a result rests on: `660 customers`, `12 interactions`."""
    told = {"n": moments.number(n)}
    if measure.about.counted == "interactions":
        return ngettext("%(n)s interaction", "%(n)s interactions", n) % told
    if measure.about.counted == "times":
        return (
            ngettext("%(n)s time that somebody turned to us", "%(n)s times that somebody turned to us", n)
            % told
        )
    return ngettext("%(n)s customer", "%(n)s customers", n) % told


def heads(measure: Measure) -> tuple[str, str]:
    """The heads of the first two columns of a measure's table: what its rows are, and what is counted in them."""
    about = measure.about
    if about.parts == "total":
        return _("Spent"), _("How much")
    rows = {"channel": _("Channel"), "kind": _("Kind"), "days": _("Days"), "share": _("In the share")}
    sizes = {"contacts": _("Contacts"), "purchases": _("Purchases"), "channels": _("Channels")}
    many = {"customers": _("Customers"), "interactions": _("Interactions"), "times": _("Times")}
    return rows.get(about.parts) or sizes.get(about.unit, ""), many[about.counted]


def label(part: Part, kind: str) -> str:
    """The first column of a table's row, by what the parts of the measure are."""
    if kind == "channel":
        return _(CHANNELS.get(part.label, part.label))
    if kind == "kind":
        return _(KINDS[part.label].title) if part.label in KINDS else part.label
    if kind == "share":
        return _("yes") if part.label == "yes" else _("no")
    return _("together") if kind == "total" else _span(part.label)


def _span(text: str) -> str:
    low, _dash, high = text.partition("-")
    if not high:
        return _("%(low)s or more") % {"low": low}
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def missing(found: Result) -> str:
    """Why there is no value."""
    if found.missing == "none":
        return _("nothing to count")
    return ngettext("only %(n)s counted: too few to say", "only %(n)s counted: too few to say", found.n) % {
        "n": moments.number(found.n)
    }


def change(measure: Measure, now: Result, before: Result | None, currency: str) -> tuple[str, bool]:
    """What became of it since the period before, in a sentence, and whether that needs care."""
    found = results.change(now, before) if before else None
    if found is None or before is None or before.value is None:
        return "", False
    told = {"before": value(before.value, now.unit, currency), "when": title(before.period)}
    if abs(found.difference) < abs(before.value) * 0.005:
        return _("as in %(when)s") % told, False
    if found.difference > 0:
        clear, vague = (
            _("up from %(before)s in %(when)s"),
            _("up from %(before)s in %(when)s, which may be chance"),
        )
    else:
        clear = _("down from %(before)s in %(when)s")
        vague = _("down from %(before)s in %(when)s, which may be chance")
    worse = {Direction.HIGHER: -1, Direction.LOWER: 1, Direction.NEITHER: 0}[measure.about.direction]
    is_care = found.is_clear and found.difference * worse > 0
    return (clear if found.is_clear else vague) % told, is_care


def _decimal(number: float, digits: int) -> str:
    return formats.number_format(
        round(number, digits), decimal_pos=digits, use_l10n=True, force_grouping=True
    )
