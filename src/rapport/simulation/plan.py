"""Which made-up company: how many customers, how long, which seed, until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from rapport.kernel.refusals import Refusal
from rapport.simulation import planted

NAME = "Wrenfield Outdoors"
ZONE = ZoneInfo("Europe/London")
CURRENCY = "GBP"
BLOCK = 500
"""Customers who are simulated together. Fixed: the result depends on it, so it is no setting."""
MOST_CUSTOMERS = 20_000_000
AHEAD_DAYS = 366
"""How far lives are laid out beyond the first end. Fixed: chance falls over the whole length."""


class BadPlan(Refusal):
    """A made-up company that cannot be made."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A company of `customers`, whose last `years` end at `ends_at`. Equal plans give equal companies.

    A larger company with the same seed and end begins with the same customers. `until` moves it on by at most a year:
    what was told before stays as it was, and the days since then follow, with newcomers at the planted pace.
    """

    customers: int
    years: float
    seed: int
    ends_at: datetime
    until: datetime | None = None

    @property
    def days(self) -> int:
        return round(self.years * 365.25)

    @property
    def lived_until(self) -> datetime:
        return self.until or self.ends_at

    @property
    def laid_out_until(self) -> datetime:
        """The last moment to which it can be moved on."""
        return self.ends_at + timedelta(days=AHEAD_DAYS - 1)

    @property
    def newcomers(self) -> int:
        """Who may come after the first end, as fast as others came before it."""
        is_moved = self.lived_until > self.ends_at
        return round(self.customers * planted.NEW_SHARE * AHEAD_DAYS / self.days) if is_moved else 0

    @property
    def blocks(self) -> int:
        return -(-self.customers // BLOCK)

    @property
    def all_blocks(self) -> int:
        """Those of the newcomers follow those of the first customers."""
        return self.blocks + -(-self.newcomers // BLOCK)

    def people_in(self, block: int) -> int:
        """How many of the people of a block belong to the company."""
        left = self.customers - block * BLOCK
        return min(BLOCK, left if left > 0 else self.newcomers - (block - self.blocks) * BLOCK)

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
