"""What the logs say: one line per event, for people or as JSON, and never who the customers are.

A line holds only the fields named here. Bodies, addresses, keys, query strings and the words of customers are not
among them: of values to fill into a sentence only numbers are kept; of an exception its class and where it was
raised, for its message may repeat what somebody sent. What still looks like an address, key or number is masked, and
nothing can begin a new line or move a terminal's cursor.
"""

import logging
import re
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

Event = MutableMapping[str, Any]

FIELDS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "request_id", "exception", "raised_at"),
        *("method", "part", "status", "seconds", "rows", "count", "attempt", "attempts", "times", "batches"),
        *(
            "task",
            "job",
            "queue",
            "worker",
            "duty",
            "follower",
            "reaction",
            "webhook",
            "reason",
            "error",
            "point",
        ),
    }
)
"""All that a line may hold. Who needs another field adds it here, and says why it names nobody."""
_LONGEST = 500
_MASKS = (
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+"), "[address]"),
    (re.compile(r"\b(?:rap_[a-z]+_\w+|whsec_\S+|sealed1:\S+)"), "[key]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 [key]"),
    (re.compile(r"://[^\s/]*@"), "://"),
    (re.compile(r"\?[^\s\"']*=[^\s\"']*"), "?[query]"),
    (re.compile(r"\+?\d(?:[ ()./-]?\d){6,}"), "[number]"),
    (re.compile(r"\b[A-Za-z0-9_-]{32,}\b"), "[token]"),
)
_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING, with structlog's own loggers led the same way."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lambda: formatter(as_json=as_json)}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        # Django's own handlers would write the same line again, unmasked.
        "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": []}},
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    """Lines for programs or for people; both hold the same."""
    ending = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _line
    return _Formatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
        ],
        processors=[
            _name_exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_named_fields,
            ending,
        ],
    )


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Takes the sentence of a record, and of the values to be filled in only numbers."""

    def format(self, record: logging.LogRecord) -> str:
        given = record.args
        if given:
            record = logging.makeLogRecord(record.__dict__)
            record.args = tuple(map(_harmless, given)) if isinstance(given, tuple) else ()
        if given and hasattr(record, "status_code"):
            # Django's own sentence is made of nothing but the reason and the path.
            record.msg, record.args = "request not served", ()
        return super().format(record)


def _harmless(value: Any) -> Any:
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if isinstance(value, int | float) else "..."


def _name_exception(_logger: Any, _method: str, event: Event) -> Event:
    raised = event.pop("exc_info", None)
    record = event.get("_record")
    if not isinstance(raised, tuple) and record is not None and record.exc_info:
        raised = record.exc_info
    if isinstance(status := getattr(record, "status_code", None), int):
        event["status"] = status
    if isinstance(raised, tuple) and raised[0] is not None:
        kind, _error, trace = raised
        frames = traceback.extract_tb(trace)
        event["exception"] = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
        event["raised_at"] = " < ".join(
            f"{_file(one.filename)}:{one.lineno}" for one in reversed(frames[-8:])
        )
    return event


def _file(path: str) -> str:
    return "/".join(path.split("/")[-3:])


def _keep_named_fields(_logger: Any, _method: str, event: Event) -> Event:
    return {name: _masked(name, value) for name, value in event.items() if name in FIELDS}


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, int | float | None):
        return value
    text = str(value)
    if name not in {"timestamp", "raised_at", "request_id"}:
        for looks_like, mask in _MASKS:
            text = looks_like.sub(mask, text)
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)[:_LONGEST]


def _line(_logger: Any, _method: str, event: Event) -> str:
    first = (event.pop("timestamp", ""), str(event.pop("level", "")).upper(), event.pop("event", ""))
    rest = (f"{name}={value}" for name, value in sorted(event.items()))
    return " ".join((*first, *rest))
