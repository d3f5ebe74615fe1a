"""The same request sent twice has one effect and one answer (R2); a key that asks too often is asked to wait."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.test import Client
from tests.running import RunningServer

from rapport.api.throttling import Buckets
from rapport.customers.directory import commands as directory
from rapport.staff.answers import commands as answers
from rapport.staff.answers.commands import Given
from rapport.staff.answers.models import Answer
from rapport.staff.keys import commands as keys
from rapport.staff.roles.rules import Operator

LINKS = "/api/v1/links"
Post = Callable[..., Any]


def pair(first: str = "amina@example.com", second: str = "amina") -> dict[str, Any]:
    return {"first": {"kind": "email", "value": first}, "second": {"kind": "user_id", "value": second}}


@pytest.fixture
def partner(db: None, noon: datetime) -> tuple[int, str]:  # noqa: ARG001 - for its effect
    key, secret = keys.create(kind="api", name="partner", by=Operator(), at=noon)
    return key.pk, secret


@pytest.fixture
def post(partner: tuple[int, str]) -> Post:
    def send(body: Any, key: str = "order-1", path: str = LINKS, secret: str = partner[1]) -> Any:
        headers = {"Authorization": f"Bearer {secret}"} | ({"Idempotency-Key": key} if key else {})
        return Client().post(path, json.dumps(body), content_type="application/json", headers=headers)

    return send


def test_the_same_request_twice_has_one_effect_and_one_answer(post: Post) -> None:
    first, second = post(pair()), post(pair())

    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert post(pair(), key="order-2").json() != first.json()


def test_the_same_key_with_another_request_is_refused(post: Post) -> None:
    post(pair())
    answer = post(pair(second="somebody else"))

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_refusal_is_repeated_as_well(post: Post) -> None:
    empty = pair(first="")
    first, second = post(empty), post(empty)

    assert first.status_code == second.status_code
    assert 400 <= first.status_code < 500
    assert first.content == second.content


def test_what_could_not_be_tried_is_tried_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = directory.link_named
    monkeypatch.setattr(directory, "link_named", lambda *_a, **_k: 1 / 0)
    assert post(pair()).status_code == 503
    monkeypatch.setattr(directory, "link_named", whole)

    assert post(pair()).status_code == 200


def test_two_keys_may_use_the_same_word(post: Post, noon: datetime) -> None:
    _other, secret = keys.create(kind="api", name="other", by=Operator(), at=noon)

    assert "Idempotency-Replayed" not in post(pair())
    assert "Idempotency-Replayed" not in post(pair(), secret=secret)


def test_a_revoked_key_learns_nothing_from_repeating(
    post: Post, partner: tuple[int, str], noon: datetime
) -> None:
    post(pair())
    keys.revoke(partner[0], by=Operator(), at=noon)

    assert post(pair()).status_code == 401


@pytest.mark.parametrize("key", ["x" * 256, "ä", "a\tb", " "])
def test_a_key_that_is_none_is_refused(post: Post, key: str) -> None:
    assert post(pair(), key=key).json()["code"] == "bad_idempotency_key"


def test_a_request_under_way_is_not_done_a_second_time(db: None, noon: datetime) -> None:  # noqa: ARG001
    def again() -> Given:
        with pytest.raises(answers.UnderWay):
            answers.once("a", "b", lambda: Given(200, "", b"second"), at=noon)
        return Given(200, "", b"first")

    assert answers.once("a", "b", again, at=noon).body == b"first"


def test_a_request_that_was_lost_with_its_process_may_be_sent_again(db: None, noon: datetime) -> None:  # noqa: ARG001
    Answer.objects.create(request="a", content="b", begun_at=noon)

    with pytest.raises(answers.UnderWay):
        answers.once("a", "b", lambda: Given(200, "", b"x"), at=noon + timedelta(seconds=59))
    assert answers.once("a", "b", lambda: Given(200, "", b"x"), at=noon + timedelta(seconds=61)).body == b"x"


def test_a_request_overtaken_by_its_repetition_takes_back_what_it_did(db: None, noon: datetime) -> None:  # noqa: ARG001
    def slow() -> Given:
        Answer.objects.create(request="made by the slow one", begun_at=noon)
        Answer.objects.update(begun_at=noon + timedelta(minutes=2))
        return Given(200, "", b"slow")

    with pytest.raises(answers.UnderWay):
        answers.once("a", "b", slow, at=noon)
    assert not Answer.objects.filter(request="made by the slow one").exists()


def test_answers_are_forgotten_after_a_week(db: None, noon: datetime) -> None:  # noqa: ARG001
    answers.once("a", "b", lambda: Given(200, "", b"x"), at=noon)

    assert answers.prune(at=noon + timedelta(days=6)) == 0
    assert answers.prune(at=noon + timedelta(days=8)) == 1


def test_eight_at_once_with_one_key_have_one_effect(server: RunningServer, api_key: str) -> None:
    body = pair("sofia@example.com", f"sofia-{uuid.uuid4().hex}")
    headers = {"Authorization": f"Bearer {api_key}", "Idempotency-Key": uuid.uuid4().hex}

    def send(_number: int) -> httpx.Response:
        return httpx.post(f"{server.address}{LINKS}", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(send, range(8)))

    assert {answer.status_code for answer in said} <= {200, 409}
    assert len({answer.content for answer in said if answer.status_code == 200}) == 1
    assert all(answer.headers["Retry-After"] for answer in said if answer.status_code == 409)
    made = server.rows("SELECT count(*) FROM customers_identifier WHERE value = ?", [body["second"]["value"]])
    assert made == [(1,)]


def test_a_key_that_asks_too_often_is_told_when_to_come_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_API_RATE", "3")
    client = Client()
    said = [client.get("/api/v1/counts", headers={"Authorization": "Bearer x"}) for _ in range(4)]

    assert [answer.status_code for answer in said] == [401, 401, 401, 429]
    assert int(said[3]["Retry-After"]) in range(1, 21)
    assert said[3]["Content-Type"] == "application/problem+json"
    assert said[0]["RateLimit"] == '"requests";r=2;t=60'
    assert post(pair()).status_code == 200


def test_a_bucket_fills_steadily_and_holds_no_more_than_its_burst() -> None:
    now = [0.0]
    buckets = Buckets(10, 100, clock=lambda: now[0])

    assert buckets.take("a", 100).wait == 0
    assert buckets.take("a", 50).wait == 5
    assert buckets.take("b", 50).wait == 0
    now[0] = 5
    assert buckets.take("a", 50).wait == 0
    now[0] = 1000
    assert buckets.take("a", 0).left == 100
    assert buckets.take("a", 500).wait == 0
    assert buckets.take("a", 1).wait > 0


def test_strangers_by_the_thousand_take_no_more_memory_than_there_is() -> None:
    buckets = Buckets(1, 10)
    for number in range(25_000):
        buckets.take(f"stranger {number}")

    assert len(buckets._filled) <= 10_001


def test_the_moment_is_that_of_the_first_request(post: Post) -> None:
    post(pair())

    assert datetime.now(UTC) - Answer.objects.get().begun_at < timedelta(minutes=1)
