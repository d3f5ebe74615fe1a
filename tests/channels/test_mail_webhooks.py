"""Mail handed over by providers' webhooks, in the forms of two providers, through the real views of django-anymail."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.channels.arriving import OURS, arrive, mail, mailbox

pytest.importorskip("anymail", reason="the extra anymail is not installed")

from rapport.api.mail_webhooks import NoMailbox
from rapport.channels.contact.models import Suppression
from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.models import Mailbox
from rapport.channels.endpoints.rules.mail import NOWHERE, MailSettings, Secrets, Server
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound.commands import keys
from rapport.channels.outbound.models import Dispatch
from rapport.channels.outbound.rules import names
from rapport.channels.threads.models import Message
from rapport.config import environment
from rapport.service.desk import commands as desk
from rapport.service.desk.models import Case
from rapport.service.desk.rules.acts import Reply
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
SECRET, SIGNING = "provider:three-quiet-words", "mailgun-signing-key"


@pytest.fixture
def provider(settings: Any) -> Client:
    """Somebody who posts to us, with the addresses of the webhooks in place."""
    settings.ROOT_URLCONF = "rapport.api.mail_webhooks"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING}
    return Client(raise_request_exception=False)


def basic(secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}


def by_mailgun(provider: Client, raw: bytes, *, key: str = SIGNING, **more: str) -> int:
    """Hand over a mail whole, as Mailgun's routes do."""
    now = str(int(datetime.now(UTC).timestamp()))
    signature = hmac.new(key.encode(), f"{now}token".encode(), hashlib.sha256).hexdigest()
    told = {"timestamp": now, "token": "token", "signature": signature, "recipient": OURS, **more}
    body = {**told, "body-mime": raw.decode()}
    return provider.post("/anymail/mailgun/inbound_mime/", body, headers=basic()).status_code


def by_postmark(provider: Client, what: str, body: dict[str, Any], secret: str = SECRET) -> int:
    path = f"/anymail/postmark/{what}/"
    return provider.post(path, json.dumps(body), "application/json", headers=basic(secret)).status_code


def test_a_mail_handed_over_whole_is_a_case_at_the_desk_once(provider: Client, now: datetime) -> None:
    mailbox(now)
    raw = mail(text="Where is my parcel?", message_id="<one@mail.example>")

    assert [by_mailgun(provider, raw), by_mailgun(provider, raw)] == [200, 200]

    (message,) = Message.objects.all()
    assert message.text.strip() == "Where is my parcel?"
    assert Case.objects.get().subject == "My parcel"
    assert Envelope.objects.count() == 1


def test_the_same_mail_by_imap_and_by_webhook_is_one_message(provider: Client, now: datetime) -> None:
    endpoint = mailbox(now)
    raw = mail(message_id="<two@mail.example>")
    arrive(endpoint, raw, now)

    assert by_mailgun(provider, raw) == 200

    assert Message.objects.count() == 1
    assert Envelope.objects.count() == 2, "both are kept, with what was made of them"


def test_a_mail_told_field_by_field_is_read_the_same(provider: Client, now: datetime) -> None:
    mailbox(now)
    told = {
        "FromFull": {"Email": "amina@mail.example", "Name": "Amina Okafor"}, "ToFull": [{"Email": OURS}],
        "OriginalRecipient": OURS, "Subject": "My parcel",
        "MessageID": "73e6d360", "TextBody": "Where is it?\n", "HtmlBody": "<p>Where is <b>it</b>?</p>",
        "Headers": [{"Name": "Message-ID", "Value": "<three@mail.example>"}],
        "Attachments": [{"Name": "receipt.txt", "ContentType": "text/plain", "ContentLength": 3,
                         "Content": base64.b64encode(b"one").decode()}],
    }  # fmt: skip

    assert by_postmark(provider, "inbound", told) == 200

    (message,) = Message.objects.all()
    assert message.text.strip() == "Where is it?"
    assert [one.name for one in message.attachments.all()] == ["receipt.txt"]


@pytest.mark.parametrize("forged", ["signature", "secret"])
def test_what_is_not_genuine_leaves_nothing_behind(provider: Client, now: datetime, forged: str) -> None:
    mailbox(now)
    if forged == "signature":
        assert by_mailgun(provider, mail(), key="another") == 400
    else:
        assert by_postmark(provider, "inbound", {"TextBody": "x"}, "provider:wrong") == 400

    assert not Envelope.objects.exists()


def test_before_a_mailbox_is_joined_the_provider_keeps_it(provider: Client) -> None:
    assert by_mailgun(provider, mail()) == 500
    assert not Envelope.objects.exists()
    assert issubclass(NoMailbox, Exception)


def test_a_mail_to_an_address_we_do_not_know_comes_to_the_first_mailbox(
    provider: Client, now: datetime
) -> None:
    first = mailbox(now)
    mailbox(now, "orders@shop.example")

    assert by_mailgun(provider, mail(to="x@other.example"), recipient="x@other.example") == 200

    assert Envelope.objects.get().endpoint_id == first.pk


def test_a_mail_that_came_back_is_known_by_the_name_we_gave_it(provider: Client, now: datetime) -> None:
    """The provider tells which mail by its Message-ID; a dead address is written to no more."""
    _envelope, walked = arrive(mailbox(now), mail(), now)
    assert walked.message_id is not None
    case = desk.take_in(walked.message_id, at=now)
    answer = desk.reply(case.pk, Reply(text="Tomorrow.", seen=walked.message_id), by=Operator(), at=now)
    Dispatch.objects.update(state="sent", due_at=None)
    name = names.message_name(keys.ensure_key(), answer.pk, "shop.example")

    told = {
        "RecordType": "Bounce", "ID": 42, "Type": "HardBounce", "TypeCode": 1, "MessageID": name.strip("<>"),
        "Email": "amina@mail.example", "BouncedAt": "2026-01-01T10:00:00Z", "Description": "No such user",
    }  # fmt: skip
    assert by_postmark(provider, "tracking", told) == 200

    assert Dispatch.objects.get().state == "bounced"
    assert Suppression.objects.count() == 1


def test_a_mailbox_without_an_incoming_server_is_not_polled(now: datetime) -> None:
    wanted = MailSettings(
        address="help@example.org",
        imap=NOWHERE,
        smtp=Server("mail.example.org", 465),
        secrets=Secrets(password="three-unrelated-words"),
    )

    kept = endpoints.open_mailbox(Described("Help"), wanted, by=Operator(), at=now)

    assert not Mailbox.objects.filter(endpoint=kept).exists()


@pytest.mark.parametrize("told", ["no json", "[]", "{}", '{"WEBHOOK_SECRET": "short"}'])
def test_without_a_secret_no_address_is_opened(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("RAPPORT_ANYMAIL", told)

    with pytest.raises(ValueError, match="RAPPORT_ANYMAIL"):
        environment.mail_providers()
