"""The made-up company in a real record: end to end, on the database under test."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.simulation import simulated

from rapport.customers.directory import queries as directory
from rapport.customers.directory.models import Customer, Identifier, Membership, SharedMark
from rapport.customers.likeness import commands as likeness
from rapport.interactions.log import queries as log
from rapport.interactions.log.models import Interaction
from rapport.simulation import company as made_up
from rapport.simulation import histories, keeping, plan, writing
from rapport.staff.organisation import commands as organisation
from rapport.staff.organisation import queries as organisations
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db

SMALL = simulated.plan(160, years=0.7)


def written(folder: Path, chosen: plan.Plan = SMALL) -> writing.Written:
    return writing.write(chosen, folder, at=simulated.ENDS, progress=lambda _: None)


def truths(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "truths-customers.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def customer_of(email: object) -> int:
    return Identifier.objects.get(kind="email", value=email).customer_id


def test_everything_told_is_recorded_once_with_its_place_and_its_people(own_home: Path) -> None:
    result = written(own_home)
    told = sum(len(block.told) for block in histories.blocks(SMALL, made_up.numbered()))
    assert told == simulated.told_in_record()
    assert result.interactions == log.count(reach=EVERYTHING) == Interaction.objects.count()
    from_histories = Interaction.objects.filter(source__name__in=made_up.SOURCES)
    assert not from_histories.filter(touchpoint=None).exists()
    assert not Interaction.objects.filter(identifier=None).exists()
    current = organisations.current()
    assert current
    assert current.is_simulated
    assert current.name == plan.NAME


def test_making_the_company_again_adds_nothing(own_home: Path) -> None:
    first = written(own_home)
    again = written(own_home, keeping.planned(own_home, SMALL))
    assert (again.interactions, again.customers) == (first.interactions, first.customers)
    assert writing.is_finished(own_home, SMALL)


def test_a_company_broken_off_is_finished_by_the_next_call(own_home: Path) -> None:
    class Stopped(Exception):  # noqa: N818
        pass

    def stop(_: int) -> None:
        raise Stopped

    larger = simulated.plan(700, years=0.2)
    with pytest.raises(Stopped):
        writing.write(larger, own_home, at=simulated.ENDS, progress=stop)
    assert not writing.is_finished(own_home, larger)
    later = plan.Plan(700, 0.2, 7, simulated.ENDS + timedelta(hours=3))
    written(own_home, keeping.planned(own_home, later))
    told = sum(len(block.told) for block in histories.blocks(larger, made_up.numbered()))
    assert simulated.told_in_record() == told


def test_every_customer_of_the_truths_is_one_customer_of_the_record(own_home: Path) -> None:
    written(own_home)
    found = {customer_of(truth["email"]) for truth in truths(own_home)}
    assert len(found) == SMALL.customers
    for truth in truths(own_home):
        if account := truth["user_id"]:
            assert Identifier.objects.get(kind="user_id", value=account).customer_id == customer_of(
                truth["email"]
            )
    named = Customer.objects.filter(id__in=found)
    assert named.count() == SMALL.customers
    others = Customer.objects.exclude(id__in=found).exclude(kind="organisation")
    wrote_to_the_desk = Identifier.objects.filter(kind="email", customer_id__in=others.values("id"))
    others = others.exclude(id__in=wrote_to_the_desk.values("customer_id"))
    assert all(name.startswith("Visitor") for name in others.values_list("name", flat=True))
    assert directory.count() == Customer.objects.count()


def test_people_known_twice_stay_two_customers(own_home: Path) -> None:
    written(own_home)
    pairs = json.loads((own_home / "truths.json").read_text())["same_person"]
    assert pairs
    for one, other in pairs:
        assert customer_of(one) != customer_of(other)


def test_likely_doubles_are_proposed_to_a_person(own_home: Path) -> None:
    written(own_home)
    assert likeness.propose(by=Operator(), at=simulated.ENDS).new == 0


def test_a_tablet_used_by_a_family_joins_nobody(own_home: Path) -> None:
    written(own_home)
    assert SharedMark.objects.filter(identifier__value__startswith="tablet-").exists()


def test_some_buy_for_an_organisation(own_home: Path) -> None:
    written(own_home, simulated.plan(400, years=0.3))
    assert Membership.objects.exists()
    assert Customer.objects.filter(kind="organisation").exists()


def test_what_happened_last_stands_last_in_the_log(own_home: Path) -> None:
    written(own_home)
    told = Interaction.objects.filter(source__name__in=made_up.SOURCES).order_by("-id")
    newest = list(told.values_list("occurred_at", flat=True)[:50])
    assert newest == sorted(newest, reverse=True)
    assert newest[0] > simulated.ENDS - timedelta(hours=12)


def test_staff_cannot_sign_in_but_the_champion_can(own_home: Path) -> None:
    written(own_home)
    able = [member.email for member in StaffMember.objects.all() if member.has_usable_password()]
    assert able == [writing.EMAIL]
    assert StaffMember.objects.get(email=writing.EMAIL).check_password(writing.PASSWORD)


def test_a_record_that_is_not_made_up_is_refused(own_home: Path) -> None:
    settings = organisation.Settings(name="Leeds Bakers", currency="GBP")
    organisation.set_up(settings, by=Operator(), at=simulated.ENDS)
    with pytest.raises(writing.HoldsRealData, match="Leeds Bakers"):
        written(own_home)
    assert log.count(reach=EVERYTHING) == 0


def test_another_company_in_the_same_folder_is_refused(own_home: Path) -> None:
    written(own_home)
    with pytest.raises(keeping.HoldsAnotherCompany, match="160 customers"):
        keeping.planned(own_home, simulated.plan(170, years=0.7))
