"""Views that people keep: what they may ask for, and whose they are."""

from datetime import datetime, timedelta

import pytest
from tests.desk.shop import asked, colleague

from rapport.filters.compiler.rules import BadFilter
from rapport.kernel.refusals import NotAllowed, NotFound
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.rules.running import Aim
from rapport.service.desk import commands as desk
from rapport.service.desk.rules.acts import NewCase
from rapport.service.views import commands, queries
from rapport.service.views.commands import BadView, NewView
from rapport.staff.roles.rules import EVERYTHING, Operator

pytestmark = pytest.mark.django_db(transaction=True)


def shown(box: str, at: datetime, **asked_for: str) -> list[int]:
    chosen = queries.chosen(box, asked_for, staff_id=None)
    page = queries.page(chosen, reach=EVERYTHING, at=at, zone=at.tzinfo)  # type: ignore[arg-type]
    return [row.case.pk for row in page.rows]


def test_a_view_narrows_a_list_by_each_thing_it_can_ask(noon: datetime) -> None:
    clocks.add_policy(
        clocks.Description(
            name="All", aims={"first_answer": Aim(timedelta(minutes=30), timedelta(minutes=10))}
        ),
        by=Operator(),
        at=noon,
    )
    ben = colleague("Ben")
    mail = asked(noon)
    call = desk.open_case(
        NewCase(identifier_id=mail.identifier_id, subject="A call", channel="voice"), by=ben, at=noon
    )
    later = noon + timedelta(hours=1)
    clocks.sweep(at=noon + timedelta(minutes=25))

    assert shown("open", later, channel="voice") == [call.pk]
    assert shown("open", later, channel="voice,email") == [call.pk, mail.pk]
    assert shown("open", later, owner=str(ben.pk)) == [call.pk]
    assert shown("open", later, owner="nobody") == [mail.pk]
    assert shown("open", later, queue=str(mail.queue_id)) == [call.pk, mail.pk]
    assert shown("open", later, state="ours") == []
    assert shown("waiting", later, waits="60") == [mail.pk]
    assert shown("waiting", later, waits="61") == []
    assert set(shown("open", later, clock="warned")) == {mail.pk, call.pk}
    clocks.sweep(at=later)
    assert set(shown("open", later, clock="breached")) == {mail.pk, call.pk}
    assert shown("open", later, clock="warned") == []
    assert shown("open", later, **{"opened.since": "2026-03-03"}) == []


@pytest.mark.parametrize(
    ("asked_for", "field"),
    [
        ({"channel": "smoke"}, "channel"),
        ({"state": "asleep"}, "state"),
        ({"queue": "first"}, "queue"),
        ({"owner": "the boss"}, "owner"),
        ({"weather": "fine"}, "weather"),
        ({"queue_id": "1"}, "queue_id"),
    ],
)
def test_what_no_view_can_ask_is_refused_with_its_name(
    asked_for: dict[str, str], field: str, noon: datetime
) -> None:
    ben = colleague("Ben")
    with pytest.raises(BadFilter) as refused:
        commands.keep_view(NewView(name="Mine", box="open", asked=asked_for), by=ben, at=noon)
    assert refused.value.field == field


def test_ones_own_views_are_seen_by_nobody_else(noon: datetime) -> None:
    ben, amina = colleague("Ben"), colleague("Amina")
    kept = commands.keep_view(NewView(name="Calls", box="open", asked={"channel": "voice"}), by=ben, at=noon)

    assert [one.name for one in queries.saved_views(staff_id=ben.pk, reach=EVERYTHING)] == ["Calls"]
    assert queries.saved_views(staff_id=amina.pk, reach=EVERYTHING) == []
    with pytest.raises(NotFound):
        commands.close_view(kept.pk, by=amina, at=noon)


def test_only_who_leads_the_desk_shares_and_changes_shared_views(noon: datetime) -> None:
    lead, agent = colleague("Chloe", "lead"), colleague("Ben")
    new = NewView(name="Calls", box="open", asked={"channel": "voice"}, is_shared=True)
    with pytest.raises(NotAllowed):
        commands.keep_view(new, by=agent, at=noon)

    kept = commands.keep_view(new, by=lead, at=noon)

    assert [one.name for one in queries.saved_views(staff_id=agent.pk, reach=EVERYTHING)] == ["Calls"]
    with pytest.raises(NotAllowed):
        commands.close_view(kept.pk, by=agent, at=noon)
    commands.close_view(kept.pk, by=lead, at=noon)
    assert queries.saved_views(staff_id=agent.pk, reach=EVERYTHING) == []


def test_two_views_of_one_person_have_two_names(noon: datetime) -> None:
    ben = colleague("Ben")
    new = NewView(name="Calls", box="open", asked={"channel": "voice"})
    commands.keep_view(new, by=ben, at=noon)
    with pytest.raises(BadView):
        commands.keep_view(new, by=ben, at=noon)


def test_me_is_whoever_looks(noon: datetime) -> None:
    ben, amina = colleague("Ben"), colleague("Amina")
    case = asked(noon)
    desk.assign(case.pk, ben.pk, by=ben, at=noon)
    for who, count in ((ben, 1), (amina, 0)):
        chosen = queries.chosen("open", {"owner": "me"}, staff_id=who.pk)
        assert queries.counts([chosen], reach=EVERYTHING) == [count]
