"""Channels on their pages: joined, tried, changed and closed by an administrator; seen by leads."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.channels import servers
from tests.channels.mailboxes import letter
from tests.web.conftest import Signing, house, signed_in_as

from rapport.channels.endpoints import commands, queries
from rapport.channels.endpoints.models import Endpoint, Mailbox
from rapport.channels.endpoints.rules.mail import MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.endpoints.rules.web import ChatSettings
from rapport.staff.roles.rules import Operator

__all__ = ["house", "signed_in_as"]
pytestmark = pytest.mark.django_db
BASE = "/settings/channels/"
MAILBOX = {
    "name": "Support",
    "address": "support@wren.example",
    "password": "three quiet words",
    "imap": "imap.wren.example",
    "imap_security": "tls",
    "smtp": "smtp.wren.example:465",
    "smtp_security": "tls",
    "begin": "unread",
    "folder": "INBOX",
    "aliases": "help@wren.example\nhello@wren.example",
    "takes_tags": "on",
}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[servers.MailServers]:
    servers.needs_servers()
    with servers.MailServers() as running:
        yield running


def support(noon: datetime) -> Endpoint:
    wanted = MailSettings(
        address="support@wren.example",
        imap=Server("imap.wren.example", 993),
        smtp=Server("smtp.wren.example", 465),
        secrets=Secrets(password="three quiet words"),
    )
    return commands.open_mailbox(Described("Support"), wanted, by=Operator(), at=noon)


def test_an_administrator_joins_a_mailbox(signed_in_as: Signing) -> None:
    ada = signed_in_as("admin")
    assert "No channels yet" in ada.get(BASE).content.decode()

    answer = ada.post(f"{BASE}mailboxes/new/", MAILBOX)
    assert answer.status_code == 302, answer.content.decode()
    kept = Endpoint.objects.get()
    settings = queries.mail_settings(kept.pk)
    assert settings.imap == Server("imap.wren.example", 993, "tls")
    assert settings.secrets.password == "three quiet words"
    assert settings.aliases == ("help@wren.example", "hello@wren.example")
    assert not settings.marks_read
    page = ada.get(BASE).content.decode()
    assert "support@wren.example" in page
    assert "not looked at yet" in page


def test_a_page_never_gives_a_password_back(signed_in_as: Signing, noon: datetime) -> None:
    kept = support(noon)
    ada = signed_in_as("admin")

    assert "three quiet words" not in ada.get(f"{BASE}{kept.pk}/").content.decode()
    wrong = {**MAILBOX, "address": "nobody"}
    answer = ada.post(f"{BASE}mailboxes/new/", wrong)
    assert answer.status_code == 422
    assert "three quiet words" not in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "nobody"}, "valid email"),
        ({"imap": "imap.wren.example:22"}, "Mail servers listen on"),
        ({"imap": "/etc/passwd"}, "not the name of a server"),
        ({"password": ""}, "required"),
        ({"token_address": "https://10.0.0.1/token", "client_id": "us"}, "private network"),
        ({"name": ""}, "required"),
        ({"aliases": "no-address"}, "is not a mail address"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(
    signed_in_as: Signing, wrong: dict[str, str], said: str
) -> None:
    answer = signed_in_as("admin").post(f"{BASE}mailboxes/new/", {**MAILBOX, **wrong})

    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert not Endpoint.objects.exists()


def test_trying_says_in_words_what_is_wrong(
    signed_in_as: Signing, dovecot: servers.MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_OUTGOING_ALLOW", "127.0.0.1")
    dovecot.lay("support", letter("One"))
    told = {
        **MAILBOX,
        "password": servers.PASSWORD,
        "imap": f"127.0.0.1:{dovecot.imap_port}",
        "imap_security": "none",
        "smtp": f"127.0.0.1:{dovecot.smtp_port}",
        "smtp_security": "none",
    }
    ada = signed_in_as("admin")

    page = html.unescape(ada.post(f"{BASE}mailboxes/trial/", told).content.decode())
    assert "Incoming mail works: one mail lies there." in page
    assert "New mail is heard of at once." in page
    assert f"Nobody listens on 127.0.0.1:{dovecot.smtp_port}." in page
    assert "Join it" in page
    part = ada.post(
        f"{BASE}mailboxes/trial/", {**told, "password": "wrong"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "does not let us in" in part
    assert "Join it" not in part
    assert not Endpoint.objects.exists()


def test_a_mailbox_is_changed_without_telling_its_password_again(
    signed_in_as: Signing, noon: datetime
) -> None:
    kept = support(noon)
    ada = signed_in_as("admin")
    own = f"{BASE}{kept.pk}/"

    answer = ada.post(own, {**MAILBOX, "password": "", "signature": "Wren & Daughters", "name": "Help"})
    assert answer.status_code == 302, answer.content.decode()
    settings = queries.mail_settings(kept.pk)
    assert settings.signature == "Wren & Daughters"
    assert settings.secrets.password == "three quiet words"
    answer = ada.post(own, {**MAILBOX, "password": "", "smtp": "smtp.evil.example"})
    assert answer.status_code == 422
    assert "A password is needed" in answer.content.decode()


def test_trouble_is_told_and_can_be_tried_again(signed_in_as: Signing, noon: datetime) -> None:
    kept = support(noon)
    commands.note_trouble(kept.pk, "sign_in", "imap.wren.example:993 does not let us in.", at=noon)
    ada = signed_in_as("admin")
    own = f"{BASE}{kept.pk}/"

    for page in (ada.get(BASE), ada.get(own), signed_in_as("lead").get(own)):
        assert "does not let us in" in page.content.decode()
    assert "Look again now" not in signed_in_as("lead").get(own).content.decode()
    assert ada.post(f"{own}look/").status_code == 302
    assert Mailbox.objects.get().rests_until is None


def test_a_lead_looks_and_changes_nothing(signed_in_as: Signing, noon: datetime) -> None:
    kept = support(noon)
    lea = signed_in_as("lead")

    assert 'class="form"' not in lea.get(f"{BASE}{kept.pk}/").content.decode()
    assert lea.post(f"{BASE}{kept.pk}/", MAILBOX).status_code == 403
    assert signed_in_as("agent").get(f"{BASE}{kept.pk}/").status_code == 403


def test_a_chat_shows_its_line_and_its_secret_once(signed_in_as: Signing) -> None:
    ada = signed_in_as("admin")
    told = {
        "name": "Shop",
        "origins": "https://shop.wren.example",
        "colour": "#aa3300",
        "hours": "Mon-Fri 9-17",
        "zone": "Europe/London",
    }
    answer = ada.post(f"{BASE}chats/new/", told)
    kept = Endpoint.objects.get()
    page = html.unescape(answer.content.decode())
    assert f'data-key="{kept.token}"' in page
    assert queries.secret(kept.pk) in page
    assert answer.headers["Cache-Control"] == "no-store"

    own = f"{BASE}{kept.pk}/"
    assert queries.secret(kept.pk) not in ada.get(own).content.decode()
    assert ada.post(own, {**told, "greeting": "Hello"}).status_code == 302
    renewed = ada.post(f"{own}secret/").content.decode()
    assert queries.secret(kept.pk) in renewed
    assert ada.post(own, {**told, "hours": "never"}).status_code == 422
    widget = queries.widget(kept.token)
    assert widget is not None
    assert widget.settings == ChatSettings(
        "#aa3300", "Hello", ("https://shop.wren.example",), "Mon-Fri 9-17", "Europe/London"
    )


def test_a_door_shows_its_address_and_its_secret_once(signed_in_as: Signing) -> None:
    ada = signed_in_as("admin")
    answer = ada.post(f"{BASE}doors/new/", {"name": "Text messages", "channel": "sms"})
    kept = Endpoint.objects.get()
    page = html.unescape(answer.content.decode())
    assert f"/api/v1/channels/{kept.token}/messages" in page
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", page)

    own = f"{BASE}{kept.pk}/"
    assert "whsec_" not in ada.get(own).content.decode()
    assert ada.post(own, {"name": "SMS", "channel": "voice"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.channel) == ("SMS", "sms")


def test_a_channel_is_closed_and_stays_on_the_list(signed_in_as: Signing, noon: datetime) -> None:
    kept = support(noon)
    ada = signed_in_as("admin")

    assert ada.post(f"{BASE}{kept.pk}/closure/").status_code == 302
    assert "closed" in ada.get(BASE).content.decode()
    assert ada.get(f"{BASE}{kept.pk}/").status_code == 200
    assert ada.post(f"{BASE}{kept.pk}/closure/").status_code == 409
    assert ada.post(f"{BASE}{kept.pk}/", MAILBOX).status_code in {409, 422}


def test_a_hostile_answer_of_a_server_is_shown_as_text(signed_in_as: Signing, noon: datetime) -> None:
    kept = support(noon)
    commands.note_trouble(kept.pk, "sign_in", "<script>alert(1)</script>", at=datetime.now(UTC))

    page = signed_in_as("admin").get(f"{BASE}{kept.pk}/").content.decode()
    assert "<script>alert(1)" not in page
