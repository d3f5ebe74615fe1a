"""Reports of the desk: counts and lengths from what was done, by hand-made histories whose figures are known."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.desk.shop import MINUTE, answer, asked, colleague
from tests.histories.incidents import bring, ticket, write

from rapport.service.desk import commands as desk
from rapport.service.reports import queries, rules
from rapport.service.reports.queries import Report
from rapport.staff.departments import commands as departments
from rapport.staff.departments.commands import Described
from rapport.staff.roles.rules import EVERYTHING, Reach, System

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def report(end: datetime, days: int = 7, way: str = "queue", reach: Reach = EVERYTHING) -> Report:
    return queries.report(end, timedelta(days=days), way=way, zone=UTC, reach=reach)


def test_what_was_done_is_counted_in_its_time_and_compared_with_the_time_before(noon: datetime) -> None:
    ben = colleague("Ben")
    early = asked(noon - 8 * DAY, sender="early@mail.example")
    desk.close(early.pk, by=ben, at=noon - 2 * DAY)
    desk.reopen(early.pk, by=ben, at=noon - DAY)
    asked(noon - 3 * DAY, sender="late@mail.example")

    found = report(noon)

    assert found.now.counts == {"opened": 1, "settled": 1, "reopened": 1, "transferred": 0}
    assert found.before.counts["opened"] == 1
    assert (found.backlog, found.backlog_before) == (2, 1)


def test_lengths_run_from_the_opening_to_the_first_answer_and_to_the_settling(noon: datetime) -> None:
    ben = colleague("Ben")
    for number in range(1, 6):
        case = asked(noon, sender=f"customer{number}@mail.example")
        desk.reply(case.pk, answer(to=case), by=ben, at=noon + number * 10 * MINUTE)
        desk.close(case.pk, by=ben, at=noon + number * 60 * MINUTE)

    found = report(noon + DAY).now

    first, settled = found.spreads["first_answer"], found.spreads["resolution"]
    assert first is not None
    assert settled is not None
    assert (first.n, first.quarter, first.middle, first.three_quarters) == (5, 1200, 1800, 2400)
    assert first.nine_tenths == pytest.approx(2760)
    assert settled.middle == 3 * 3600


def test_of_a_few_lengths_nothing_is_told(noon: datetime) -> None:
    ben = colleague("Ben")
    case = asked(noon)
    desk.reply(case.pk, answer(to=case), by=ben, at=noon + MINUTE)
    assert report(noon + DAY).now.spreads["first_answer"] is None


def test_a_second_answer_is_not_a_first(noon: datetime) -> None:
    ben = colleague("Ben")
    case = asked(noon - 10 * DAY)
    desk.reply(case.pk, answer(to=case), by=ben, at=noon - 9 * DAY)
    desk.reply(case.pk, answer("And more.", to=case), by=ben, at=noon - DAY)
    facts = [fact.what for fact in queries._facts(noon - 7 * DAY, noon, EVERYTHING)]
    assert "first_answer" not in facts


def test_junk_and_what_others_may_not_see_is_left_out(noon: datetime) -> None:
    ben = colleague("Ben")
    junk = asked(noon - DAY, sender="spam@mail.example")
    desk.mark_junk(junk.pk, by=ben, at=noon - DAY)
    case = asked(noon - DAY)
    case.department = "Retail"
    case.save()

    assert report(noon).now.counts["opened"] == 1
    assert (
        report(noon, reach=Reach(frozenset({"desk.view"}), frozenset({"Garden"}))).now.counts["opened"] == 0
    )


@pytest.mark.parametrize(("way", "keys"), [("hour", ["11"]), ("weekday", ["1"]), ("channel", ["email"])])
def test_a_report_is_parted_as_asked(way: str, keys: list[str], noon: datetime) -> None:
    asked(noon - timedelta(hours=1))
    assert [part.key for part in report(noon, way=way).parts] == keys


def test_what_was_done_counts_for_the_teams_of_who_did_it(noon: datetime) -> None:
    ben, mia = colleague("Ben"), colleague("Mia")
    service = departments.add_department("Service", by=System(), at=noon).pk
    for name, members in (("North", [ben.pk]), ("Night", [ben.pk, mia.pk])):
        departments.add_team(Described(name, service, members), by=System(), at=noon)
    early = asked(noon - DAY, sender="early@mail.example")
    desk.close(early.pk, by=ben, at=noon - DAY / 2)
    asked(noon - DAY, sender="late@mail.example")

    found = {part.key: part.counts for part in report(noon, way="team").parts}

    assert {name: (one["opened"], one["settled"]) for name, one in found.items()} == {
        "": (2, 0),
        "Night": (0, 1),
        "North": (0, 1),
    }


def test_cases_of_another_desk_are_reported_at_their_own_times(tmp_path: Path) -> None:
    lines = [
        text
        for number in range(6)
        for text in ticket(
            f"{number:07}",
            {},
            {"assignment_group": "24", "reassignment_count": 1},
            {"ident_state": "Resolved"},
        )
    ]
    bring(write(tmp_path, lines))

    found = report(datetime(2016, 3, 2, tzinfo=UTC))

    assert found.now.counts == {"opened": 6, "settled": 6, "reopened": 0, "transferred": 6}
    settled = found.now.spreads["resolution"]
    assert settled is not None
    assert settled.middle == timedelta(hours=2, minutes=44).total_seconds()


def test_what_was_open_at_a_past_moment_is_told_though_it_is_settled_now(noon: datetime) -> None:
    ben = colleague("Ben")
    case = asked(noon - 5 * DAY)
    desk.close(case.pk, by=ben, at=noon)
    assert report(noon - DAY).backlog == 1
    assert report(noon + DAY).backlog == 0


def test_a_report_asks_as_often_for_many_cases_as_for_one(noon: datetime) -> None:
    asked(noon - DAY)
    with CaptureQueriesContext(connection) as few:
        report(noon)
    for number in range(10):
        asked(noon - DAY, sender=f"customer{number}@mail.example")
    with CaptureQueriesContext(connection) as many:
        report(noon)
    assert len(many) == len(few) == 16


def test_a_middle_has_moved_when_its_ranges_lie_apart() -> None:
    slow, quick = rules.spread(range(600, 700)), rules.spread(range(100, 200))
    assert rules.has_moved(slow, quick)
    assert not rules.has_moved(slow, rules.spread(range(605, 705)))
    assert rules.has_moved(slow, None) is None
