"""Measures of what people buy: how often, and for how much in the organisation's own currency."""

import ibis.expr.types as ir
from ibis import _

from rapport.analytics.engines.sessions import Tables
from rapport.analytics.measures import evidence, rows
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.registry import About, Direction, Example, measure
from rapport.kernel.kinds import MONEY_KINDS, PURCHASE

_RFM = "RFM (Bult and Wansbeek 1995, Marketing Science 14, 378-394)"


@measure(
    evidence.mean,
    About(
        title="Purchases each",
        definition="How often customers buy (frequency): purchases in the period, divided by the customers who made "
        "at least one.",
        unit="purchases",
        grain="one number per period, over customers who bought",
        direction=Direction.HIGHER,
        source=f"The interaction log. Frequency is the F of {_RFM}.",
        caveat="A customer who bought once may come again tomorrow: a short period makes everybody look rare. Buying "
        "often may be habit or captivity.",
        example=Example(
            ((1, 2), (2, 1)),
            "Mei and Ben bought once, Amina twice: 4 purchases of 3 customers, 1.33 each.",
        ),
        parts="size",
    ),
)
def frequency(tables: Tables, period: Period) -> ir.Table:
    bought = rows.within(tables, period).filter(_.kind == PURCHASE, _.identifier_id.notnull())
    each = bought.group_by("identifier_id").aggregate(times=_.count())
    customers = rows.whose(tables, each).group_by("customer_id").aggregate(size=_.times.sum())
    return rows.sizes(customers)


@measure(
    evidence.money,
    About(
        title="Spent each",
        definition="Purchases less refunds of the period in the organisation's currency, divided by the customers who "
        "bought. Each amount counts at the rate of its own day, rounded to the smallest coin.",
        unit="money_minor",
        grain="one number per period, over customers who bought",
        direction=Direction.HIGHER,
        source=f"The interaction log and the exchange rates in the settings. Money is the M of {_RFM}.",
        caveat="Amounts in a currency without a rate are not in it. A refund counts in the period in which it was "
        "paid, not in that of the purchase. The page of one customer counts all amounts at the newest rate.",
        example=Example(
            ((3, 9200, 52140000.0),),
            "Amina spent £64.00 + £10.00 less £4.00 = £70.00, Mei €20.00 at 0.85 = £17.00, Ben £5.00: 9,200 pence "
            "among 3, £30.67 each.",
        ),
        parts="total",
    ),
)
def money(tables: Tables, period: Period) -> ir.Table:
    paid = rows.within(tables, period).filter(
        _.kind.isin(sorted(MONEY_KINDS)), _.amount_minor.notnull(), _.identifier_id.notnull()
    )
    rates = tables.rates.rename(rate_currency="currency")
    held = [
        paid.currency == rates.rate_currency,
        paid.occurred_at >= rates.valid_from,
        paid.occurred_at < rates.valid_until,
    ]
    counted = paid.inner_join(rates, held).mutate(
        base=(_.amount_minor.cast("float64") * _.per_minor).round().cast("int64"),
        is_purchase=(_.kind == PURCHASE).cast("int64"),
    )
    each = counted.group_by("identifier_id").aggregate(base=_.base.sum(), purchases=_.is_purchase.sum())
    customers = rows.whose(tables, each).group_by("customer_id")
    buyers = customers.aggregate(spent=_.base.sum(), purchases=_.purchases.sum()).filter(_.purchases > 0)
    spent = _.spent.cast("float64")
    return buyers.aggregate(n=_.count(), total=_.spent.sum(), squares=(spent * spent).sum())
