"""The whole way, over real servers: a customer writes, an agent answers, they write again, and a bounce is read.

Dovecot and Postfix run as Debian ships them; Rapport runs as an operator would start it, with its worker.
"""

import email
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, parseaddr
from typing import Any, TypeVar

import pytest
from tests.channels.servers import DOMAIN, PASSWORD, MailServers, needs_servers
from tests.running import RunningServer

pytestmark = pytest.mark.timeout(600)
SUPPORT, AMINA = f"support@{DOMAIN}", f"amina@{DOMAIN}"
T = TypeVar("T")


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServers]:
    needs_servers(postfix=True)
    with MailServers(("support", "amina"), postfix=True) as running:
        yield running


@pytest.fixture(scope="module")
def rapport(tmp_path_factory: pytest.TempPathFactory, mail: MailServers) -> Iterator[RunningServer]:
    """A new installation with a worker that has joined support@wren.example."""
    folder = tmp_path_factory.mktemp("loop")
    secret = folder / "password"
    secret.write_text(f"{PASSWORD}\n")
    server = RunningServer(folder / "record", worker=True)
    server.command(
        *("channels", "add", "email", SUPPORT, "--name", "Support", "--password-file", str(secret)),
        *("--imap", f"127.0.0.1:{mail.imap_port}/none", "--smtp", f"127.0.0.1:{mail.smtp_port}/none"),
    )
    yield server.start()
    server.stop()
    server.remove_database()


def wait(for_what: Callable[[], T | None], seconds: float = 200) -> T:
    deadline = time.monotonic() + seconds
    while True:
        found = for_what()
        if found:
            return found
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.5)


def write(sender: str, text: str, *, to: str = SUPPORT, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = headers.pop("subject", "The blue bicycle")
    message["Message-ID"] = f"<{time.time_ns()}@{DOMAIN}>"
    message["Date"] = formatdate()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def received(mail: MailServers, user: str) -> list[EmailMessage]:
    """What lies in a mailbox, the oldest first."""
    paths = [path for part in ("new", "cur") for path in (mail.maildir(user) / part).iterdir()]
    ordered = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in ordered]  # type: ignore[misc]


def case_of(rapport: RunningServer, subject: str) -> int | None:
    found = rapport.rows("SELECT id FROM service_case WHERE subject = ?", [subject])
    return int(found[0][0]) if found else None


def states(rapport: RunningServer, address: str) -> list[str]:
    """What became of our mails to this address."""
    found = rapport.rows("SELECT state FROM channels_dispatch WHERE address = ? ORDER BY id", [address])
    return [state for (state,) in found]


def messages(rapport: RunningServer) -> int:
    return int(rapport.rows("SELECT count(*) FROM channels_message")[0][0])


def said_in(rapport: RunningServer, case: int) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = rapport.command("desk", "show", str(case))["messages"]
    return said


def test_a_customer_writes_is_answered_and_writes_again(rapport: RunningServer, mail: MailServers) -> None:
    before = messages(rapport)
    mail.send(write(AMINA, "Where is my bicycle?"), to=SUPPORT, sender=AMINA)
    case = wait(lambda: case_of(rapport, "The blue bicycle"))

    rapport.command("desk", "reply", str(case), "It left this morning.")
    answer = wait(lambda: next(iter(received(mail, "amina")), None))
    assert "It left this morning." in answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert answer["In-Reply-To"]
    assert SUPPORT in answer["From"]
    assert "support+r" in answer["Reply-To"]
    wait(lambda: states(rapport, AMINA) == ["sent"])

    back = parseaddr(answer["Reply-To"])[1]
    again = write(
        AMINA,
        f"Thank you!\n\nOn Mon, 2 Mar 2026, Support <{SUPPORT}> wrote:\n> It left this morning.\n",
        to=back,
        subject="Something else entirely",
        In_Reply_To=answer["Message-ID"],
        References=answer["Message-ID"],
    )
    mail.send(again, to=back, sender=AMINA)
    wait(lambda: messages(rapport) == before + 3)
    mail.send(again, to=SUPPORT, sender=AMINA)
    wait(lambda: mail.seen("support") >= 3)
    said = said_in(rapport, case)
    assert [(one["direction"], one["text"].strip()) for one in said] == [
        ("in", "Where is my bicycle?"),
        ("out", "It left this morning."),
        ("in", "Thank you!"),
    ]


def test_an_answer_that_cannot_be_delivered_is_known_to_have_come_back(
    rapport: RunningServer, mail: MailServers
) -> None:
    ghost = f"ghost@{DOMAIN}"
    before = messages(rapport)
    mail.send(write(ghost, "Do you read me?", subject="From nowhere"), to=SUPPORT, sender=ghost)
    case = wait(lambda: case_of(rapport, "From nowhere"))
    rapport.command("desk", "reply", str(case), "We do.")

    wait(lambda: states(rapport, ghost) == ["bounced"])
    assert messages(rapport) == before + 2, "a bounce is no message"
    [(code,)] = rapport.rows("SELECT code FROM channels_dispatch WHERE address = ?", [ghost])
    assert code.startswith("5.1.1")
    assert len(rapport.rows("SELECT id FROM channels_suppression")) == 1
