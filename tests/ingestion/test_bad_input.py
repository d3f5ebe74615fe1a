"""What comes in broken, oversized or hostile: a problem that names the field, or a row with a warning; never a 500."""

import gzip
import json
import socket
from typing import Any

import pytest
from tests.running import Shop

GOOD = {"type": "track", "event": "Clicked", "userId": "ann"}
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "broken": b'{"batch": [',
    "text": b"hello",
    "latin": b'{"userId": "Ren\xe9", "event": "x"}',
    "utf-16": json.dumps(GOOD).encode("utf-16-le")[1:],
    "a list": b"[1, 2]",
    "a number": b"5",
    "null": b"null",
    "batch is text": b'{"batch": "x"}',
    "batch of numbers": b'{"batch": [1, null, "x", [], {}]}',
    "deep lists": b'{"batch":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep objects": b'{"batch":[{"properties":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}]}",
    "a number of many digits": b'{"event": "x", "userId": ' + b"9" * 100_000 + b"}",
    "torn gzip": gzip.compress(json.dumps(GOOD).encode())[:-5],
    "gzip bomb": gzip.compress(b"[" + b" " * 200_000_000 + b"]", 9),
    "10 MB": b'{"batch": ["' + b"x" * 10_000_000 + b'"]}',
    "wrong types": b'{"type": {}, "event": [], "userId": {"a": 1}, "properties": 3, "context": "x", "traits": 9}',
}


@pytest.mark.parametrize(
    "path", ["/v1/batch", "/v1/track", "/batch/", "/i/v1/analytics/events", "/api/v1/interactions"]
)
@pytest.mark.parametrize("name", BODIES)
def test_bad_bodies_are_answered_with_a_problem(partner: Shop, name: str, path: str) -> None:
    answer = partner.post(path, BODIES[name])

    assert answer.status_code in {200, 400, 413}
    if answer.status_code == 200:
        if "warnings" in answer.json():
            return
        results = answer.json()["results"]
        results = results if isinstance(results, list) else list(results.values())
        assert {one["result"] for one in results} <= {"rejected", "drop"}
        return
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"]
    assert problem["message"]
    assert problem["status"] == answer.status_code
    assert problem["errors"][0]["field"]


ODD: dict[str, Any] = {
    "NUL in text": "a\x00b",
    "half a character": "a\ud800b",
    "endless number": float("inf"),
    "no number": float("nan"),
    "huge integer": 10**200,
    "key with NUL": {"a\x00": 1},
    "many keys": {f"k{n}": n for n in range(10_000)},
    "a long key": {"k" * 100_000: 1},
    "nested": json.loads("[" * 50 + "]" * 50),
}


@pytest.mark.parametrize(
    "place", ["properties", "traits", "context", "userId", "event", "messageId", "timestamp"]
)
@pytest.mark.parametrize("name", ODD)
def test_odd_values_are_stored_or_refused_but_never_break(
    shop: Shop, new_id: str, name: str, place: str
) -> None:
    value = {"odd": ODD[name]} if place in {"properties", "traits", "context"} else ODD[name]
    odd = {**GOOD, "type": "identify" if place == "traits" else "track", "messageId": new_id, place: value}
    beside = {**GOOD, "messageId": f"beside-{new_id}"}

    answer = shop.post("/v1/batch", json.dumps({"batch": [odd, beside]}).encode())

    assert answer.status_code == 200
    assert shop.count(f"beside-{new_id}") == 1
    rejected = answer.json().get("rejected", [])
    if place != "messageId":
        assert shop.count(new_id) + len(rejected) == 1
    assert all(one["field"].startswith("[0].") for one in rejected)


@pytest.mark.parametrize("place", ["email", "phone", "age"])
@pytest.mark.parametrize(
    "value", ["", "x" * 5000, 0, -1, None, [], {"a": None}, "null", True, "+44", "a@b@c", 1e300]
)
def test_odd_traits_never_break(shop: Shop, new_id: str, place: str, value: Any) -> None:
    answer = shop.post("/v1/i", {"userId": new_id, "messageId": new_id, "traits": {place: value}})

    assert answer.status_code == 200
    assert shop.count(new_id) == 1


@pytest.mark.parametrize(
    "value", ["1e999999", "1e99999999", "NaN", "1,000", -5, True, {}, [], 1e15, "9" * 50]
)
def test_odd_amounts_never_break(shop: Shop, new_id: str, value: Any) -> None:
    order = {**GOOD, "event": "Order Completed", "messageId": new_id, "properties": {"total": value}}

    assert shop.post("/v1/t", order).status_code == 200
    assert shop.stored(new_id)["kind"] == "purchase"


def test_requests_that_are_no_requests_do_not_end_the_server(shop: Shop) -> None:
    for sent in (
        b"\x00\xff\r\n\r\n",
        b"POST /v1/t HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
        b"GET " + b"/" * 70_000,
    ):
        with socket.create_connection(("127.0.0.1", shop.server.port)) as raw:
            raw.sendall(sent)

    assert shop.client.get("/livez").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/batch"), ("DELETE", "/v1/t"), ("POST", "/v1/nothing"),
                                              ("GET", "/v1/projects/x"), ("PUT", "/api/v1/interactions")])  # fmt: skip
def test_wrong_routes_and_methods_are_problems(shop: Shop, method: str, path: str) -> None:
    answer = shop.client.request(method, path)

    assert answer.status_code in {404, 405}
    assert answer.json()["code"]
    assert answer.json()["message"]
