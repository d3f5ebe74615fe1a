"""Webhooks on their pages: set up, tested, looked after, removed, by an administrator."""

import html
import re
from datetime import UTC, datetime

import pytest
from tests.web.conftest import Signing, house, signed_in_as
from tests.webhooks.receiving import Receiver

from rapport.interactions.webhooks import commands, queries, tasks
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.staff.roles.rules import Operator

__all__ = ["house", "signed_in_as"]
pytestmark = pytest.mark.django_db(transaction=True)
BASE = "/settings/webhooks/"


def test_an_administrator_sets_a_webhook_up_and_sees_its_secret_once(signed_in_as: Signing) -> None:
    ada = signed_in_as("admin")
    with Receiver() as warehouse:
        asked = {
            "description": "The warehouse",
            "address": warehouse.address,
            "kinds": ["purchase", "refund"],
        }
        answer = ada.post(f"{BASE}new/", asked)
        found = re.search(r"whsec_[A-Za-z0-9+/=]+", html.unescape(answer.content.decode()))
        assert found is not None
        assert answer.headers["Cache-Control"] == "no-store"

        webhook = Webhook.objects.get()
        ada.post(f"{BASE}{webhook.pk}/test/")
        tasks.Courier().run_until_idle()
        assert warehouse.verified(found[0])["type"] == "webhook.test"

    page = ada.get(f"{BASE}{webhook.pk}/").content.decode()
    assert webhook.kinds == ["purchase", "refund"]
    assert "whsec_" not in page
    assert "thank you" in page
    assert "The warehouse" in ada.get(BASE).content.decode()


@pytest.mark.parametrize(
    ("address", "why"),
    [("https://10.0.0.1/", "private network"), ("http://example.com/", "Only https"), ("", "required")],
)
def test_an_address_that_is_not_sent_to_is_refused_at_its_field(
    signed_in_as: Signing,
    address: str,
    why: str,
) -> None:
    answer = signed_in_as("admin").post(f"{BASE}new/", {"description": "x", "address": address})

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Webhook.objects.exists()


def test_a_webhook_is_changed_renewed_switched_and_removed(signed_in_as: Signing) -> None:
    ada = signed_in_as("admin")
    with Receiver() as warehouse:
        description = commands.Description(warehouse.address, "Old")
        webhook, _secret = commands.add(description, by=Operator(), at=datetime.now(UTC))
        own = f"{BASE}{webhook.pk}/"
        assert ada.post(own, {"description": "New", "address": warehouse.address}).status_code == 302

    assert "whsec_" in ada.post(f"{own}secret/").content.decode()
    assert ada.post(f"{own}closure/").status_code == 302
    assert "Switched off by hand" in ada.get(own).content.decode()
    assert ada.post(f"{own}test/").status_code == 409
    assert ada.post(f"{own}opening/").status_code == 302
    assert queries.webhook(webhook.pk).description == "New"
    assert ada.post(f"{own}removal/").status_code == 302
    assert ada.get(own).status_code == 404


def test_many_messages_are_read_page_by_page_at_a_fixed_price(
    signed_in_as: Signing,
    django_assert_max_num_queries: object,
) -> None:
    ada = signed_in_as("admin")
    with Receiver() as warehouse:
        description = commands.Description(warehouse.address, "The warehouse")
        webhook, _secret = commands.add(description, by=Operator(), at=datetime.now(UTC))
        for _ in range(120):
            commands.send_test(webhook.pk, by=Operator(), at=datetime.now(UTC))
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        first = ada.get(f"{BASE}{webhook.pk}/").content.decode()
    older = re.search(r"\?before=(\d+)", first)
    assert older is not None
    second = ada.get(f"{BASE}{webhook.pk}/?before={older[1]}").content.decode()

    assert first.count('<th scope="row">') == second.count('<th scope="row">') == 50
    assert Delivery.objects.count() == 120
    for odd in ("x", "-1", "9" * 30, "²", "1.5"):
        assert ada.get(f"{BASE}{webhook.pk}/?before={odd}").status_code == 200


def test_today_says_that_a_webhook_was_switched_off(signed_in_as: Signing) -> None:
    with Receiver() as warehouse:
        description = commands.Description(warehouse.address, "the warehouse")
        webhook, _secret = commands.add(description, by=Operator(), at=datetime.now(UTC))
    webhook.disable("failing", datetime.now(UTC))

    assert "The webhook for the warehouse was switched off" in signed_in_as("admin").get("/").content.decode()
    assert "webhook" not in signed_in_as("agent").get("/").content.decode()
