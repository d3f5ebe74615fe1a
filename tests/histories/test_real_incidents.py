"""The real log of a service desk: 5,000 tickets, against a count made here with nothing but the csv module."""

import csv
import gzip
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from django.db.models import Count, Q
from tests.histories.incidents import bring

from rapport.service.desk.models import Case, CaseEvent
from rapport.service.histories import queries
from rapport.service.histories.models import History

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shared_data]
MOST_SECONDS = 90


def test_transfers_reopenings_and_verdicts_are_those_of_the_file(shared_data: Path) -> None:
    path = shared_data / "service/incident_event_log_first5000.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    tickets: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        tickets[row["number"]].append(row)
    last = {number: some[-1] for number, some in tickets.items()}
    transfers = {
        number: max(int(row["reassignment_count"]) for row in some) for number, some in tickets.items()
    }
    reopenings = {number: max(int(row["reopen_count"]) for row in some) for number, some in tickets.items()}
    begun = time.perf_counter()

    one = bring(path)

    assert time.perf_counter() - begun < MOST_SECONDS
    assert (one.rows, one.rejected) == (len(rows), 0)
    assert Case.objects.count() == len(tickets)
    told = {history.number: history for history in History.objects.all()}
    assert {number: one.transfers for number, one in told.items()} == transfers
    assert {number: one.reopenings for number, one in told.items()} == reopenings
    assert {number: one.in_time for number, one in told.items()} == {
        number: row["made_sla"] == "true" for number, row in last.items()
    }
    acted = CaseEvent.objects.values("case__history__number").annotate(
        passed_on=Count("id", filter=Q(kind="transferred")), again=Count("id", filter=Q(kind="reopened"))
    )
    assert {row["case__history__number"]: row["passed_on"] for row in acted} == transfers
    assert {row["case__history__number"]: row["again"] for row in acted} == reopenings
    assert all(case.kind == "done" for case in Case.objects.all())
    figures = queries.run(one.pk).figures
    assert figures["transfers"] == sum(transfers.values())
    assert figures["reopenings"] == sum(reopenings.values())
    assert figures["in_time"] == sum(row["made_sla"] == "true" for row in last.values())
    assert figures["transfers_not_seen"] == _unseen(tickets)
    assert figures["nobody_named"] == 1
    for strange in ("cases_not_told", "transfers_not_counted", "reopenings_not_seen", "counts_that_fell"):
        assert not figures.get(strange), strange


def _unseen(tickets: dict[str, list[dict[str, str]]]) -> int:
    """How often the count of transfers rises while the group stays the same."""
    found = Counter[str]()
    for number, some in tickets.items():
        for before, now in pairwise(some):
            more = int(now["reassignment_count"]) - int(before["reassignment_count"])
            moved = now["assignment_group"] != before["assignment_group"]
            found[number] += max(more - moved, 0)
    return found.total()
