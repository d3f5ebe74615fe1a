"""Another system joins us by the channel API: what it hands over is said once, and nothing forged is written (C15)."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from standardwebhooks import Webhook

from rapport.channels.endpoints import commands as endpoints
from rapport.channels.endpoints.rules.places import Described
from rapport.channels.inbound.models import Envelope
from rapport.channels.outbound import commands as outbound
from rapport.channels.outbound.models import Dispatch
from rapport.channels.threads import commands as threads
from rapport.channels.threads.models import Attachment, Message
from rapport.channels.threads.rules import NewMessage
from rapport.files.store.models import StoredFile
from rapport.staff.keys import commands as keys
from rapport.staff.roles.rules import Operator

pytestmark = pytest.mark.django_db
OPERATOR = Operator()


@dataclass
class Gateway:
    """Another company's gateway for texts, with the secret of its door."""

    id: int
    token: str
    secret: str

    @property
    def address(self) -> str:
        return f"/api/v1/channels/{self.token}/messages"

    def sealed(self, body: bytes, *, id: str = "msg_1", at: datetime | None = None) -> dict[str, str]:  # noqa: A002 - its name
        at = at or datetime.now(UTC)
        return {
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(id, at, body.decode()),
        }

    def post(self, body: bytes, headers: dict[str, str], address: str = "") -> Any:
        return Client().post(address or self.address, body, "application/json", headers=headers)

    def say(self, text: str, **more: Any) -> Any:
        body = words(text, **more)
        return self.post(body, self.sealed(body))


def words(text: str, **more: Any) -> bytes:
    """What is handed over, as the gateway writes it down."""
    sender = {"kind": "phone", "value": "+447700900123", "name": "Amina", "is_verified": True}
    return json.dumps({"id": "sms-1", "sender": sender, "text": text} | more, indent=1).encode()


def opened(name: str = "Texts") -> Gateway:
    kept, secret = endpoints.open_generic(Described(name), "sms", "", by=OPERATOR, at=datetime.now(UTC))
    return Gateway(kept.pk, kept.token, secret)


@pytest.fixture
def gateway() -> Gateway:
    return opened()


def test_what_is_handed_over_becomes_a_message_of_its_customer(gateway: Gateway) -> None:
    answer = gateway.say("Is my parcel on its way?")

    assert answer.status_code == 200, answer.content
    told = answer.json()
    message = Message.objects.get(token=told["message"])
    assert (told["state"], told["is_new"]) == ("placed", True)
    assert (message.channel, message.text, message.direction) == ("sms", "Is my parcel on its way?", "in")
    assert message.author is not None
    assert (message.author.value, message.author.proof) == ("+447700900123", "passed on by Texts")


def test_handed_over_again_it_is_said_once_and_nothing_is_written(gateway: Gateway) -> None:
    body = words("Hello", files=[{"name": "a.txt", "content": base64.b64encode(b"a").decode()}])
    headers = gateway.sealed(body)
    first = gateway.post(body, headers).json()
    before = counted()

    again = gateway.post(body, headers).json()
    late = gateway.post(body, gateway.sealed(body)).json()

    assert again == late == first | {"is_new": False}
    assert counted() == before


@pytest.mark.django_db(transaction=True)
def test_five_at_once_are_one_message_and_all_are_told_so(seen_by_threads: None) -> None:  # noqa: ARG001 - for its effect
    gateway = opened()
    body = words("Hello")

    def hand_over(_: int) -> Any:
        try:
            return gateway.post(body, gateway.sealed(body))
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as five:
        answers = list(five.map(hand_over, range(5)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["message"] for answer in answers}) == 1
    assert Message.objects.count() == 1


def counted() -> tuple[int, ...]:
    return tuple(one.objects.count() for one in (Envelope, Message, StoredFile, Attachment))


def test_nothing_that_is_not_genuine_is_written(gateway: Gateway) -> None:
    other, now = opened("Other texts"), datetime.now(UTC)
    body = words("Send me the money")
    good = gateway.sealed(body)
    changed = body.replace(b"me the", b"us the")
    sealed_late = gateway.sealed(body, at=now - timedelta(minutes=6))
    tries = {
        "no signature": (body, {}),
        "no time": (body, {name: value for name, value in good.items() if name != "webhook-timestamp"}),
        "no id": (body, {name: value for name, value in good.items() if name != "webhook-id"}),
        "a byte changed": (changed, good),
        "written anew": (json.dumps(json.loads(body)).encode(), good),
        "a space more": (body + b" ", good),
        "too late": (body, sealed_late),
        "too early": (body, gateway.sealed(body, at=now + timedelta(minutes=6))),
        "late, dated anew": (body, sealed_late | {"webhook-timestamp": good["webhook-timestamp"]}),
        "another id": (body, good | {"webhook-id": "msg_2"}),
        "another door's": (body, other.sealed(body)),
        "another version": (
            body,
            good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")},
        ),
        "an empty one": (body, good | {"webhook-signature": "v1,"}),
        "not letters": (body, good | {"webhook-signature": "v1,\xe9\xe9"}),
        "a time in words": (body, good | {"webhook-timestamp": "now"}),
        "endless times": (body, good | {"webhook-timestamp": "9" * 400}),
    }
    for why, (content, headers) in tries.items():
        answer = gateway.post(content, headers)
        assert answer.status_code == 401, why
    assert gateway.post(body, good, f"/api/v1/channels/{other.token}/messages").status_code == 401
    assert gateway.post(body, good, "/api/v1/channels/not-a-door-at-all/messages").status_code == 401
    assert counted() == (0, 0, 0, 0)


def test_of_several_signatures_one_right_one_is_enough(gateway: Gateway) -> None:
    body = words("Hello")
    good = gateway.sealed(body)
    several = f"v1,b3RoZXI= {good['webhook-signature']}"

    assert gateway.post(body, good | {"webhook-signature": several}).status_code == 200


def test_a_door_that_is_closed_takes_nothing(gateway: Gateway) -> None:
    endpoints.close(gateway.id, by=OPERATOR, at=datetime.now(UTC))

    assert gateway.say("Hello").status_code == 401


def test_a_key_with_the_scope_opens_it_and_no_other(gateway: Gateway) -> None:
    def ask(scope: str) -> int:
        grant = keys.Grant((scope,))
        _key, secret = keys.create(
            kind="api", name=f"for {scope}", by=OPERATOR, at=datetime.now(UTC), grant=grant
        )
        return int(gateway.post(words("Hello"), {"Authorization": f"Bearer {secret}"}).status_code)

    assert (ask("channels.write"), ask("links.write")) == (200, 403)


@pytest.mark.parametrize(
    "bad",
    [
        {"sender": {"kind": "phone", "value": "unknown"}},
        {"sender": {"kind": "anonymous_id", "value": "somebody's browser"}},
        {"id": "with spaces"},
        {"files": [{"name": "a.txt", "content": "not base64!"}]},
        {"subject": "x" * 301},
    ],
)
def test_what_is_not_as_described_is_refused_with_the_reason(gateway: Gateway, bad: dict[str, Any]) -> None:
    answer = gateway.say("Hello", **bad)

    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert Envelope.objects.count() == 0


def answered(gateway: Gateway) -> Message:
    """A customer asked by text, and we answered."""
    now = datetime.now(UTC)
    asked = Message.objects.get(token=gateway.say("Is my parcel on its way?").json()["message"])
    new = NewMessage(
        endpoint_id=gateway.id, channel="sms", direction="out", at=now, text="It is", author_name="Ben"
    )
    message = threads.put(asked.thread_id, new, at=now)
    outbound.put_out(message.pk, purpose="service", at=now)
    return message


def test_what_became_of_our_words_is_told_in_any_order(gateway: Gateway) -> None:
    message = answered(gateway)
    told = json.dumps({"message": message.token, "state": "read"}).encode()
    address = f"/api/v1/channels/{gateway.token}/deliveries"

    first, again = (gateway.post(told, gateway.sealed(told), address) for _ in range(2))

    assert (first.json(), again.json()) == ({"is_new": True}, {"is_new": False})
    assert Dispatch.objects.get(message=message).state == "delivered", "told before it was even noted as sent"
    failed = json.dumps({"message": message.token, "state": "failed", "reason": "full"}).encode()
    assert gateway.post(failed, gateway.sealed(failed), address).json() == {"is_new": False}


def test_a_door_knows_nothing_of_messages_of_others(gateway: Gateway) -> None:
    message, other = answered(gateway), opened("Other texts")
    told = json.dumps({"message": message.token, "state": "failed"}).encode()
    address = f"/api/v1/channels/{other.token}/deliveries"

    assert other.post(told, other.sealed(told), address).status_code == 404


def test_a_system_that_nothing_can_be_posted_to_fetches_our_words(gateway: Gateway) -> None:
    message = answered(gateway)
    Dispatch.objects.update(state="sent", due_at=None)

    answer = Client().get(gateway.address, headers=gateway.sealed(b""))

    assert [(one["message"], one["to"]) for one in answer.json()["messages"]] == [
        (message.token, "+447700900123")
    ]
    after = f"{gateway.address}?after={answer.json()['messages'][0]['number']}"
    assert Client().get(after, headers=gateway.sealed(b"")).json() == {"messages": []}
