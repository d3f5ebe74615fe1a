"""Which made-up company: how many customers, how long, which seed, until when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from rapport.kernel.refusals import Refusal

NAME = "Wrenfield Outdoors"
ZONE = ZoneInfo("Europe/London")
CURRENCY = "GBP"
BLOCK = 500
"""Customers who are simulated together. Fixed: the result depends on it, so it is no setting."""
MOST_CUSTOMERS = 20_000_000


class BadPlan(Refusal):
    """A made-up company that cannot be made."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A company of `customers`, whose last `years` end at `ends_at`. Equal plans give equal companies.

    A larger company with the same seed and end begins with the same customers.
    """

    customers: int
    years: float
    seed: int
    ends_at: datetime

    @property
    def days(self) -> int:
        return round(self.years * 365.25)

    @property
    def blocks(self) -> int:
        return -(-self.customers // BLOCK)

    def generator(self, block: int) -> np.random.Generator:
        """The block's own source of chance, so that blocks may be made in any order, by anybody."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, block])))


def check(plan: Plan) -> Plan:
    """The plan itself, or a refusal that names what is wrong with it."""
    if not 1 <= plan.customers <= MOST_CUSTOMERS:
        raise BadPlan(
            f"A made-up company has 1 to {MOST_CUSTOMERS:,} customers, not {plan.customers}.",
            field="customers",
            value=plan.customers,
        )
    if not 0.1 <= plan.years <= 10:
        raise BadPlan(f"The years are 0.1 to 10, not {plan.years:g}.", field="years", value=plan.years)
    if not 0 <= plan.seed < 2**32:
        raise BadPlan(f"The seed is 0 to {2**32 - 1}, not {plan.seed}.", field="seed", value=plan.seed)
    return plan
