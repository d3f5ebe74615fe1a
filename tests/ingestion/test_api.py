"""The API for programs: closed unless opened, problems as answers, one schema."""

import json

import pytest
from tests.running import Shop


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_no_operation_is_open_to_everybody(shop: Shop) -> None:
    schema = shop.client.get("/api/openapi.json").json()
    operations = [(method, path) for path, methods in schema["paths"].items() for method in methods]

    assert len(operations) >= 3
    for method, path in operations:
        assert schema["paths"][path][method]["security"]
        assert shop.client.request(method, path).status_code == 401, path


def test_a_write_key_may_not_read(shop: Shop, partner: Shop) -> None:
    for headers in ({}, bearer(shop.key), bearer("rap_api_0"), shop.basic):
        answer = shop.client.get("/api/v1/counts", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_key")

    assert partner.client.get("/api/v1/counts", headers=bearer(partner.key)).status_code == 200


def test_the_schema_has_the_native_endpoint(shop: Shop) -> None:
    schema = shop.client.get("/api/openapi.json").json()

    operation = schema["paths"]["/api/v1/interactions"]["post"]
    assert schema["openapi"].startswith("3.1")
    assert {"200", "400", "401", "413", "429", "503"} <= set(operation["responses"])
    results = schema["components"]["schemas"]["Result"]["properties"]["result"]
    assert results["enum"] == ["ok", "rejected", "retry", "warning"]
    kinds = schema["components"]["schemas"]["Interaction"]["required"]
    assert kinds == ["message_id", "kind"]
    assert {"ApiKey"} <= set(schema["components"]["securitySchemes"])


def test_our_own_server_joins_two_accounts(partner: Shop, new_id: str) -> None:
    told = {
        "first": {"kind": "user_id", "value": f"{new_id}-old"},
        "second": {"kind": "user_id", "value": f"{new_id}-new"},
    }

    assert partner.client.post("/api/v1/links", json=told, headers=bearer(partner.key)).status_code == 200

    partner.batch({"type": "track", "event": "Clicked", "userId": f"{new_id}-new", "messageId": new_id})
    assert partner.identifiers(new_id) == {("user_id", f"{new_id}-old"), ("user_id", f"{new_id}-new")}


def join(value: str) -> bytes:
    return json.dumps(
        {"first": {"kind": "user_id", "value": value}, "second": {"kind": "x", "value": "y"}}
    ).encode()


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/api/nothing", b"", 404),
        ("POST", "/api/v1/links", b"{", 400),
        ("POST", "/api/v1/links", b'{"first": 5}', 422),
        ("POST", "/api/v1/links", join("0"), 409),
        ("POST", "/api/v1/links", join("a\x00"), 400),
        ("DELETE", "/api/v1/counts", b"", 405),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_problem(
    partner: Shop, method: str, path: str, content: bytes, status: int
) -> None:
    answer = partner.client.request(method, path, content=content, headers=bearer(partner.key))

    assert answer.status_code == status
    if status != 405:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]


def test_health_says_no_details(shop: Shop) -> None:
    assert shop.client.get("/livez").json() == {"status": "alive"}
    assert shop.client.get("/readyz").json()["status"] in {"ready", "behind"}
