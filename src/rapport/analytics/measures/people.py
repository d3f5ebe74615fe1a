"""Measures of who is there: how many are active, since when, how lately, on how many channels."""

import ibis
import ibis.expr.types as ir
from ibis import _

from rapport.analytics.engines.sessions import Tables
from rapport.analytics.measures import evidence, rows
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.registry import About, Direction, Example, measure
from rapport.kernel.channels import CHANNELS

_LOG = "The interaction log; who is one customer follows the live links between identifiers."


@measure(
    evidence.count,
    About(
        title="Active customers",
        definition="Customers who came to us at least once in the period: a purchase, a visit, a message, a call, an "
        "answer. What we sent them does not count, nor does a page looked at.",
        unit="customers",
        grain="one number per period",
        direction=Direction.HIGHER,
        source=_LOG,
        caveat="Activity is not engagement: habit and trouble look active too. Somebody we know under two identifiers "
        "that are not linked counts twice.",
        example=Example(
            ((4,),),
            "Amina, Jonas, Mei and Ben came in March. Rosa only looked at a page, and Otto came in February.",
        ),
    ),
)
def active_customers(tables: Tables, period: Period) -> ir.Table:
    came = rows.theirs(rows.within(tables, period)).select("identifier_id").distinct()
    customers = rows.whose(tables, came).select("customer_id").distinct()
    return customers.aggregate(n=_.count())


@measure(
    evidence.count,
    About(
        title="First seen",
        definition="Customers whose first contact of their own with us lies in the period.",
        unit="customers",
        grain="one number per period",
        direction=Direction.HIGHER,
        source=_LOG,
        caveat="First seen by the record: whoever came before the record begins looks new at its start.",
        example=Example(
            ((3,),),
            "Jonas, Mei and Ben came for the first time in March; Amina bought already in January.",
        ),
    ),
)
def first_seen(tables: Tables, period: Period) -> ir.Table:
    came = _lives(tables, rows.until(tables, period)).filter(_.first_at >= period.first)
    return came.aggregate(n=_.count())


@measure(
    evidence.count,
    About(
        title="Not seen again since",
        definition="Customers who came to us in the period for the last time so far: nothing came from them after it.",
        unit="customers",
        grain="one number per period",
        direction=Direction.NEITHER,
        source=_LOG,
        caveat="For a period that ends now it is everybody who came in it, as many as the active customers: nothing "
        "could come after it yet. It tells who went quiet only for a period that ended long ago; and the quiet may "
        "come back.",
        example=Example(
            ((3,),),
            "Nothing came since March from Amina, Mei and Ben; Jonas came again in April.",
        ),
    ),
)
def last_seen(tables: Tables, period: Period) -> ir.Table:
    came = _lives(tables, tables.interactions)
    left = came.filter(_.last_at >= period.first, _.last_at < period.last)
    return left.aggregate(n=_.count())


@measure(
    evidence.median,
    About(
        title="Days since last seen",
        definition="How lately customers came (recency): whole days of 24 hours from a customer's latest contact of "
        "their own to the end of the period, over all customers who ever came before that end. The figure is the "
        "customer in the middle: half came more lately, half less.",
        unit="days",
        grain="one number per period, over all customers who ever came",
        direction=Direction.LOWER,
        source=f"{_LOG} Recency is the R of RFM (Bult and Wansbeek 1995, Marketing Science 14, 378-394).",
        caveat="It rises by itself as the record grows older. Customers with a long natural pause look lost.",
        example=Example(
            ((11, 1), (15, 1), (21, 1), (26, 1), (49, 1)),
            "Whole days to the end of March: Amina 11, Ben 15, Mei 21, Jonas 26, Otto 49; Mei is in the middle "
            "with 21.",
        ),
        parts="days",
    ),
)
def recency(tables: Tables, period: Period) -> ir.Table:
    came = _lives(tables, rows.until(tables, period))
    return rows.sizes(came.select(size=rows.whole_days(_.last_at.resolve(came), period.last)))


@measure(
    evidence.median,
    About(
        title="How long with us",
        definition="How long customers have been coming (tenure): whole days of 24 hours from a customer's first "
        "contact of their own to the end of the period, over the customers who came in the period. The figure is "
        "the customer in the middle: half have come for longer, half for less.",
        unit="days",
        grain="one number per period, over active customers",
        direction=Direction.HIGHER,
        source=_LOG,
        caveat="Only as old as the record. Many new customers lower it, which is no bad sign.",
        example=Example(
            ((15, 1), (21, 1), (26, 1), (80, 1)),
            "Whole days from the first contact to the end of March: Ben 15, Mei 21, Jonas 26, Amina 80; between "
            "the two in the middle lies 23.5.",
        ),
        parts="days",
    ),
)
def tenure(tables: Tables, period: Period) -> ir.Table:
    came = _lives(tables, rows.until(tables, period)).filter(_.last_at >= period.first)
    return rows.sizes(came.select(size=rows.whole_days(_.first_at.resolve(came), period.last)))


@measure(
    evidence.mean,
    About(
        title="Channels used",
        definition="Different channels on which a customer came to us in the period, averaged over active customers.",
        unit="channels",
        grain="one number per period, over active customers",
        direction=Direction.NEITHER,
        source=_LOG,
        caveat="More channels may be choice, or being sent from one to the next: read it beside repeat contacts.",
        example=Example(
            ((1, 1), (2, 2), (3, 1)),
            "Ben used 1 channel, Jonas and Mei 2, Amina 3: 2 on average.",
        ),
        parts="size",
    ),
)
def channels_used(tables: Tables, period: Period) -> ir.Table:
    came = rows.theirs(rows.within(tables, period)).filter(_.identifier_id.notnull())
    used = {name: (_.channel == name).any() for name in CHANNELS}
    each = came.group_by("identifier_id").aggregate(**used)
    both = {name: _[name].any() for name in CHANNELS}
    customers = rows.whose(tables, each).group_by("customer_id").aggregate(**both)
    many = sum((customers[name].cast("int64") for name in CHANNELS), start=ibis.literal(0))
    return rows.sizes(customers.select(size=many))


def _lives(tables: Tables, some: ir.Table) -> ir.Table:
    """When each customer first and last came to us, among these interactions."""
    came = rows.theirs(some).filter(_.identifier_id.notnull())
    each = came.group_by("identifier_id").aggregate(first_at=_.occurred_at.min(), last_at=_.occurred_at.max())
    found = rows.whose(tables, each).group_by("customer_id")
    return found.aggregate(first_at=_.first_at.min(), last_at=_.last_at.max())
