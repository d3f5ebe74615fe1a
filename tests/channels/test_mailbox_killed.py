"""The poller is killed at every point where it could hurt: each mail is there once, and none is marked that is not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.channels.mailboxes import letter
from tests.channels.servers import DOMAIN, PASSWORD, MailServers, needs_servers
from tests.running import RunningServer

SUPPORT = f"support@{DOMAIN}"
POINTS = ("inbound.before_envelope_commit", "inbound.after_envelope", "mail.kept", "mail.moved_on")


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServers]:
    needs_servers()
    with MailServers() as running:
        yield running


def killed_at(rapport: RunningServer, point: str) -> int:
    command = [sys.executable, "-m", "rapport.cli.main", "mail", "poll"]
    environment = rapport.environment | {"RAPPORT_CRASH_AT": point}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


@pytest.mark.timeout(600)
def test_a_killed_poller_loses_nothing_and_doubles_nothing(tmp_path: Path, mail: MailServers) -> None:
    rapport = RunningServer(tmp_path / "record")
    os.environ.pop("RAPPORT_CRASH_AT", None)
    server = f"127.0.0.1:{mail.imap_port}/none"
    told = ("channels", "add", "email", SUPPORT, "--imap", server, "--smtp", server)
    rapport.command(*told, "--password", PASSWORD, "--no-try")
    sent = 0
    for point in POINTS:
        senders = [f"customer{sent + number}@example.com" for number in range(3)]
        mail.lay("support", *(letter(point, sender=sender) for sender in senders))
        sent += 3
        assert killed_at(rapport, point) == -9
        kept = rapport.rows("SELECT count(*) FROM channels_envelope")[0][0]
        assert mail.seen("support") <= kept <= sent
    assert rapport.command("mail", "poll")["mailboxes"][0]["trouble"] == ""

    assert rapport.rows("SELECT count(*), count(DISTINCT external_id) FROM channels_envelope") == [
        (sent, sent)
    ]
    assert rapport.command("jobs", "run")["jobs"] >= 1
    assert rapport.rows("SELECT count(*) FROM channels_envelope WHERE state = 'waiting'") == [(0,)]
    assert rapport.rows("SELECT count(*) FROM channels_message") == [(sent,)]
    _say_what_came(rapport, mail)
    rapport.remove_database()


def _say_what_came(rapport: RunningServer, mail: MailServers) -> None:
    """Polling by hand says what came, and a closed channel is left alone."""
    mail.lay("support", letter("Opening hours"))
    told = rapport.command("mail", "poll")["mailboxes"]
    assert told == [{"address": SUPPORT, "mails": 1, "states": {"placed": 1}, "trouble": ""}]
    [listed] = rapport.command("channels", "list")["channels"]
    assert (listed["address"], listed["trouble"], listed["closed_at"]) == (SUPPORT, "", None)
    rapport.command("channels", "close", str(listed["id"]))
    assert rapport.command("mail", "poll")["mailboxes"] == []
