"""A line of the log says what happened and never to whom; nobody can write a line of their own into it."""

import json
import logging
import sys

import pytest
import structlog

from rapport.config import logs


def line(
    message: object, *values: object, as_json: bool = True, raised: bool = False, **named: object
) -> str:
    record = logging.LogRecord(
        "rapport.trial", logging.WARNING, __file__, 1, message, values, sys.exc_info() if raised else None
    )
    if named:
        record.msg, record._logger, record._name = (
            {"event": message, "level": "warning", **named},
            None,
            "warning",
        )
    return logs.formatter(as_json=as_json).format(record)


def test_of_values_filled_into_a_sentence_only_numbers_are_kept() -> None:
    said = json.loads(line("%s %s failed %d times", "GET", "/unsubscribe/secret-token-of-ann", 3))

    assert said["event"] == "... ... failed 3 times"
    assert said["level"] == "warning"
    assert said["logger"] == "rapport.trial"


def test_only_named_fields_are_kept() -> None:
    said = json.loads(line("follower failed", follower="search", customer="Ann", body='{"email": 1}'))

    assert said["follower"] == "search"
    assert not {"customer", "body"} & set(said)


def test_an_exception_is_named_and_located_but_not_quoted() -> None:
    try:
        int("ann@example.org")
    except ValueError:
        text = line("a batch could not be stored", raised=True)

    said = json.loads(text)
    assert said["exception"] == "ValueError"
    assert "test_logs.py:" in said["raised_at"]
    assert "ann@example.org" not in text


@pytest.mark.parametrize(
    "secret",
    [
        "ann@example.org",
        "rap_write_4cbca59b42fc9b7fe9f161a79c2b1bc7c36f2d0c",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "Bearer abc.def.ghi",
        "postgresql://rapport:hunter2@db",
        "/search?q=Ann+Archer",
        "+49 171 555 0199",
        "Zk3yQx8vLw2nRt6pBs9mCd4fGh7jKl1aXo",
    ],
)
def test_what_looks_like_an_address_key_or_number_is_masked_in_sentences_too(secret: str) -> None:
    text = line(f"refused {secret} for good", reason=f"because of {secret}")

    for word in secret.removeprefix("Bearer ").split():
        assert word not in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_nobody_writes_a_line_of_their_own_or_moves_the_cursor(form: str) -> None:
    text = line("began\n2026 INFO all is well\x1b[2J\r\u2028end", as_json=form == "json", reason="a\nb")

    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


def test_the_logs_for_people_hold_what_those_for_programs_hold() -> None:
    text = line("job given up", as_json=False, task="customers.likeness", attempts=5)

    assert "WARNING job given up" in text
    assert "attempts=5" in text
    assert "task=customers.likeness" in text


def test_loggers_of_structlog_are_led_the_same_way(caplog: pytest.LogCaptureFixture) -> None:
    with structlog.contextvars.bound_contextvars(request_id="from-the-proxy-1"):
        structlog.get_logger("rapport.trial").warning("follower failed", follower="search", email="ann@x.org")

    text = logs.formatter(as_json=True).format(caplog.records[-1])
    assert json.loads(text)["request_id"] == "from-the-proxy-1"
    assert "ann@x.org" not in text


def test_a_refused_request_is_logged_by_its_status_and_not_by_its_path() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, "%s: %s", ("Not Found", "/customers/ann/"), None
    )
    record.status_code = 404

    said = json.loads(logs.formatter(as_json=True).format(record))

    assert (said["event"], said["status"], said["logger"]) == ("request not served", 404, "django.request")
    assert "ann" not in json.dumps(said)
