"""Whatever JSON comes in becomes an entry that both databases can store, or a fault that names a field."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.interactions.ingestion.rules import native, posthog, segment, values
from rapport.interactions.ingestion.rules.received import BadMessage, Fault, Reception, Taken
from rapport.interactions.log.rules import LONGEST_MESSAGE_ID, LONGEST_SUBJECT
from rapport.kernel.channels import CHANNELS, DIRECTIONS
from rapport.kernel.kinds import KINDS

RECEIVED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
numbers = count()
RECEPTION = Reception(RECEIVED, "EUR", lambda: f"made-{next(numbers)}")

texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", " ", "null", "a\x00b", "\ud800", "a@b.org", "Order Completed", "1e999999", "x" * 400,
                     "1970-01-01T00:00:00Z", "2099-01-01", "identify", "track", "$identify", "GBP", "GB", "yen"]),
)  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(2**62, 2**70), st.floats(), texts,
    st.sampled_from([10**350, 1e308, -1, 0]),
)  # fmt: skip
FIELDS = """type userId anonymousId event properties context traits timestamp sentAt messageId previousId groupId name
category integrations email phone device id externalIds revenue total currency os page channel writeKey distinct_id uuid
$set $set_once $groups $device_id alias options kind message_id identifiers occurred_at amount consents marketing
organisation direction subject text external user_id is_login $group_type $group_key $group_set"""
names = st.sampled_from(FIELDS.split())
anything = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(names, texts), inner, max_size=8)
    ),
    max_leaves=25,
)
messages = st.dictionaries(names, anything, max_size=12)
likely = st.fixed_dictionaries(
    {"type": st.sampled_from(segment.TYPES), "event": texts},
    optional=dict.fromkeys(
        ("userId", "messageId", "properties", "context", "timestamp", "groupId"), anything
    ),
)
typed = st.fixed_dictionaries(
    {
        "message_id": texts,
        "kind": st.sampled_from(sorted(KINDS)),
        "identifiers": st.just({"user_id": "amina"}),
    },
    optional=dict.fromkeys(("amount", "currency", "properties", "traits", "text", "consents"), anything),
)
items = st.lists(st.one_of(messages, likely, typed, anything), max_size=4)

fuzz = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(taken: Taken, sent: list[Any]) -> None:
    assert sorted([*taken.places, *taken.faults]) == list(range(len(sent)))
    for entry in taken.entries:
        assert entry.kind in KINDS
        assert entry.channel in CHANNELS
        assert entry.direction in DIRECTIONS
        assert 0 < len(entry.message_id) <= LONGEST_MESSAGE_ID
        assert len(entry.subject) <= LONGEST_SUBJECT
        assert entry.claims
        assert (entry.amount_minor is None) == (entry.currency == "")
        assert datetime(1990, 1, 1, tzinfo=UTC) <= entry.occurred_at <= RECEIVED
        assert isinstance(json.loads(entry.properties), dict)
        said = f"{entry.message_id}{entry.subject}{entry.text}{entry.warning}{entry.traits}{entry.claims}"
        for written in (said, entry.properties):
            assert "\x00" not in written
            assert "\\u0000" not in written
            written.encode()
    for fault in taken.faults.values():
        assert fault.field
        assert fault.message
        (fault.field + fault.value + fault.message).encode()


def fault_of(read: Callable[[], Any]) -> Fault | None:
    try:
        read()
    except BadMessage as bad:
        return bad.fault
    return None


def sent_as_json(body: Any) -> tuple[Any, bool]:
    return values.parsed(json.dumps(body).encode())


@fuzz
@given(items)
def test_a_batch_of_segment_is_taken_message_by_message(sent: list[Any]) -> None:
    body, is_dirty = sent_as_json({"batch": sent})

    check(segment.batch(body, RECEPTION, is_dirty=is_dirty), sent)


@fuzz
@given(items)
def test_a_batch_of_posthog_is_taken_event_by_event(sent: list[Any]) -> None:
    body, is_dirty = sent_as_json({"batch": sent})

    check(posthog.events(body, RECEPTION, is_dirty=is_dirty), sent)


@fuzz
@given(items)
def test_native_interactions_are_taken_one_by_one(sent: list[Any]) -> None:
    body, is_dirty = sent_as_json({"interactions": sent})

    check(native.interactions(body, RECEPTION, is_dirty=is_dirty), sent)


@fuzz
@given(anything)
def test_any_body_is_taken_or_refused_with_a_field(body: Any) -> None:
    parsed, is_dirty = sent_as_json(body)
    for decode in (segment.batch, posthog.events, native.interactions):
        fault = fault_of(partial(decode, parsed, RECEPTION, is_dirty=is_dirty))
        assert fault is None or fault.field


@fuzz
@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_refused_with_the_place(body: bytes) -> None:
    fault = fault_of(partial(values.parsed, body))

    assert fault is None or fault.field == "body"


@pytest.mark.parametrize("nesting", [b"[", b'{"a":', b'[{"a":[', b'{"a":"}",'])
def test_deep_nesting_is_refused_before_it_is_read(nesting: bytes) -> None:
    with pytest.raises(BadMessage):
        values.parsed(nesting * 100_000)


def test_brackets_in_text_are_not_nesting() -> None:
    said = {"a": "[" * 1000 + '\\"' + "{" * 1000}

    assert values.parsed(json.dumps(said).encode()) == (said, False)


def test_numbers_that_no_database_holds_are_kept_as_text() -> None:
    parsed, is_dirty = values.parsed(b'{"a": NaN, "b": 1e999999, "c": -Infinity, "d": 5, "e": "\\ud800x"}')

    assert is_dirty
    assert values.mended(parsed) == (
        {"a": "NaN", "b": "1e999999", "c": "-Infinity", "d": 5, "e": "\ufffdx"},
        [".a", ".b", ".c", ".e"],
    )
