"""A receiver that hangs keeps nobody waiting but itself; a courier that is killed loses nothing (F19, R3, R5)."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.running import RunningServer, Shop
from tests.webhooks.conftest import Record, SetUp
from tests.webhooks.receiving import Receiver

from rapport.interactions.webhooks import tasks
from rapport.interactions.webhooks.models import Delivery, Webhook


def send_until(courier: tasks.Courier, receivers: list[Receiver], count: int, seconds: float) -> float:
    """How long it took until each of these receivers had so many messages."""
    began = time.monotonic()
    while min(len(receiver.bodies) for receiver in receivers) < count:
        assert time.monotonic() - began < seconds, [len(receiver.bodies) for receiver in receivers]
        if not courier.turn():
            time.sleep(0.005)
    return time.monotonic() - began


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_hangs_keeps_nobody_else_waiting(
    record: Record, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_END_SECONDS", 0.3)
    with Receiver(hangs=True) as stuck, Receiver() as warehouse:
        set_up(stuck)
        set_up(warehouse)
        record(*["purchase"] * 30)
        tasks.put_out()
        courier = tasks.Courier()

        assert send_until(courier, [warehouse], 30, 10) < 10
        assert len(stuck.bodies) <= 2
        courier.stop()
        began = time.monotonic()
        courier.run()
        assert time.monotonic() - began < 5, (
            "a receiver that hangs must not hold up the end of the worker either"
        )
    assert Delivery.objects.filter(sent_at__isnull=False).count() == 30


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_is_left_alone_for_a_while(record: Record, set_up: SetUp) -> None:
    with Receiver(lambda _n: (503, "")) as warehouse:
        set_up(warehouse)
        record(*["purchase"] * 50)
        tasks.put_out()
        tasks.Courier().run_until_idle()

    assert len(warehouse.bodies) <= 7
    assert Webhook.objects.get().rests_until is not None


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_many_receivers_that_hang_keep_nobody_else_waiting(record: Record, set_up: SetUp) -> None:
    with ExitStack() as opened:
        stuck = [opened.enter_context(Receiver(hangs=True)) for _ in range(40)]
        well = [opened.enter_context(Receiver()) for _ in range(5)]
        for receiver in stuck + well:
            set_up(receiver)
        record(*["purchase"] * 200)
        tasks.put_out()
        courier = tasks.Courier()
        send_until(courier, well, 200, 180)
        courier.stop()
    courier.run()
    assert all(set(receiver.counts.values()) == {1} for receiver in well)


class Office:
    """A server without a worker, and workers that are started, killed and started again beside it."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.shop = Shop(server, server.key(name="web shop"), "web shop")

    def set_up(self, receiver: Receiver) -> None:
        command = [sys.executable, "-m", "tests.webhooks.setting_up", receiver.address]
        environment = self.server.environment | {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        subprocess.run(command, env=environment, check=True)

    def happen(self, count: int) -> None:
        for _ in range(count):
            self.shop.batch(
                {"type": "track", "event": "Clicked", "userId": "amina", "messageId": uuid.uuid4().hex}
            )

    def worker(self, crash_at: str = "") -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "rapport.cli.main", "worker"]
        return subprocess.Popen(command, env=self.server.environment | {"RAPPORT_CRASH_AT": crash_at})

    def end_leases(self) -> None:
        """As if a minute had passed."""
        connection = self.server.connect()
        connection.execute(
            "UPDATE interactions_delivery SET leased_until = '2020-01-01 00:00:00+00' "
            "WHERE leased_until IS NOT NULL"
        )
        connection.commit()
        connection.close()

    def waits(self) -> int:
        return int(
            self.server.rows("SELECT count(*) FROM interactions_delivery WHERE due_at IS NOT NULL")[0][0]
        )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    server = RunningServer(tmp_path / "office").start()
    opened = Office(server)
    yield opened
    opened.shop.client.close()
    server.stop()
    server.remove_database()


def test_a_courier_killed_between_sending_and_writing_it_down_sends_again_under_the_same_id(
    office: Office,
) -> None:
    with Receiver() as warehouse:
        office.set_up(warehouse)
        office.happen(5)
        killed = office.worker(crash_at="webhooks.after_send")
        assert killed.wait(60) == -9
        in_doubt = len(warehouse.bodies)
        assert 1 <= in_doubt <= 2

        office.end_leases()
        worker = office.worker()
        deadline = time.monotonic() + 60
        while len(warehouse.counts) < 5 or office.waits():
            assert time.monotonic() < deadline, warehouse.counts
            time.sleep(0.1)
        worker.terminate()
        assert worker.wait(60) == 0

    twice = [number for number in warehouse.counts.values() if number > 1]
    counted = office.server.rows("SELECT sum(unknowns) FROM interactions_delivery")[0][0]
    assert len(warehouse.counts) == 5
    assert set(twice) <= {2}
    assert len(twice) <= in_doubt
    assert in_doubt <= counted <= 2
