"""The native endpoint and PostHog's newer one answer for every message by itself."""

from typing import Any

import pytest
from tests.running import Shop

PATH = "/api/v1/interactions"


def told(message_id: str, **more: Any) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "kind": "visit",
        "channel": "in_person",
        "identifiers": {"external": {"member_no": "20931"}},
        **more,
    }


def send(sender: Shop, *items: Any) -> list[dict[str, Any]]:
    answer = sender.post(PATH, {"interactions": list(items)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


def test_each_interaction_is_answered_by_itself(partner: Shop, new_id: str) -> None:
    results = send(
        partner,
        told(new_id),
        told(new_id + "w", occurred_at="1970-01-01T00:00:00Z"),
        told(new_id + "r", kind="dance"),
        told(new_id),
    )

    assert [one["result"] for one in results] == ["ok", "warning", "rejected", "ok"]
    assert [one.get("is_new") for one in results] == [True, True, None, False]
    assert (results[2]["field"], results[2]["value"]) == ("kind", "dance")
    assert [partner.count(new_id + end) for end in ("", "w", "r")] == [1, 1, 0]


def test_money_channel_and_direction_are_stored_as_told(partner: Shop, new_id: str) -> None:
    send(
        partner,
        told(
            new_id,
            kind="refund",
            amount="12.30",
            currency="gbp",
            direction="out",
            subject="Shoes",
            text="Too small",
        ),
    )

    stored = partner.stored(new_id)
    assert (stored["amount_minor"], stored["currency"]) == (-1230, "GBP")
    assert (stored["channel"], stored["direction"], stored["subject"]) == ("in_person", "out", "Shoes")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": None}, "kind"),
        ({"channel": "telepathy"}, "channel"),
        ({"direction": "up"}, "direction"),
        ({"identifiers": {}}, "identifiers"),
        ({"identifiers": {"email": 5}}, "identifiers.email"),
        ({"identifiers": {"emial": "a@b.org"}}, "identifiers.emial"),
        ({"amount": "much", "currency": "GBP"}, "amount"),
        ({"amount": 5}, "currency"),
        ({"amount": 5, "currency": "pounds"}, "currency"),
        ({"message_id": ""}, "message_id"),
        ({"message_id": "x" * 201}, "message_id"),
        ({"consents": {"spam": "granted"}}, "consents"),
        ({"consents": {"marketing": "maybe"}}, "consents.marketing"),
        ({"properties": []}, "properties"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_refused_interaction_names_the_field(
    partner: Shop, new_id: str, wrong: dict[str, Any], field: str
) -> None:
    (result,) = send(partner, {**told(new_id), **wrong})

    assert (result["result"], result["field"].split("[")[0]) == ("rejected", field)
    assert result["message"]
    assert partner.count(new_id) == 0


def test_consent_is_granted_with_an_api_key_only_and_denied_with_any(
    shop: Shop, partner: Shop, new_id: str
) -> None:
    def states(mail: str) -> list[str]:
        return [
            row[0]
            for row in shop.server.rows(
                "SELECT c.state FROM customers_consentrecord c JOIN customers_identifier i ON i.id = c.identifier_id "
                "WHERE i.value = ? ORDER BY c.id",
                [mail],
            )
        ]

    for sender, state, expected in (
        (shop, "granted", []),
        (shop, "denied", ["denied"]),
        (partner, "granted", ["denied", "granted"]),
    ):
        send(
            sender,
            told(
                f"{new_id}{sender.source}{state}",
                kind="consent",
                identifiers={"email": f"{new_id}@b.org"},
                consents={"marketing": state},
            ),
        )
        assert states(f"{new_id}@b.org") == expected


def test_a_native_request_without_a_key_is_refused(shop: Shop) -> None:
    assert shop.client.post(PATH, json={"interactions": [], "writeKey": shop.key}).status_code == 401


def posthog(uuid: str, **more: Any) -> dict[str, Any]:
    return {"event": "clicked", "uuid": uuid, "distinct_id": "ann", "properties": {}, **more}


def test_posthog_events_are_answered_by_their_ids(shop: Shop, new_id: str) -> None:
    body = {"created_at": "2026-03-02T12:00:00Z", "batch": [
        posthog(new_id), posthog(new_id + "d", event=""), posthog(new_id + "w", timestamp="1970-01-01T00:00:00Z")
    ]}  # fmt: skip
    answer = shop.client.post(
        "/i/v1/analytics/events", json=body, headers={"Authorization": f"Bearer {shop.key}"}
    )

    results = answer.json()["results"]
    assert {id_: one["result"] for id_, one in results.items()} == {
        new_id: "ok",
        new_id + "d": "drop",
        new_id + "w": "warning",
    }
    assert shop.count(new_id) == 1


@pytest.mark.parametrize("path", ["/batch/", "/capture/", "/e/", "/i/v0/e/"])
def test_posthog_events_come_in_on_every_old_route(shop: Shop, new_id: str, path: str) -> None:
    bodies: list[Any] = [
        {"api_key": shop.key, **posthog(new_id + "one")},
        {"api_key": shop.key, "batch": [posthog(new_id + "batch")]},
        [posthog(new_id + "list", properties={"token": shop.key})],
    ]
    for body in bodies:
        assert shop.client.post(path, json=body).status_code == 200
    assert [shop.count(new_id + end) for end in ("one", "batch", "list")] == [1, 1, 1]


def test_posthog_words_are_understood(shop: Shop, new_id: str) -> None:
    device = f"device-{new_id}"
    batch = [
        posthog(new_id + "anon", distinct_id=device, event="$pageview",
                properties={"$device_id": device, "$pathname": "/prices"}),
        posthog(new_id + "login", distinct_id=new_id, event="$identify",
                properties={"$anon_distinct_id": device, "$set": {"email": f"{new_id}@b.org"}}),
        posthog(new_id + "buy", distinct_id=new_id, event="Order Completed",
                properties={"revenue": 9.5, "currency": "USD", "$groups": {"company": f"org{new_id}"}}),
        posthog(new_id + "group", distinct_id=f"$company_org{new_id}", event="$groupidentify",
                properties={"$group_type": "company", "$group_key": f"org{new_id}", "$group_set": {"name": "Acme"}}),
    ]  # fmt: skip

    assert shop.client.post("/batch/", json={"api_key": shop.key, "batch": batch}).json() == {"status": 1}

    assert shop.stored(new_id + "anon")["subject"] == "/prices"
    assert shop.stored(new_id + "buy")["amount_minor"] == 950
    assert shop.identifiers(new_id + "login") == {
        ("user_id", new_id), ("email", f"{new_id}@b.org"), ("anonymous_id", device)
    }  # fmt: skip
    assert shop.identifiers(new_id + "group") == {("organisation_id", f"org{new_id}")}


def test_posthog_is_told_that_there_are_no_flags(shop: Shop) -> None:
    answer = shop.client.post("/flags/?v=4", json={"api_key": shop.key, "distinct_id": "ann"})

    assert answer.json()["flags"] == {}
