"""Which interactions a measure looks at, in words that measures share."""

from datetime import datetime

import ibis.expr.types as ir
from ibis import _

from rapport.analytics.engines.sessions import Tables
from rapport.analytics.measures.periods import Period
from rapport.kernel.kinds import KINDS, names_in_group

CONTACTS = tuple(sorted(kind.name for kind in KINDS.values() if kind.is_contact))
"""Kinds in which customers and we had to do with each other."""
ASKING = tuple(sorted({*names_in_group("messages"), "contact_given_up"}))
"""Kinds in which somebody turns to us with a matter."""
DAY_SECONDS = 86_400


def within(tables: Tables, period: Period) -> ir.Table:
    """Every interaction of the period."""
    rows = tables.interactions
    return rows.filter(rows.occurred_at >= period.first, rows.occurred_at < period.last)


def until(tables: Tables, period: Period) -> ir.Table:
    """Every interaction before the end of the period."""
    rows = tables.interactions
    return rows.filter(rows.occurred_at < period.last)


def contacts(rows: ir.Table) -> ir.Table:
    """Those in which customers and we had to do with each other, either way."""
    return rows.filter(rows.kind.isin(CONTACTS))


def theirs(rows: ir.Table) -> ir.Table:
    """Those in which a customer came to us: contacts of direction `in`."""
    return contacts(rows).filter(_.direction == "in")


def whose(tables: Tables, rows: ir.Table) -> ir.Table:
    """The same rows with `customer_id`; those of nobody we know are left out."""
    return rows.inner_join(tables.identifiers, "identifier_id")


def whole_days(from_moment: ir.TimestampValue, to: datetime) -> ir.IntegerValue:
    """Whole days of 24 hours from a moment to a fixed one, counted from the moment's full second in every engine."""
    end = int((to - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - as the lake keeps moments
    seconds = end - from_moment.truncate("s").epoch_seconds().cast("int64")
    return (seconds / DAY_SECONDS).floor().cast("int64")


def sizes(rows: ir.Table) -> ir.Table:
    """How many customers have each `size`: columns `size`, `n`."""
    return rows.group_by(size=_.size.cast("int64")).aggregate(n=_.count())
