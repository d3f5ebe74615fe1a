import uuid
from collections.abc import Iterator

import pytest
from tests.running import RunningServer, Shop


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("served")).start()
    yield running
    running.stop()
    running.remove_database()


@pytest.fixture(scope="session")
def shop(server: RunningServer) -> Iterator[Shop]:
    sender = Shop(server, server.key(name="web shop"), "web shop")
    yield sender
    sender.client.close()


@pytest.fixture(scope="session")
def partner(server: RunningServer) -> Iterator[Shop]:
    """A sender with an API key."""
    sender = Shop(server, server.key("api", "partner"), "partner")
    yield sender
    sender.client.close()


@pytest.fixture
def new_id() -> str:
    return uuid.uuid4().hex
