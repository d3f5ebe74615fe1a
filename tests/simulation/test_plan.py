import hashlib
import tracemalloc

import msgspec
import pytest
from tests.simulation import simulated

from rapport.simulation import company, histories, plan, tell_relation
from rapport.simulation.days import Calendar


def digest(chosen: plan.Plan, below: int = 10**9) -> str:
    """Of all entries of customers numbered below a limit."""
    found = hashlib.sha256()
    for block in histories.blocks(chosen, company.numbered()):
        for told in block.told:
            if simulated.number_of(told.entry) < below:
                found.update(msgspec.json.encode(told))
    return found.hexdigest()


def test_the_same_seed_makes_the_same_company() -> None:
    assert digest(simulated.plan(120)) == digest(simulated.plan(120))


def test_another_seed_makes_another_company() -> None:
    assert digest(simulated.plan(40)) != digest(simulated.plan(40, seed=8))


def test_a_larger_company_begins_with_the_same_customers() -> None:
    assert digest(simulated.plan(130)) == digest(simulated.plan(720), below=130)


def test_blocks_may_be_made_in_any_order_and_by_anybody() -> None:
    chosen = simulated.plan(1500)
    calendar = Calendar(chosen)
    mailings = tell_relation.campaigns(calendar)
    in_turn = list(histories.blocks(chosen, company.numbered()))
    for number in (2, 0, 1):
        alone = histories.block(chosen, number, calendar, mailings, company.numbered())
        assert alone == in_turn[number]


def test_memory_does_not_grow_with_the_company() -> None:
    def peak(blocks: int) -> int:
        tracemalloc.start()
        for _ in histories.blocks(simulated.plan(blocks * plan.BLOCK, years=0.3), company.numbered()):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(6) < 1.5 * peak(2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (plan.Plan(0, 2, 1, simulated.ENDS), "customers"),
        (plan.Plan(5, 200, 1, simulated.ENDS), "years"),
        (plan.Plan(5, 2, -1, simulated.ENDS), "seed"),
    ],
)
def test_a_company_that_cannot_be_is_refused_by_name(wrong: plan.Plan, field: str) -> None:
    with pytest.raises(plan.BadPlan) as refused:
        plan.check(wrong)
    assert refused.value.field == field
