"""What an import makes of a small file."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.imports.conftest import HEAD, ORDERS, take_in

from rapport.customers.directory.models import Identifier, Trait
from rapport.interactions.ingestion import queries
from rapport.interactions.log.models import Interaction

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def rejects(import_id: int) -> list[str]:
    return queries.rejects_path(import_id).read_text().splitlines()[1:]


def test_scattered_lines_of_an_order_are_one_purchase(write: Write, shop: str) -> None:
    one = take_in(shop, write("orders.csv", ORDERS))

    assert (one.rows, one.interactions, one.customers, one.rejected) == (5, 3, 2, 0)
    order = Interaction.objects.get(message_id="order:1")
    assert order.kind == "purchase"
    assert order.occurred_at == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert [line["article"] for line in json_of(order)["lines"]] == ["cup", "plate", "cup"]


def test_identical_lines_count_twice_and_money_is_rounded_once(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", ORDERS))
    order = Interaction.objects.get(message_id="order:1")
    assert (order.amount_minor, order.currency) == (934, "GBP")  # 2 x 2.67 + 4.00, not 2 x 2 x 1.34


def test_a_time_without_zone_is_the_shops_own(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", ORDERS))
    spoon = Interaction.objects.get(message_id="order:3")
    assert spoon.occurred_at == datetime(2026, 7, 6, 8, 30, tzinfo=UTC)


def test_an_order_of_nobody_is_taken_without_a_customer(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", ORDERS))
    assert Interaction.objects.get(message_id="order:3").identifier_id is None


def test_amina_is_known_by_account_and_mail_with_her_traits(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", ORDERS))
    account, mail = (
        Identifier.objects.filter(value__in=["amina", "amina@example.org"]).order_by("kind").reverse()
    )
    assert account.customer_id == mail.customer_id
    assert dict(Trait.objects.filter(identifier=account).values_list("name", "value"))["city"] == "Leeds"


def test_a_second_run_adds_nothing(write: Write, shop: str) -> None:
    file = write("orders.csv", ORDERS)
    take_in(shop, file)
    again = take_in(shop, file)
    assert (again.interactions, again.already_known, again.rows) == (0, 3, 5)
    assert Interaction.objects.count() == 3


def test_an_order_with_a_bad_line_is_rejected_whole_and_comes_in_once_mended(write: Write, shop: str) -> None:
    bad = ORDERS.replace("1,plate,1,4.00", "1,plate,one,4.00")
    one = take_in(shop, write("orders.csv", bad))

    assert (one.interactions, one.rejected) == (2, 3)
    assert [line.split(",")[1] for line in rejects(one.pk)] == ["2", "4", "6"]
    assert all("'one' is not an amount" in line for line in rejects(one.pk))
    assert take_in(shop, write("mended.csv", ORDERS)).interactions == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("9,cup,1,2.00,soon,amina,,,", "'soon' is not a moment such as 2026-03-02 14:05"),
        ("9,cup,1,2.00,1870-01-01,amina,,,", "before 1900"),
        ("9,cup,1,,2026-01-01,amina,,,\n9,jug,1,2,2026-01-01,amina,,,", "nothing in quantity or price"),
        ("9,cup,1e999999,2,2026-01-01,amina,,,", "is not an amount"),
        ("9,cup,NaN,2,2026-01-01,amina,,,", "is not an amount"),
        ("9,cup,1,2", "has 4 columns, not 9"),
        (",cup,1,2,2026-01-01,amina,,,", "nothing in order"),
        ("9,cup,999999999999999999,9999999,2026-01-01,amina,,,", "is not a possible amount"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(write: Write, shop: str, line: str, reason: str) -> None:
    one = take_in(shop, write("orders.csv", HEAD + line + "\n"))
    assert one.interactions == 0
    assert one.rejected == one.rows == len(rejects(one.pk)) > 0
    assert reason in rejects(one.pk)[0]


def test_a_date_to_come_is_taken_with_a_warning(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", HEAD + "9,cup,1,2,2099-01-01,amina,,,\n"))
    assert Interaction.objects.get().warning == "dated in the future"


def test_a_placeholder_identifies_nobody(write: Write, shop: str) -> None:
    take_in(shop, write("orders.csv", HEAD + "9,cup,1,2,2026-01-01,null,,,\n"))
    order = Interaction.objects.get()
    assert order.identifier_id is None
    assert "customer 'null' cannot identify anybody" in order.warning


def test_every_line_is_taken_or_rejected(write: Write, shop: str) -> None:
    text = ORDERS + '4,"never closed,1,2,2026-01-01,amina,,,\n5,cup,1,2,2026-01-01,ben,,,\n\n6,cup\n'
    one = take_in(shop, write("orders.csv", text))
    assert one.rows == 8
    assert one.rejected == 2
    taken = sum(len(json_of(order)["lines"]) for order in Interaction.objects.all())
    assert taken + one.rejected == one.rows


def json_of(order: Interaction) -> dict:
    return order.properties if isinstance(order.properties, dict) else json.loads(order.properties)


def test_an_order_known_with_other_lines_is_rejected_and_not_lost_in_silence(write: Write, shop: str) -> None:
    take_in(shop, write("first_half.csv", ORDERS))
    rest = HEAD + "1,fork,1,2.00,2026-01-05 10:02:00,amina,,,\n2,jug,1,20,2026-01-06 09:00:00,ben,,,\n"
    two = take_in(shop, write("second_half.csv", rest))

    assert (two.interactions, two.already_known, two.rejected) == (0, 1, 1)
    assert "order:1 is known already, with other words" in rejects(two.pk)[0]
    assert "1,fork" in rejects(two.pk)[0]


def test_an_order_split_over_two_files_of_one_import_is_whole(write: Write, shop: str) -> None:
    lines = ORDERS.splitlines(keepends=True)
    one = take_in(shop, write("a.csv", "".join(lines[:3])), write("b.csv", lines[0] + "".join(lines[3:])))
    assert (one.rows, one.interactions) == (5, 3)
    assert len(json_of(Interaction.objects.get(message_id="order:1"))["lines"]) == 3


def test_a_file_may_come_without_an_optional_column(write: Write, shop: str) -> None:
    text = Path(shop).read_text().replace('city = "city"', 'city = { column = "town", optional = true }')
    one = take_in(str(write("optional.toml", text)), write("orders.csv", ORDERS))
    assert (one.interactions, one.rejected) == (3, 0)
    assert not Trait.objects.filter(name="city").exists()
