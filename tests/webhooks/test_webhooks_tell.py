"""A webhook hears of what it wants to hear, once, signed, with no more of a person than it was given."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import WebhookVerificationError
from tests.webhooks.conftest import Record, SetUp
from tests.webhooks.receiving import Receiver

from rapport.interactions.log.models import Interaction
from rapport.interactions.webhooks import commands, queries, rules, tasks
from rapport.interactions.webhooks.models import Delivery, Webhook
from rapport.kernel.addresses import TargetNotAllowed
from rapport.kernel.refusals import NotAllowed
from rapport.staff.audit import queries as audit
from rapport.staff.roles.queries import reach
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db(transaction=True)
BY = Operator()


def send_all() -> None:
    tasks.put_out()
    tasks.Courier().run_until_idle()


def make_due() -> None:
    """As if the pause before the next try were over."""
    Delivery.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))
    Webhook.objects.update(rests_until=None)


def test_what_happens_is_told_once_and_signed(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        _webhook, secret = set_up(warehouse)
        record("purchase", amount_minor=1999, currency="EUR")
        send_all()
        send_all()

        told = warehouse.verified(secret)

    assert len(warehouse.bodies) == 1
    assert told["type"] == "interaction.recorded"
    assert told["data"]["kind"] == "purchase"
    assert told["data"]["amount_minor"] == 1999
    assert told["data"]["source"] == "web shop"
    assert told["data"]["customer"]


def test_nothing_of_a_person_is_told_unless_it_was_asked_for(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        set_up(warehouse)
        record("message")
        send_all()

    said = warehouse.bodies[0].decode()
    assert "amina" not in said
    assert "bicycle" not in said
    assert "About my order" not in said


def test_a_webhook_that_is_to_know_learns_who_it_was_and_what_was_said(record: Record, set_up: SetUp) -> None:
    with Receiver() as helpdesk:
        set_up(helpdesk, with_content=True)
        record("message")
        send_all()

    data = json.loads(helpdesk.bodies[0])["data"]
    assert data["identifier"] == {"kind": "email", "value": "amina@example.com"}
    assert data["text"] == "Where is the blue bicycle?"


def test_only_the_kinds_and_sources_that_were_chosen_are_told(record: Record, set_up: SetUp) -> None:
    record("visit", source="till")
    till = next(number for number, name in queries.sources() if name == "till")
    with Receiver() as warehouse:
        set_up(warehouse, kinds=("purchase",), source_ids=(till,))
        record("purchase", "visit")
        record("purchase", "visit", source="till")
        send_all()

    assert [json.loads(body)["data"]["message_id"] for body in warehouse.bodies] == ["m4"]


def test_what_happened_before_is_not_told(record: Record, set_up: SetUp) -> None:
    record("purchase")
    with Receiver() as warehouse:
        set_up(warehouse)
        send_all()

    assert warehouse.bodies == []


def test_a_failed_message_is_tried_again_under_the_same_id(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda n: (500, "not now") if n < 2 else (204, "")) as warehouse:
        webhook, secret = set_up(warehouse)
        record("purchase")
        send_all()
        waiting = Delivery.objects.get()
        assert waiting.due_at is not None
        assert (waiting.status, waiting.answer) == (500, "not now")
        assert timedelta(seconds=3) < waiting.due_at - datetime.now(UTC) < timedelta(seconds=6)
        for _ in range(2):
            make_due()
            send_all()
        warehouse.verified(secret)

    assert list(warehouse.counts.values()) == [3]
    assert queries.numbers(webhook.pk) == queries.Numbers(waiting=0, sent=1, given_up=0, unknown=0)
    assert queries.webhook(webhook.pk).failures == 0


def test_after_the_last_try_a_message_is_given_up(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda _n: (500, "never")) as warehouse:
        webhook, _secret = set_up(warehouse)
        record("purchase")
        tasks.put_out()
        for _ in range(rules.MOST_ATTEMPTS + 2):
            make_due()
            send_all()

    assert len(warehouse.bodies) == rules.MOST_ATTEMPTS == 10
    assert queries.numbers(webhook.pk).given_up == 1


def test_the_pauses_are_those_that_receivers_know() -> None:
    pauses = [rules.pause(attempt, 0.5) for attempt in range(1, 11)]
    hours = [pause.total_seconds() / 3600 for pause in pauses[3:9] if pause]
    assert pauses[:3] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert hours == [2, 5, 10, 14, 20, 24]
    assert pauses[9] is None


def test_a_receiver_that_is_gone_for_good_is_switched_off(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda _n: (410, "we moved")) as warehouse:
        webhook, _secret = set_up(warehouse)
        record("purchase")
        send_all()
        record("purchase")
        send_all()

    assert len(warehouse.bodies) == 1
    assert [one.disabled_why for one in queries.switched_off()] == ["gone"]
    assert queries.webhook(webhook.pk).disabled_at is not None


def test_a_webhook_that_failed_for_days_is_switched_off(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda _n: (500, "")) as warehouse:
        webhook, _secret = set_up(warehouse)
        record("purchase")
        send_all()
        Webhook.objects.update(failing_since=datetime.now(UTC) - rules.GIVEN_UP_AFTER)
        make_due()
        send_all()

    assert queries.webhook(webhook.pk).disabled_why == "failing"


def test_while_a_secret_is_renewed_messages_carry_both_signatures(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        webhook, old = set_up(warehouse)
        new = commands.renew_secret(webhook.pk, by=BY, at=datetime.now(UTC))
        record("purchase")
        send_all()
        assert warehouse.verified(old) == warehouse.verified(new)

        Webhook.objects.update(old_secret_until=datetime.now(UTC) - timedelta(seconds=1))
        record("purchase")
        send_all()
        warehouse.verified(new)
        with pytest.raises(WebhookVerificationError):
            warehouse.verified(old)


def test_a_secret_is_kept_sealed_and_shown_nowhere(set_up: SetUp) -> None:
    with Receiver() as warehouse:
        webhook, secret = set_up(warehouse)

    kept = Webhook.objects.values().get()
    assert secret not in str(kept)
    assert secret not in str([entry.detail for entry in audit.newest(reach=reach(BY))[0]])
    assert webhook.secret.startswith("sealed")


def test_of_what_was_erased_meanwhile_nothing_is_told(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        webhook, _secret = set_up(warehouse)
        record("purchase")
        tasks.put_out()
        Interaction.objects.all().delete()
        send_all()

    assert warehouse.bodies == []
    assert queries.numbers(webhook.pk).given_up == 1


def test_a_message_is_sent_again_by_hand_under_its_old_id(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        webhook, _secret = set_up(warehouse)
        record("purchase")
        send_all()
        commands.send_again(webhook.pk, Delivery.objects.get().pk, by=BY, at=datetime.now(UTC))
        send_all()

    assert list(warehouse.counts.values()) == [2]


def test_a_test_says_that_it_is_one(set_up: SetUp) -> None:
    with Receiver() as warehouse:
        webhook, secret = set_up(warehouse)
        commands.send_test(webhook.pk, by=BY, at=datetime.now(UTC))
        send_all()
        assert warehouse.verified(secret)["type"] == "webhook.test"


def test_a_webhook_switched_off_hears_nothing_of_what_happens_meanwhile(
    record: Record, set_up: SetUp
) -> None:
    with Receiver() as warehouse:
        webhook, _secret = set_up(warehouse)
        commands.disable(webhook.pk, by=BY, at=datetime.now(UTC))
        record("purchase")
        send_all()
        with pytest.raises(commands.WebhookOff):
            commands.send_test(webhook.pk, by=BY, at=datetime.now(UTC))
        record("visit")
        commands.enable(webhook.pk, by=BY, at=datetime.now(UTC))
        record("login")
        send_all()

    assert [json.loads(body)["data"]["kind"] for body in warehouse.bodies] == ["login"]


def test_a_program_that_answers_each_message_with_an_interaction_is_found_to_loop(
    record: Record, set_up: SetUp
) -> None:
    with Receiver() as echo:
        webhook, _secret = set_up(echo)
        record("message")
        for _ in range(8):
            send_all()
            record("message", properties=json.dumps({rules.CAUSE: echo.headers[-1]["webhook-id"]}))

    assert len(echo.bodies) == rules.MOST_DEPTH + 1
    assert queries.webhook(webhook.pk).disabled_why == "loop"


def test_a_webhook_that_is_told_too_much_is_switched_off(
    record: Record, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 5)
    with Receiver() as warehouse:
        webhook, _secret = set_up(warehouse)
        record(*["visit"] * 6)
        tasks.put_out()

    assert queries.webhook(webhook.pk).disabled_why == "too_much"


def test_an_answer_is_shown_as_short_plain_text(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda _n: (500, "\x1b[31m<b>secret of the intranet</b>\n" + "x" * 5000)) as warehouse:
        set_up(warehouse)
        record("purchase")
        send_all()

    answer = Delivery.objects.get().answer
    assert len(answer) <= rules.MOST_SHOWN
    assert answer.isprintable()


@pytest.mark.parametrize(
    "address", ["https://10.0.0.1/", "http://93.184.215.14/", "ftp://127.0.0.1/", "127.0.0.1", ""]
)
def test_an_address_of_our_own_network_is_refused_when_it_is_written_down(db: None, address: str) -> None:  # noqa: ARG001
    with pytest.raises(TargetNotAllowed):
        commands.add(commands.Description(address, "x"), by=BY, at=datetime.now(UTC))


def test_an_address_that_leads_home_by_now_is_refused_when_it_is_sent_to(
    record: Record, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as warehouse:
        set_up(warehouse)
        record("purchase")
        monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "")
        send_all()

    assert warehouse.bodies == []
    assert Delivery.objects.get().status is None


def test_messages_of_long_ago_are_forgotten(record: Record, set_up: SetUp) -> None:
    with Receiver() as warehouse:
        set_up(warehouse)
        record("purchase")
        send_all()
        record("purchase")
        tasks.put_out()
        Delivery.objects.update(made_at=datetime.now(UTC) - timedelta(days=31))

    assert commands.prune(at=datetime.now(UTC)) == 1
    assert Delivery.objects.get().due_at is not None


def test_only_who_may_edit_webhooks_does(set_up: SetUp) -> None:
    class Viewer:
        role = "viewer"
        audit_name = "Vera"

    with Receiver() as warehouse:
        webhook, _secret = set_up(warehouse)
    now, vera = datetime.now(UTC), Viewer()
    told = commands.Description(warehouse.address, "x")
    for act in (
        lambda: commands.add(told, by=vera, at=now),
        lambda: commands.change(webhook.pk, told, by=vera, at=now),
        lambda: commands.remove(webhook.pk, by=vera, at=now),
        lambda: commands.renew_secret(webhook.pk, by=vera, at=now),
        lambda: commands.send_test(webhook.pk, by=vera, at=now),
        lambda: commands.send_again(webhook.pk, 1, by=vera, at=now),
        lambda: commands.disable(webhook.pk, by=vera, at=now),
        lambda: commands.enable(webhook.pk, by=vera, at=now),
    ):
        with pytest.raises(NotAllowed):
            act()
