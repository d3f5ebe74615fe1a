"""Figures for Prometheus: counts and states, with few and fixed labels. No label names a person, key or address."""

import hmac
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from rapport import __version__
from rapport.jobs.queue import queries as jobs
from rapport.wiring import followers
from rapport.wiring.health import disk

MEDIA_TYPE = b"text/plain; version=0.0.4; charset=utf-8"

_process = CollectorRegistry()
ProcessCollector(registry=_process)
_requests = Counter(
    "rapport_http_requests", "Requests answered.", ["part", "method", "status"], registry=_process
)
_seconds = Histogram(
    "rapport_http_request_seconds",
    "Seconds until a request was answered to its end.",
    ["part"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=_process,
)
_interactions = Counter(
    "rapport_interactions_received",
    "Interactions received over HTTP, by what became of them: new, known already, refused.",
    ["outcome"],
    registry=_process,
)
Gauge("rapport_release", "1, with the release as its label.", ["release"], registry=_process).labels(
    __version__
).set(1)


def note_request(part: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    _requests.labels(part, method, f"{status // 100}xx").inc()
    _seconds.labels(part).observe(seconds)


def note_interactions(*, new: int, known: int, refused: int) -> None:
    """Count what became of the interactions of one request."""
    for outcome, count in (("new", new), ("known", known), ("refused", refused)):
        if count:
            _interactions.labels(outcome).inc(count)


def may_read(authorization: bytes) -> bool:
    """Whether this is the token that the operator set; without one nobody may read."""
    token = settings.METRICS_TOKEN.encode()
    scheme, _, given = authorization.partition(b" ")
    return bool(token) and scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(), token)


def of_process() -> bytes:
    """What this process counted since it began."""
    return generate_latest(_process)


def of_record() -> bytes:
    """What the database and the disk say now, for all processes alike."""
    registry, now = CollectorRegistry(), datetime.now(UTC)
    states = Gauge("rapport_jobs", "Jobs by state.", ["state"], registry=registry)
    for state, count in jobs.counts(at=now).items():
        states.labels(state).set(count)
    _gauge(registry, "rapport_workers", "Workers that gave a sign of life.", len(jobs.workers(at=now)))
    behind = Gauge(
        "rapport_follower_rows_behind", "Rows of the log not read yet.", ["follower"], registry=registry
    )
    for name, rows in followers.lag().items():
        behind.labels(name).set(rows)
    _gauge(registry, "rapport_database_bytes", "Size of the database.", _database_bytes())
    _gauge(registry, "rapport_disk_free_bytes", "Room left on the disk.", disk.room(settings.HOME).free)
    return generate_latest(registry)


def _gauge(registry: CollectorRegistry, name: str, said: str, value: float) -> None:
    Gauge(name, said, registry=registry).set(value)


def _database_bytes() -> int:
    if connection.vendor == "sqlite":
        file = Path(settings.DATABASES["default"]["NAME"])
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
