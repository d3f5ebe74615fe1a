"""Every shipped mapping on the whole real file, against a count made here with nothing but the csv module."""

import csv
import gzip
import io
import tarfile
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, Sum
from tests.imports.conftest import take_in

from rapport.customers.directory import queries as directory
from rapport.customers.directory.models import Identifier, Spend, Trait
from rapport.interactions.log import queries as log
from rapport.interactions.log.models import Interaction
from rapport.staff.roles.rules import EVERYTHING

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.shared_data]


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def minor(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value(ROUND_HALF_EVEN))


def by_kind(currency: str) -> dict[str, tuple[int, int]]:
    found = (
        Interaction.objects.filter(currency=currency)
        .values_list("kind")
        .annotate(Count("id"), Sum("amount_minor"))
    )
    return {kind: (count, total) for kind, count, total in found}


def test_online_retail(shared_data: Path) -> None:
    file = shared_data / "purchases/online_retail_2010-12_to_2011-08.csv.gz"
    rows = rows_of(file)
    invoices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        invoices[row["InvoiceNo"]].append(row)
    money = {
        number: minor(sum((Decimal(r["Quantity"]) * Decimal(r["UnitPrice"]) for r in lines), Decimal(0)))
        for number, lines in invoices.items()
    }
    kinds = {"C": "refund", "A": "payment"}
    kind_of = {number: kinds.get(number[0], "purchase") for number in invoices}
    customers = {row["CustomerID"] for row in rows} - {""}

    one = take_in("online_retail", file)

    assert (one.rows, one.interactions, one.customers, one.rejected) == (
        len(rows), len(invoices), len(customers), 0,
    )  # fmt: skip
    assert log.count(reach=EVERYTHING) == len(invoices)
    assert directory.count() == len(customers)
    for kind, (count, total) in by_kind("GBP").items():
        mine = [number for number in invoices if kind_of[number] == kind]
        assert (count, total) == (len(mine), sum(money[number] for number in mine)), kind
    stored = {i.message_id.partition(":")[2]: i for i in Interaction.objects.all()}
    for number, lines in invoices.items():
        assert stored[number].amount_minor == money[number]
        assert len(stored[number].properties["lines"]) == len(lines)
    _check_spent(invoices, money, kind_of)

    again = take_in("online_retail", file)
    assert (again.interactions, again.already_known) == (0, len(invoices))


def _check_spent(
    invoices: dict[str, list[dict[str, str]]], money: dict[str, int], kind_of: dict[str, str]
) -> None:
    spent: Counter[str] = Counter()
    for number, lines in invoices.items():
        if lines[0]["CustomerID"] and kind_of[number] != "payment":
            spent[lines[0]["CustomerID"].removesuffix(".0")] += money[number]
    known = dict(Spend.objects.values_list("identifier__value", "spent_minor"))
    assert known == dict(spent)


def test_cdnow(shared_data: Path) -> None:
    file = shared_data / "purchases/cdnow_sample.txt.gz"
    lines = [line.split() for line in gzip.decompress(file.read_bytes()).decode().splitlines()]

    one = take_in("cdnow", file)

    assert (one.rows, one.interactions, one.customers) == (6_919, 6_919, 2_357)  # the published sample
    assert one.rows == len(lines)
    assert directory.count() == len({line[0] for line in lines})
    assert by_kind("USD")["purchase"][1] == sum(minor(Decimal(line[4])) for line in lines)
    first = Interaction.objects.order_by("occurred_at").first()
    assert first is not None
    assert first.occurred_at.astimezone(ZoneInfo("America/New_York")).date().isoformat() == "1997-01-01"


def olist_tables(path: Path) -> dict[str, list[dict[str, str]]]:
    tables = {}
    with tarfile.open(path) as archive:
        for member in archive:
            packed = archive.extractfile(member)
            assert packed is not None
            text = io.TextIOWrapper(gzip.GzipFile(fileobj=packed), encoding="utf-8", newline="")
            tables[member.name.removeprefix("olist_").removesuffix("_dataset.csv.gz")] = list(
                csv.DictReader(text)
            )
    return tables


def test_olist(shared_data: Path) -> None:
    file = shared_data / "purchases/olist_sample.tar.gz"
    tables = olist_tables(file)
    orders, items, payments = tables["orders"], tables["order_items"], tables["order_payments"]
    delivered = [order for order in orders if order["order_delivered_customer_date"]]
    on_time = sum(
        o["order_delivered_customer_date"][:10] <= o["order_estimated_delivery_date"][:10] for o in delivered
    )

    one = take_in("olist", file)

    assert one.rows == sum(map(len, tables.values()))
    assert one.rejected == 0
    assert one.customers == directory.count() == len({c["customer_unique_id"] for c in tables["customers"]})
    counts = dict(Interaction.objects.values_list("kind").annotate(Count("id")))
    assert counts == {
        "purchase": len(orders),
        "delivery": len(delivered),
        "payment": len(payments),
        "review": len(tables["order_reviews"]),
    }
    money = by_kind("BRL")
    assert money["purchase"][1] == sum(
        minor(Decimal(i["price"]) + Decimal(i["freight_value"])) for i in items
    )
    assert money["payment"][1] == sum(minor(Decimal(p["payment_value"])) for p in payments)
    kept = Interaction.objects.filter(kind="delivery")
    assert sum(delivery.properties["in_time"] for delivery in kept) == on_time
    scores = Interaction.objects.filter(kind="review")
    assert sum(r.properties["score"] for r in scores) == sum(
        int(r["review_score"]) for r in tables["order_reviews"]
    )


def test_olist_comes_as_single_files_too(shared_data: Path, tmp_path: Path) -> None:
    with tarfile.open(shared_data / "purchases/olist_sample.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    one = take_in("olist", *sorted(tmp_path.glob("*.csv.gz"), reverse=True))
    assert (one.rows, one.rejected, one.interactions) == (48_854, 0, 30_454)


def test_servicenow_incidents(shared_data: Path) -> None:
    file = shared_data / "service/incident_event_log_first5000.csv.gz"
    rows = rows_of(file)
    callers = {row["caller_id"] for row in rows} - {"?"}
    tickets: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        tickets[row["number"]].append(row)

    one = take_in("servicenow_incidents", file)

    assert (one.rows, one.interactions, one.customers, one.rejected) == (
        len(rows),
        len(rows),
        len(callers),
        0,
    )
    counts = dict(Interaction.objects.values_list("kind").annotate(Count("id")))
    assert counts["case_opened"] == len(tickets)
    assert counts["case_closed"] == sum(times_closed(ticket) for ticket in tickets.values())
    reopened = sum(max(int(r["reopen_count"]) for r in t) > 0 for t in tickets.values())
    assert (
        reopened
        <= counts["case_reopened"]
        <= sum(max(int(r["reopen_count"]) for r in t) for t in tickets.values())
    )
    missed = sum(row["made_sla"] == "false" for row in rows)
    assert sum(not i.properties["in_time"] for i in Interaction.objects.all()) == missed
    opened = Interaction.objects.filter(kind="case_opened").order_by("message_id").first()
    assert opened is not None
    assert opened.occurred_at == datetime(2016, 2, 29, 1, 16, tzinfo=ZoneInfo("UTC"))


def times_closed(ticket: list[dict[str, str]]) -> int:
    states = [row["ident_state"] for row in ticket]
    return sum(now == "Closed" != before for before, now in zip(["", *states], states, strict=False))


def test_telco(shared_data: Path) -> None:
    file = shared_data / "churn/telco.csv.gz"
    rows = rows_of(file)

    one = take_in("telco", file)

    assert (one.rows, one.interactions, one.customers, one.rejected) == (len(rows), 0, len(rows), 0)
    assert directory.count() == len(rows)
    assert log.count(reach=EVERYTHING) == 0
    amina = Identifier.objects.get(value="7590-VHVEG")
    assert dict(Trait.objects.filter(identifier=amina).values_list("name", "value"))["months_with_us"] == 1
    assert Trait.objects.filter(name="has_left", value=True).count() == sum(
        row["Churn"] == "Yes" for row in rows
    )
    again = take_in("telco", file)
    assert (again.interactions, again.already_known) == (0, len(rows))
