"""The cases of another desk: brought in with their own times and counts, once, and taken back whole."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.histories.incidents import NOW, acts, bring, case, line, ticket, write

from rapport.channels.outbound.models import Dispatch
from rapport.customers.directory.models import Identifier
from rapport.interactions.log.models import Interaction
from rapport.interactions.webhooks.models import Delivery
from rapport.jobs.queue.models import Job
from rapport.service.clocks import commands as clocks
from rapport.service.clocks.models import Clock, ClockEvent
from rapport.service.clocks.rules.running import Aim
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case, CaseEvent, Notification
from rapport.service.histories import queries
from rapport.service.histories.models import History, HistoryQueue
from rapport.service.routing.models import Queue
from rapport.staff.roles.rules import Operator
from rapport.wiring import imports as whole

pytestmark = pytest.mark.django_db(transaction=True)

AMINAS = ticket(
    "0000045",
    {"ident_state": "New", "assignment_group": "56"},
    {"ident_state": "Active", "assignment_group": "24", "reassignment_count": 1, "assigned_to": "31"},
    {"ident_state": "Awaiting User Info"},
    {"ident_state": "Resolved", "made_sla": "false"},
    {"ident_state": "Active", "reopen_count": 1},
    {"ident_state": "Resolved"},
    {"ident_state": "Closed"},
)


def test_a_case_has_the_acts_of_its_lines_at_their_own_times(tmp_path: Path) -> None:
    bring(write(tmp_path, AMINAS))

    assert acts("0000045") == [
        "opened",
        "transferred",
        "assigned",
        "state",
        "state",
        "closed",
        "reopened",
        "closed",
        "state",
    ]
    found = case("0000045")
    assert (found.kind, found.channel, found.subject) == ("done", "voice", "Incident 0000045")
    assert found.opened_at == datetime(2016, 2, 29, 1, 16, tzinfo=UTC)
    assert found.closed_at == datetime(2016, 2, 29, 7, 0, tzinfo=UTC)
    assert found.queue.name == "Incidents, group 24"
    passed_on = CaseEvent.objects.get(kind="transferred")
    assert (passed_on.at, passed_on.by, passed_on.staff) == (
        datetime(2016, 2, 29, 3, 0, tzinfo=UTC),
        "servicenow 21",
        None,
    )
    assert CaseEvent.objects.get(kind="assigned").detail["owner_name"] == "servicenow 31"
    told = History.objects.get()
    assert (told.transfers, told.reopenings, told.in_time) == (1, 1, False)


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, AMINAS)
    bring(path)
    before = list(CaseEvent.objects.order_by("id").values())

    again = bring(path)

    assert (again.interactions, again.already_known) == (0, len(AMINAS))
    assert Case.objects.count() == 1
    assert list(CaseEvent.objects.order_by("id").values()) == before
    assert queries.run(again.pk).figures.get("cases", 0) == 0


def test_a_later_file_goes_on_with_the_case(tmp_path: Path) -> None:
    bring(write(tmp_path, AMINAS[:4]))
    assert case("0000045").kind == "done"

    later = bring(write(tmp_path, AMINAS[2:], "later.csv"))

    assert Case.objects.count() == 1
    assert case("0000045").closed_at == datetime(2016, 2, 29, 7, 0, tzinfo=UTC)
    assert acts("0000045").count("reopened") == 1
    figures = queries.run(later.pk).figures
    assert (figures["cases"], figures["cases_continued"], figures["reopenings"]) == (0, 1, 1)


def test_nobody_hears_of_what_happened_long_ago(tmp_path: Path) -> None:
    clocks.add_policy(
        clocks.Description(name="All", aims={"resolution": Aim(timedelta(hours=1), timedelta(minutes=10))}),
        by=Operator(),
        at=NOW,
    )
    open_one = ticket("0000046", {"ident_state": "New", "caller_id": "77"})

    bring(write(tmp_path, [*AMINAS, *open_one]))
    clocks.sweep(at=NOW + timedelta(days=1), heed=[desk.heed])

    assert not Notification.objects.exists()
    assert not Dispatch.objects.exists()
    assert not Delivery.objects.exists()
    assert not Job.objects.filter(task__startswith="webhooks").exists()


def test_our_clocks_run_through_the_past_where_a_policy_is_set(tmp_path: Path) -> None:
    clocks.add_policy(
        clocks.Description(
            name="All", aims={"resolution": Aim(timedelta(hours=3), timedelta())}, pauses_in=("theirs",)
        ),
        by=Operator(),
        at=NOW,
    )

    bring(write(tmp_path, AMINAS))

    first, second = Clock.objects.order_by("id")
    assert (first.kind, first.is_fulfilled, first.breached_at) == ("resolution", True, None)
    assert first.used == timedelta(hours=2, minutes=44), "the hour with the customer does not count"
    assert second.began_at == datetime(2016, 2, 29, 6, 0, tzinfo=UTC)
    assert second.used == timedelta(hours=3, minutes=44), "it goes on with what was used before"
    assert second.breached_at == datetime(2016, 2, 29, 6, 16, tzinfo=UTC)
    assert {event.noted_at for event in ClockEvent.objects.all()} == {NOW}


def test_an_open_case_waits_in_an_open_queue_and_its_clock_runs(tmp_path: Path) -> None:
    clocks.add_policy(
        clocks.Description(name="All", aims={"resolution": Aim(timedelta(hours=3), timedelta())}),
        by=Operator(),
        at=NOW,
    )
    bring(write(tmp_path, [*ticket("0000046", {"ident_state": "Active"}), *AMINAS]))

    found = case("0000046")
    assert (found.kind, found.closed_at, found.queue.closed_at) == ("ours", None, None)
    clock = found.clocks.get()
    assert clock.ended_at is None
    assert clock.breached_at == datetime(2016, 2, 29, 4, 16, tzinfo=UTC), (
        "noted with the import, told to nobody"
    )
    settled = Queue.objects.get(name="Incidents, group 24")
    assert settled.closed_at is not None


def test_where_counts_and_lines_differ_the_counts_are_followed_and_it_is_said(tmp_path: Path) -> None:
    lines = [
        *ticket("0000001", {}, {"reassignment_count": 1, "ident_state": "Active"}),
        *ticket("0000002", {}, {"assignment_group": "57", "caller_id": "8"}),
        *ticket("0000003", {}, {"reopen_count": 1}),
        *ticket("0000004", {"ident_state": "Resolved"}, {"ident_state": "Active"}),
        *ticket("0000005", {"reassignment_count": 0}, {"reassignment_count": 2, "assignment_group": "9"}),
    ]

    one = bring(write(tmp_path, lines))

    figures = queries.run(one.pk).figures
    assert (figures["transfers"], figures["reopenings"]) == (3, 1)
    assert figures["transfers_not_seen"] == 2
    assert figures["transfers_not_counted"] == 1
    assert figures["reopenings_not_seen"] == 1
    assert figures["reopenings_not_counted"] == 1
    assert acts("0000005").count("transferred") == 2


def test_a_line_that_says_something_strange_is_named_with_its_field_and_value(tmp_path: Path) -> None:
    lines = [
        *ticket("0000001", {"ident_state": "Sleeping"}),
        *ticket("0000002", {"reassignment_count": "many"}),
        *ticket("0000003", {"made_sla": "perhaps"}),
        *AMINAS,
    ]

    one = bring(write(tmp_path, lines))

    run = queries.run(one.pk)
    assert run.faults == [
        ["0000001", "state", "Sleeping"],
        ["0000002", "reassignments", "many"],
        ["0000003", "in_time", "perhaps"],
    ]
    assert (run.figures["cases"], run.figures["cases_not_told"]) == (1, 3)


def test_a_case_of_nobody_in_particular_is_a_case_too(tmp_path: Path) -> None:
    one = bring(
        write(tmp_path, [*ticket("0000004", {"caller_id": "?"}), *ticket("0000005", {"caller_id": "?"})])
    )

    assert queries.run(one.pk).figures["nobody_named"] == 2
    assert case("0000004").identifier_id != case("0000005").identifier_id, "they are not taken for one person"


def test_a_moment_that_is_none_is_among_the_rejects(tmp_path: Path) -> None:
    one = bring(write(tmp_path, [*AMINAS, line(number="0000009", opened_at="31/2/2016 01:00")]))

    assert one.rejected == 1
    assert Case.objects.count() == 1


def test_an_import_is_taken_back_with_its_cases(tmp_path: Path) -> None:
    clocks.add_policy(
        clocks.Description(name="All", aims={"resolution": Aim(timedelta(hours=3), timedelta())}),
        by=Operator(),
        at=NOW,
    )
    one = bring(write(tmp_path, [*AMINAS, *ticket("0000046", {"ident_state": "Active", "caller_id": "9"})]))

    whole.take_back(one.pk, by=Operator(), at=NOW)

    for left in (Case, CaseEvent, Clock, ClockEvent, History, HistoryQueue, Interaction, Identifier):
        assert not left.objects.exists(), left
    assert not Queue.objects.filter(name__startswith="Incidents").exists()
    again = bring(write(tmp_path, AMINAS))
    assert queries.run(again.pk).figures["cases"] == 1


def test_taking_a_later_file_back_tells_the_case_as_it_was(tmp_path: Path) -> None:
    bring(write(tmp_path, AMINAS[:4]))
    before = acts("0000045")
    later = bring(write(tmp_path, AMINAS[4:], "later.csv"))
    assert acts("0000045") != before

    whole.take_back(later.pk, by=Operator(), at=NOW)

    assert acts("0000045") == before
    assert case("0000045").closed_at == datetime(2016, 2, 29, 5, 0, tzinfo=UTC)


def test_a_case_that_somebody_worked_on_here_is_left_alone(tmp_path: Path) -> None:
    bring(write(tmp_path, AMINAS[:4]))
    desk.reopen(case("0000045").pk, by=Operator(), at=NOW)

    later = bring(write(tmp_path, AMINAS[4:], "later.csv"))

    assert case("0000045").kind == "ours"
    assert queries.run(later.pk).figures["cases_left_alone"] == 1


def test_a_run_that_died_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [text for number in range(40) for text in ticket(f"{number:07}", {}, {"ident_state": "Resolved"})]
    path = write(tmp_path, lines)
    monkeypatch.setattr("rapport.service.histories.commands.bringing.AT_ONCE", 7)
    stops = iter([False, False, True])

    from rapport.interactions.ingestion import commands
    from rapport.service.histories import commands as histories

    begun = commands.begin([path], "servicenow_incidents", by=Operator(), at=NOW)
    commands.run(begun.pk, watch=commands.Watch(clock=lambda: NOW), token="test", by=Operator())
    with pytest.raises(histories.StoppedEarly):
        histories.bring_in(
            begun.pk, begun.mapping, by=Operator(), clock=lambda: NOW, should_stop=lambda: next(stops)
        )
    assert Case.objects.count() == 21

    whole.run(begun.pk, watch=commands.Watch(clock=lambda: NOW), by=Operator())

    assert Case.objects.count() == 40
    assert queries.run(begun.pk).figures["cases"] == 40
