"""A made-up company whose demo is opened again on a later day goes on to that day."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from tests.simulation import simulated
from typer.testing import CliRunner

from rapport.customers.directory import queries as directory
from rapport.interactions.log import queries as log
from rapport.interactions.log.models import Interaction
from rapport.simulation import company, histories, keeping, writing
from rapport.simulation.histories import Block
from rapport.simulation.plan import Plan
from rapport.simulation.telling import Told
from rapport.simulation.truths import Truth
from rapport.staff.roles.rules import EVERYTHING

FIRST = simulated.plan(400)
DAY = timedelta(days=1)


def later(days: float, plan: Plan = FIRST) -> Plan:
    return replace(plan, until=plan.ends_at + days * DAY)


@cache
def lived(plan: Plan) -> tuple[Block, ...]:
    return tuple(histories.blocks(plan, company.numbered()))


def told(plan: Plan) -> dict[str, Told]:
    return {one.entry.message_id: one for block in lived(plan) for one in block.told}


def truths(plan: Plan) -> dict[int, Truth]:
    return {truth.number: truth for block in lived(plan) for truth in block.truths}


def test_what_was_told_before_stays_as_it_was_and_only_later_days_are_added() -> None:
    before, after = told(FIRST), told(later(45))
    assert {number: after[number] for number in before} == before
    added = [after[number] for number in after.keys() - before.keys()]
    assert all(FIRST.ends_at < one.entry.occurred_at <= later(45).lived_until for one in added)


def test_it_does_not_matter_on_which_days_one_looked() -> None:
    week, month = told(later(7)), told(later(30))
    assert {number: month[number] for number in week} == week


def test_the_days_that_follow_are_as_busy_as_those_before() -> None:
    """The same two months a year apart: seasons are alike, customers come about as fast as they go."""
    year_before = FIRST.ends_at - 365 * DAY
    moments = [one.entry.occurred_at for one in told(later(60)).values()]
    added = sum(moment > FIRST.ends_at for moment in moments)
    same_months = sum(year_before < moment <= year_before + 60 * DAY for moment in moments)
    assert 0.7 < added / same_months < 1.4


def test_newcomers_come_at_the_planted_pace() -> None:
    came = truths(later(300)).keys() - truths(FIRST).keys()
    assert len(came) == pytest.approx(400 * 0.45 / 730.5 * 300, rel=0.25)
    assert all(truths(later(300))[number].is_new for number in came)


def test_what_was_planted_in_somebody_stays_true() -> None:
    before, after = truths(FIRST), truths(later(200))
    grown = {"bond", "left_at", "leave_reason", "told_reason"}
    for number, truth in before.items():
        kept = set(Truth.__struct_fields__) - grown
        assert all(getattr(truth, name) == getattr(after[number], name) for name in kept)
        if truth.left_at:
            assert after[number] == truth


def test_some_leave_in_the_days_that_follow() -> None:
    moved = later(200)
    left = [truth.left_at for truth in truths(moved).values() if truth.left_at]
    late = [at for at in left if simulated.moment(at) > FIRST.ends_at]
    assert late
    assert max(map(simulated.moment, left)) <= moved.lived_until


def test_it_moves_on_from_day_to_day_and_at_most_a_year() -> None:
    london = ZoneInfo("Europe/London")
    noon = FIRST.ends_at
    assert keeping.moved_on(FIRST, noon + timedelta(hours=11)) == FIRST
    assert keeping.moved_on(FIRST, noon - 3 * DAY) == FIRST
    next_day = datetime(2026, 3, 3, 0, 5, tzinfo=london)
    assert keeping.moved_on(FIRST, next_day).lived_until == next_day
    assert keeping.moved_on(FIRST, noon + 2000 * DAY).lived_until == FIRST.laid_out_until


SMALL = simulated.plan(60, years=0.4)


def opened(folder: Path, at: datetime, progress: writing.Progress = lambda _: None) -> writing.Written:
    """What `rapport demo` does with a folder."""
    wish = replace(SMALL, ends_at=at)
    return writing.write(keeping.planned(folder, wish), folder, at=at, progress=progress)


@pytest.mark.django_db
def test_a_company_opened_again_later_goes_on_in_the_record(own_home: Path) -> None:
    first = opened(own_home, SMALL.ends_at)
    again = opened(own_home, SMALL.ends_at + 40 * DAY)
    assert simulated.told_in_record() == len(told(later(40, SMALL)))
    assert log.count(reach=EVERYTHING) == Interaction.objects.count() == again.interactions
    assert again.interactions > first.interactions
    assert Interaction.objects.latest("occurred_at").occurred_at > SMALL.ends_at + 37 * DAY
    written = json.loads((own_home / "truths.json").read_text())
    assert written["interactions"] == simulated.told_in_record()
    assert written["customers"] <= directory.count()
    same_day = opened(own_home, SMALL.ends_at + 40 * DAY + timedelta(hours=2))
    assert same_day == again


@pytest.mark.django_db
def test_moving_on_that_was_broken_off_is_made_good(own_home: Path) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    first = opened(own_home, SMALL.ends_at)
    with pytest.raises(KeyboardInterrupt):
        opened(own_home, SMALL.ends_at + 10 * DAY, progress=stop)
    assert log.count(reach=EVERYTHING) > first.interactions
    assert not writing.is_finished(own_home, later(10, SMALL))
    opened(own_home, SMALL.ends_at + 12 * DAY)
    assert simulated.told_in_record() == len(told(later(12, SMALL)))


@pytest.mark.django_db
def test_a_company_of_an_earlier_making_is_not_mixed_with_a_new_one(own_home: Path) -> None:
    kept = {"customers": 60, "years": 0.4, "seed": 7, "ends_at": SMALL.ends_at.isoformat(), "interactions": 9}
    (own_home / keeping.FILE).write_text(json.dumps(kept))
    with pytest.raises(keeping.HoldsAnotherCompany, match="earlier version"):
        keeping.planned(own_home, SMALL)


@pytest.mark.django_db
def test_the_command_brings_an_older_demo_up_to_now(own_home: Path) -> None:
    from rapport.cli.main import app

    words = ["demo", "--customers", "30", "--years", "0.3", "--no-serve", "--json"]

    def demo() -> dict[str, object]:
        answer = CliRunner().invoke(app, words, env={"RAPPORT_HOME": str(own_home)})
        assert answer.exit_code == 0, answer.output
        return dict(json.loads(answer.stdout))

    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        first = demo()
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        second = demo()
    assert first["until"] == "2026-03-02T12:00:00+00:00"
    assert second["until"] == "2026-03-20T12:00:00+00:00"
    assert second["interactions"] > first["interactions"]  # type: ignore[operator]
    assert Interaction.objects.latest("occurred_at").occurred_at > datetime(2026, 3, 18, tzinfo=UTC)
