"""Measures of what happens: interactions, contacts, how often people must come back."""

import ibis
import ibis.expr.types as ir
from ibis import _

from rapport.analytics.engines.sessions import Tables
from rapport.analytics.measures import evidence, rows
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.registry import About, Direction, Example, measure

REPEAT_DAYS = 7
SAME_MATTER_MINUTES = 60


@measure(
    evidence.count,
    About(
        title="Interactions by channel",
        definition="All interactions of the period, in either direction, by the channel on which they happened.",
        unit="interactions",
        grain="one number per channel and period",
        direction=Direction.NEITHER,
        source="The interaction log.",
        caveat="Pages looked at count as much as a visit to the shop: compare a channel with itself over time. "
        "Interactions of people we cannot recognise are included, and counted apart beside the number.",
        example=Example(
            (("chat", 1), ("email", 2), ("in_person", 1), ("voice", 3), ("web", 6)),
            "13 interactions lie in March; the two pages looked at are among the 6 on the web, one of them "
            "nobody's.",
        ),
        parts="channel",
        counted="interactions",
    ),
)
def interactions_by_channel(tables: Tables, period: Period) -> ir.Table:
    return rows.within(tables, period).group_by(part=_.channel).aggregate(n=_.count())


@measure(
    evidence.count,
    About(
        title="Interactions by kind",
        definition="All interactions of the period, in either direction, by what sort of interaction they were.",
        unit="interactions",
        grain="one number per kind and period",
        direction=Direction.NEITHER,
        source="The interaction log.",
        caveat="Kinds are told by the sources; a source that calls every call a message moves the numbers. "
        "Interactions of people we cannot recognise are included, and counted apart beside the number.",
        example=Example(
            (("call", 3), ("complaint", 1), ("message", 2), ("page_view", 2), ("purchase", 4), ("refund", 1)),
            "13 interactions lie in March: 3 calls, 1 complaint, 2 messages, 2 pages looked at, 4 purchases, 1 "
            "refund.",
        ),
        parts="kind",
        counted="interactions",
    ),
)
def interactions_by_kind(tables: Tables, period: Period) -> ir.Table:
    return rows.within(tables, period).group_by(part=_.kind).aggregate(n=_.count())


@measure(
    evidence.mean,
    About(
        title="Contacts per customer",
        definition="Contacts of the period, in either direction, divided by the customers who had at least one. "
        "A contact is an interaction in which the customer and we had to do with each other: a page looked at, "
        "a log-in or a payment that runs by itself is none.",
        unit="contacts",
        grain="one number per period, over customers with a contact",
        direction=Direction.NEITHER,
        source="The interaction log; which kinds are contacts is in the list of kinds.",
        caveat="Customers without any contact are not in it. A few very busy customers, or a robot, lift the "
        "average: look at the table.",
        example=Example(
            ((1, 1), (2, 2), (6, 1)),
            "One customer (Ben) had 1 contact, two (Jonas, Mei) had 2, one (Amina) had 6: 11 contacts of 4 "
            "customers, 2.75 each.",
        ),
        parts="size",
    ),
)
def contacts_per_customer(tables: Tables, period: Period) -> ir.Table:
    some = rows.contacts(rows.within(tables, period))
    each = some.filter(_.identifier_id.notnull()).group_by("identifier_id").aggregate(times=_.count())
    customers = rows.whose(tables, each).group_by("customer_id").aggregate(size=_.times.sum())
    return rows.sizes(customers)


@measure(
    evidence.share,
    About(
        title="Repeat contacts within 7 days",
        definition="Of the times a customer turned to us (message, call, question, complaint, request, or a wait "
        "given up), the share after which the same customer turned to us again within 7 days. What follows within "
        "an hour belongs to the same matter and is not a time of its own.",
        unit="share",
        grain="one number per period, over the times customers turned to us",
        direction=Direction.LOWER,
        source="The interaction log. First-contact resolution by this rule is common in contact centres; there is "
        "no standard for the 7 days or the hour.",
        caveat="The second contact may be about another matter. The last 7 days before the lake was made are left "
        "out, because we cannot know yet who comes back. Only contacts with a known customer count.",
        example=Example(
            ((1, 5),),
            "Customers turned to us 5 times: Amina on 3, 6 and 20 March, Jonas on 5 March (his second message "
            "came within the hour), Mei on 10 March. Only after Amina's call of 3 March did the same customer "
            "turn to us again within 7 days: 1 of 5.",
        ),
        parts="share",
        counted="times",
    ),
)
def repeat_contacts(tables: Tables, period: Period) -> ir.Table:
    span = ibis.interval(days=REPEAT_DAYS)
    asked = tables.interactions.filter(
        _.kind.isin(rows.ASKING),
        _.direction == "in",
        _.occurred_at >= period.first,
        _.occurred_at < ibis.timestamp(period.last) + span,
        _.occurred_at <= period.seen,
    )
    known = rows.whose(tables, asked.select("id", "identifier_id", "occurred_at"))
    each = ibis.window(group_by="customer_id", order_by=["occurred_at", "id"])
    seen = known.mutate(again_at=_.occurred_at.lead().over(each))
    counted = seen.filter(
        _.occurred_at < period.last,
        _.occurred_at <= ibis.timestamp(period.seen) - span,
        _.again_at.isnull() | (_.again_at > _.occurred_at + ibis.interval(minutes=SAME_MATTER_MINUTES)),
    )
    is_again = (_.again_at <= _.occurred_at + span).fill_null(False)
    return counted.aggregate(hits=is_again.cast("int64").sum(), n=_.count())


@measure(
    evidence.share,
    About(
        title="Customers touched by several departments in a week",
        definition="Of the customers with a contact at a touchpoint in the period, the share who within one week had "
        "contacts at touchpoints of more than one department. Weeks are counted from the start of the period.",
        unit="share",
        grain="one number per period, over customers with a contact at a touchpoint",
        direction=Direction.NEITHER,
        source="The interaction log and the departments that own the touchpoints.",
        caveat="Two departments may be what the customer wanted (a purchase, then a class). It points to where "
        "departments should know of each other. Contacts without a touchpoint are not in it.",
        example=Example(
            ((1, 4),),
            "Amina, Jonas, Mei and Ben had contacts at touchpoints. Only Amina met two departments (Retail on 2, "
            "Service on 3 March) in one week: 1 of 4.",
        ),
        parts="share",
    ),
)
def several_departments_in_a_week(tables: Tables, period: Period) -> ir.Table:
    some = rows.contacts(rows.within(tables, period)).filter(_.identifier_id.notnull())
    placed = some.inner_join(_departments(tables), "touchpoint_id")
    start = int(period.start.timestamp())
    seconds = _.occurred_at.truncate("s").epoch_seconds().cast("int64") - start
    dated = placed.mutate(week=(seconds / (7 * rows.DAY_SECONDS)).floor().cast("int64"))
    met = dated.group_by("identifier_id", "week").aggregate(low=_.owner.min(), high=_.owner.max())
    weeks = (
        rows.whose(tables, met).group_by("customer_id", "week").aggregate(low=_.low.min(), high=_.high.max())
    )
    customers = weeks.group_by("customer_id").aggregate(several=(_.low < _.high).cast("int64").max())
    return customers.aggregate(hits=_.several.sum(), n=_.count())


def _departments(tables: Tables) -> ir.Table:
    """Each touchpoint with a number for its department: numbers are compared much faster than names."""
    alike = ibis.window(group_by="department")
    return tables.touchpoints.select("touchpoint_id", owner=_.touchpoint_id.min().over(alike))
