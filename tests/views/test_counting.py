"""Counts of the desk's lists: kept with every change, whoever makes it, and never by counting cases."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.desk.shop import asked, colleague

from rapport.kernel.refusals import Refusal
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case, CaseState
from rapport.service.desk.rules.acts import NewCase
from rapport.service.routing.models import Queue
from rapport.service.views import commands, queries
from rapport.service.views.models import CaseTally
from rapport.staff.people.models import StaffMember
from rapport.staff.roles.rules import EVERYTHING, Reach

pytestmark = pytest.mark.django_db(transaction=True)
ACTS, AT_ONCE = 10_000, 100
"""Acts in all, and in one transaction; every tenth transaction is taken back."""
CHANNELS = ("voice", "in_person", "post")


def some_cases(count: int, at: datetime) -> None:
    """Many cases at once, in two queues and with all sorts of owners."""
    first = asked(at)
    queues = [
        first.queue,
        Queue.objects.create(name="Returns", department="Retail", opened_at=at),
        Queue.objects.create(name="Orders", opened_at=at),
    ]
    desk.ensure_states()
    new = CaseState.objects.get(kind="new")
    Case.objects.bulk_create(
        Case(
            identifier_id=first.identifier_id,
            queue=queue,
            department=queue.department,
            state=new,
            kind="new",
            channel=CHANNELS[number % 3],
            opened_at=at,
            changed_at=at,
            waiting_since=at if number % 2 else None,
        )
        for number in range(count)
        for queue in [queues[number % 3]]
    )


def test_counts_equal_a_recount_after_ten_thousand_acts(noon: datetime) -> None:
    """By rows and by bulk statements, as commands do, as migrations and programs of others might."""
    luck = random.Random(41)
    some_cases(400, noon)
    staff = [colleague("Ben").pk, colleague("Amina").pk, None]
    states = {one.kind: one for one in CaseState.objects.all()}
    queues = list(Queue.objects.all())
    numbers = list(Case.objects.values_list("id", flat=True))

    acts = (
        lambda: {"queue": (queue := luck.choice(queues)), "department": queue.department},
        lambda: {"owner": luck.choice(staff)},
        lambda: settled(states[luck.choice(list(states))], noon),
        lambda: {"waiting_since": luck.choice([None, noon])},
        lambda: {"snoozed_until": luck.choice([None, noon + timedelta(hours=1)])},
        lambda: {"merged_into": luck.choice([None, numbers[0]])},
        lambda: {"channel": luck.choice(CHANNELS)},
        lambda: {"changed_at": noon + timedelta(seconds=luck.randrange(100))},
    )
    for number in range(ACTS // AT_ONCE):
        with transaction.atomic():
            for _ in range(AT_ONCE):
                some = luck.sample(numbers, luck.choice([1, 1, 1, 5]))
                Case.objects.filter(pk__in=some).update(**luck.choice(acts)())
            transaction.set_rollback(number % 10 == 9)
    assert queries.miscounted() == 0
    Case.objects.filter(pk__in=luck.sample(numbers[1:], 50), merged=None).delete()
    assert queries.miscounted() == 0
    assert CaseTally.objects.exclude(cases=0).count() > 20


def settled(state: CaseState, at: datetime) -> dict[str, Any]:
    """A case in this state, whole."""
    closed_at = at if state.kind in {"done", "junk"} else None
    return {"state": state, "kind": state.kind, "closed_at": closed_at}


def test_counts_follow_what_people_do(noon: datetime) -> None:
    ben = colleague("Ben", "lead")
    case = asked(noon)
    other = desk.open_case(
        NewCase(identifier_id=case.identifier_id, subject="A call", channel="voice"), by=ben, at=noon
    )
    desk.assign(case.pk, ben.pk, by=ben, at=noon)
    desk.snooze(other.pk, noon + timedelta(days=1), by=ben, at=noon)
    desk.close(case.pk, by=ben, at=noon)
    desk.reopen(case.pk, by=ben, at=noon)
    desk.merge(other.pk, case.pk, by=ben, at=noon)

    assert queries.miscounted() == 0
    assert counted("open") == 1
    assert counted("open", ben, owner="me") == 1
    assert counted("waiting") == 0
    assert counted("snoozed") == 0, "it is read in the other case"


def test_an_act_that_is_refused_counts_nothing(noon: datetime) -> None:
    ben = colleague("Ben")
    case = asked(noon)
    with pytest.raises(Refusal):
        desk.reopen(case.pk, by=ben, at=noon)
    assert queries.miscounted() == 0
    assert counted("waiting") == 1


def test_everybody_is_told_of_what_they_may_see_alone(noon: datetime) -> None:
    some_cases(9, noon)
    retail = Reach(frozenset({"desk.view"}), frozenset({"Retail"}))
    garden = Reach(frozenset({"desk.view"}), frozenset({"Garden"}))
    nobody = Reach(frozenset())

    everything = queries.counts([queries.chosen("open", {}, staff_id=None)], reach=EVERYTHING)
    assert everything == [10]
    for reach in (retail, garden, nobody):
        seen = Case.objects.seen_by(reach).standing().open().awake().count()
        assert queries.counts([queries.chosen("open", {}, staff_id=None)], reach=reach) == [seen]
    assert queries.counts([queries.chosen("open", {}, staff_id=None)], reach=garden) == [7]


def test_however_many_cases_counting_reads_tallies_alone(noon: datetime) -> None:
    some_cases(60, noon)
    wanted = [
        queries.chosen("waiting", {}, staff_id=None),
        queries.chosen("open", {"channel": "voice"}, staff_id=None),
        queries.chosen("open", {"clock": "breached"}, staff_id=None),
    ]
    with CaptureQueriesContext(connection) as asked_for:
        found = queries.counts(wanted, reach=EVERYTHING)
    assert len(asked_for) == 1
    assert "service_casetally" in asked_for[0]["sql"]
    assert '"service_case"' not in asked_for[0]["sql"]
    assert found[2] is None, "clocks run by themselves: such a view is not counted"


def test_a_list_that_the_tallies_know_to_be_empty_is_not_looked_for(noon: datetime) -> None:
    some_cases(3, noon)
    chosen = queries.chosen("open", {"channel": "social"}, staff_id=None)
    with CaptureQueriesContext(connection) as asked_for:
        assert queries.page(chosen, reach=EVERYTHING, at=noon, zone=noon.tzinfo).rows == ()  # type: ignore[arg-type]
    assert len(asked_for) == 1


def test_what_is_wrong_is_counted_anew(noon: datetime) -> None:
    some_cases(6, noon)
    assert queries.triggers_stand()
    CaseTally.objects.filter(channel="voice").delete()
    CaseTally.objects.update(cases=77)

    assert queries.miscounted() > 0
    assert commands.count_anew() > 0
    assert queries.miscounted() == 0


def counted(box: str, by: StaffMember | None = None, **asked_for: str) -> int | None:
    chosen = queries.chosen(box, asked_for, staff_id=by.pk if by else None)
    return queries.counts([chosen], reach=EVERYTHING)[0]
