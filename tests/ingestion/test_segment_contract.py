"""Segment's HTTP tracking API, route by route, as its documents and its clients have it."""

import base64
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.running import Shop, zipped

TYPES = {
    "identify": ("i", {"traits": {"email": "ann@example.org"}}, "profile"),
    "track": ("t", {"event": "Video Played"}, "action"),
    "page": ("p", {"name": "Prices"}, "page_view"),
    "screen": ("s", {"name": "Start"}, "page_view"),
    "group": ("g", {"groupId": "acme", "traits": {"name": "Acme"}}, "membership"),
    "alias": ("a", {"previousId": "before"}, "alias"),
}


def track(message_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Clicked", "userId": "ann", "messageId": message_id, **more}


def moment(text: Any) -> datetime:
    if isinstance(text, datetime):
        return text.astimezone(UTC)
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_a_long_and_a_short_route(shop: Shop, new_id: str, type_: str) -> None:
    letter, more, kind = TYPES[type_]
    for route in (type_, letter):
        answer = shop.post(f"/v1/{route}", {"userId": "ann", "messageId": new_id + route, **more})

        assert (answer.status_code, answer.json()) == (200, {"success": True})
        assert shop.stored(new_id + route)["kind"] == kind


@pytest.mark.parametrize("route", ["batch", "import", "b", "batch/"])
def test_every_route_for_batches_takes_all_types(shop: Shop, new_id: str, route: str) -> None:
    items = [
        {"type": t, "userId": "ann", "messageId": new_id + t, **more} for t, (_, more, _) in TYPES.items()
    ]

    answer = shop.post(f"/v1/{route}", {"batch": items, "sentAt": "2026-03-02T12:00:00Z"})

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [shop.stored(new_id + t)["kind"] for t in TYPES] == [kind for *_, kind in TYPES.values()]


def ways_to_prove(key: str) -> dict[str, tuple[dict[str, str], dict[str, Any], dict[str, Any]]]:
    """Headers, fields of the body, fields of the message."""
    with_colon, without = (base64.b64encode(text.encode()).decode() for text in (f"{key}:", key))
    return {
        "basic": ({"Authorization": f"Basic {with_colon}"}, {}, {}),
        "basic without colon": ({"Authorization": f"Basic {without}"}, {}, {}),
        "basic without padding": ({"Authorization": f"basic {with_colon.rstrip('=')}"}, {}, {}),
        "key in the body": ({}, {"writeKey": key}, {}),
        "key in the message": ({}, {}, {"writeKey": key}),
        "bearer": ({"Authorization": f"Bearer {key}"}, {}, {}),
        "another's bearer, key in the body": ({"Authorization": "Bearer oauth"}, {"writeKey": key}, {}),
    }


@pytest.mark.parametrize("way", ways_to_prove(""))
def test_a_key_is_accepted_wherever_clients_put_it(shop: Shop, new_id: str, way: str) -> None:
    headers, in_body, in_message = ways_to_prove(shop.key)[way]
    body = {"batch": [track(new_id, **in_message)], **in_body}

    assert shop.client.post("/v1/batch", json=body, headers=headers).status_code == 200
    assert shop.count(new_id) == 1


@pytest.mark.parametrize("secret", [":", "rap_write_0000", "ключ", "a" * 5000])
def test_an_unknown_key_is_refused_in_words_that_clients_read(shop: Shop, secret: str) -> None:
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}

    answer = shop.client.post("/v1/track", json=track("x"), headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_key"
    assert answer.json()["message"]
    assert secret == ":" or secret not in answer.text


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", ""])
def test_the_content_type_does_not_matter(shop: Shop, new_id: str, content_type: str) -> None:
    assert shop.post("/v1/t", track(new_id), content_type=content_type).status_code == 200
    assert shop.count(new_id) == 1


def test_packed_bodies_are_unpacked(shop: Shop, new_id: str) -> None:
    ways = {
        "gzip": zipped(track(new_id + "gzip")),
        "deflate": zlib.compress(json.dumps(track(new_id + "deflate")).encode()),
        "": zipped(track(new_id)),
    }
    for encoding, body in ways.items():
        answer = shop.post("/v1/t", body, **({"content_encoding": encoding} if encoding else {}))

        assert answer.status_code == 200
        assert shop.count(new_id + encoding) == 1


def test_a_body_in_chunks_without_a_length_is_read(shop: Shop, new_id: str) -> None:
    body = zipped({"batch": [track(new_id)]})

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 20):
            yield body[start : start + 20]

    headers = {**shop.basic, "Content-Encoding": "gzip"}
    answer = shop.client.post("/v1/b", content=pieces(), headers=headers)

    assert answer.status_code == 200
    assert shop.count(new_id) == 1


def test_explicit_nulls_mean_nothing_was_said(shop: Shop, new_id: str) -> None:
    nulls = dict.fromkeys(("anonymousId", "category", "context", "integrations", "timestamp", "traits"))

    assert shop.batch(track(new_id, **nulls), context=None, sentAt=None).json() == {"success": True}
    assert shop.stored(new_id)["warning"] == ""


def test_a_page_of_another_origin_may_send(shop: Shop) -> None:
    asked = "authorization,content-type,x-retry-count"
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }

    answer = shop.client.options("/v1/t", headers=headers)

    assert answer.status_code == 200
    allowed = answer.headers["access-control-allow-headers"].replace(" ", "").split(",")
    assert set(asked.split(",")) <= set(allowed)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert int(answer.headers["access-control-max-age"]) > 0
    assert shop.post("/v1/t", track("cors")).headers["access-control-allow-origin"] == "*"
    assert shop.client.post("/v1/t").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("route", ["/v1/projects/{}/settings", "/projects/{}/settings"])
def test_the_browser_bundle_is_told_where_to_send(shop: Shop, route: str) -> None:
    answer = shop.client.get(route.format(shop.key))

    destination = answer.json()["integrations"]["Segment.io"]
    assert destination["apiKey"] == shop.key
    assert f"{destination['protocol']}://{destination['apiHost']}" == f"{shop.server.address}/v1"
    assert shop.client.get(route.format("unknown")).status_code == 404


def test_a_strange_host_is_not_told_as_the_place_to_send_to(shop: Shop) -> None:
    answer = shop.client.get(f"/v1/projects/{shop.key}/settings", headers={"Host": "evil.example"})

    assert "evil" not in answer.text


def test_what_clients_count_of_themselves_is_taken_and_forgotten(shop: Shop) -> None:
    assert shop.client.post("/v1/m", content='{"series":[]}').status_code == 200


def test_the_same_message_is_one_row_for_ever(shop: Shop, partner: Shop, new_id: str) -> None:
    for _ in range(3):
        assert shop.batch(track(new_id), track(new_id)).status_code == 200
    assert shop.count(new_id) == 1

    partner.batch(track(new_id))
    assert shop.count(new_id) == 2, "another source counts its messages by itself"


def test_a_message_without_an_id_gets_one(shop: Shop, new_id: str) -> None:
    shop.batch({"type": "track", "event": new_id, "userId": "ann"})

    rows = shop.server.rows("SELECT message_id FROM interactions_interaction WHERE subject = ?", [new_id])
    assert len(rows) == 1
    assert len(rows[0][0]) > 30


def test_a_wrong_clock_is_set_right(shop: Shop, new_id: str) -> None:
    clock = datetime(2031, 1, 1, tzinfo=UTC)
    happened, sent = clock, clock + timedelta(minutes=5)

    shop.batch(track(new_id, timestamp=happened.isoformat()), sentAt=sent.isoformat())

    stored = shop.stored(new_id)
    assert moment(stored["received_at"]) - moment(stored["occurred_at"]) == timedelta(minutes=5)
    assert moment(stored["sent_at"]) == sent
    assert stored["warning"] == ""


@pytest.mark.parametrize(
    "said", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday", "0001-01-01T00:00:00+14:00", {}]
)
def test_an_impossible_moment_becomes_that_of_receipt_with_a_warning(
    shop: Shop, new_id: str, said: Any
) -> None:
    answer = shop.batch(track(new_id, timestamp=said))

    stored = shop.stored(new_id)
    assert answer.status_code == 200
    assert answer.json()["warnings"][0]["message"] == 0
    assert moment(stored["occurred_at"]) == moment(stored["received_at"])
    assert "received" in stored["warning"]


def test_an_order_is_a_purchase_and_its_refund_takes_money_back(shop: Shop, new_id: str) -> None:
    order = {"order_id": "7", "total": 30, "revenue": "25.50", "currency": "gbp", "products": [{"sku": "a"}]}
    shop.batch(
        track(new_id + "buy", event="Order Completed", properties=order),
        track(new_id + "back", event="order refunded", properties={"total": 10, "currency": "JPY"}),
        track(new_id + "assumed", event="Order Completed", properties={"total": 5}),
        track(new_id + "odd", event="Order Completed", properties={"total": "much"}),
    )

    bought, back = shop.stored(new_id + "buy"), shop.stored(new_id + "back")
    assumed, odd = shop.stored(new_id + "assumed"), shop.stored(new_id + "odd")
    assert (bought["kind"], bought["amount_minor"], bought["currency"]) == ("purchase", 2550, "GBP")
    assert bought["properties"]["products"] == [{"sku": "a"}]
    assert (back["kind"], back["amount_minor"], back["currency"]) == ("refund", -10, "JPY")
    assert (assumed["amount_minor"], assumed["currency"]) == (500, "EUR")
    assert "EUR assumed" in assumed["warning"]
    assert (odd["kind"], odd["amount_minor"], odd["currency"]) == ("purchase", None, "")
    assert "much" in odd["warning"]


def test_a_log_in_joins_account_and_mail_but_mail_in_properties_does_not_prove(
    shop: Shop, new_id: str
) -> None:
    mail = f"{new_id}@example.org"
    shop.post("/v1/i", {"userId": new_id, "traits": {"email": mail.upper()}, "messageId": f"in-{new_id}"})
    shop.post("/v1/i", {"userId": f"x{new_id}", "context": {"traits": {"email": "x" + mail}},
                        "messageId": f"rudder-{new_id}"})  # fmt: skip

    assert shop.identifiers(f"in-{new_id}") == {("user_id", new_id), ("email", mail)}
    assert shop.identifiers(f"rudder-{new_id}") == {("user_id", f"x{new_id}"), ("email", "x" + mail)}


def test_browser_device_and_other_numbers_are_identifiers(shop: Shop, new_id: str) -> None:
    context = {
        "device": {"id": f"phone-{new_id}"},
        "externalIds": [
            {"id": new_id, "type": "member_no", "collection": "users", "encoding": "none"},
            "not an object",
        ],
    }

    shop.batch(track(new_id, userId=f"u{new_id}", anonymousId=f"b-{new_id}", context=context))

    assert shop.identifiers(new_id) == {
        ("user_id", f"u{new_id}"),
        ("anonymous_id", f"b-{new_id}"),
        ("device", f"phone-{new_id}"),
        ("external", f"member_no:{new_id}"),
    }


def test_the_context_of_a_batch_is_that_of_its_messages(shop: Shop, new_id: str) -> None:
    shop.batch(
        track(new_id, context={"page": {"path": "/a"}}),
        context={"app": {"name": "till"}, "page": {"path": "/b"}},
    )

    assert shop.stored(new_id)["properties"]["context"] == {"app": {"name": "till"}, "page": {"path": "/a"}}


def test_a_group_makes_an_organisation_with_a_member(shop: Shop, new_id: str) -> None:
    shop.post("/v1/g", {"userId": f"u{new_id}", "groupId": f"org-{new_id}", "traits": {"name": "Acme Ltd"}})

    members = shop.server.rows(
        "SELECT p.value FROM customers_membership m JOIN customers_identifier p ON p.id = m.person_id "
        "JOIN customers_identifier o ON o.id = m.organisation_id WHERE o.value = ?",
        [f"org-{new_id}"],
    )
    assert members == [(f"u{new_id}",)]


def test_one_bad_message_does_not_fail_the_others(shop: Shop, new_id: str) -> None:
    answer = shop.batch(
        track(new_id + "1"),
        {"type": "track", "userId": "ann", "messageId": new_id + "2"},
        {"type": "dance", "userId": "ann"},
        {"type": "page", "messageId": new_id + "3"},
        track(new_id + "4"),
    )

    assert answer.status_code == 200
    named = [(one["field"], one["value"]) for one in answer.json()["rejected"]]
    assert named == [("[1].event", "null"), ("[2].type", "dance"), ("[3].userId", "null")]
    assert [shop.count(new_id + n) for n in "1234"] == [1, 0, 0, 1]


def test_more_messages_than_segment_takes_are_refused_whole(shop: Shop, new_id: str) -> None:
    assert shop.batch(*(track(f"{new_id}{n}") for n in range(2_500))).status_code == 200

    answer = shop.batch(*(track(f"{new_id}-{n}") for n in range(2_501)))

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "batch")
    assert shop.count(f"{new_id}-0") == 0


def test_events_larger_than_segment_takes_are_stored_with_a_warning(shop: Shop, new_id: str) -> None:
    answer = shop.batch(track(new_id, properties={"text": "x" * 3_500_000}))

    assert answer.status_code == 200
    assert "32 KB" in shop.stored(new_id)["warning"]


def test_an_empty_batch_is_fine(shop: Shop) -> None:
    assert shop.batch().json() == {"success": True}
