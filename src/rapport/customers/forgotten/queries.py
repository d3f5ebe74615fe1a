from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import lru_cache

import structlog
from django.db import connection
from django.db.models import Max

from rapport.customers.forgotten import rules
from rapport.customers.forgotten.models import Mark
from rapport.kernel import secrets

PURPOSE = "customers.forgotten"
_AT_ONCE = 5_000
log = structlog.get_logger("rapport.privacy")
Pair = tuple[str, str]


def anybody() -> bool:
    """Whether anybody was ever erased here: where nobody was, nothing more need be asked."""
    return Mark.objects.exists()


def newest() -> datetime | None:
    """When somebody was last erased: what happens later needs no look for marks."""
    return Mark.objects.aggregate(newest=Max("erased_at"))["newest"]  # type: ignore[no-any-return]


def key() -> bytes | None:
    """The key of all digests; None if there is none yet, or if the key ring that sealed it is lost.

    Without its ring the marks are void for good: that is said loudly, and what happens now is still taken in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM customers_markkey WHERE id = 1")
        found = cursor.fetchone()
    return _opened(found[0]) if found else None


@lru_cache(maxsize=4)
def _opened(sealed: str) -> bytes | None:
    try:
        return bytes.fromhex(secrets.unseal(sealed, purpose=PURPOSE))
    except secrets.CannotUnseal:
        log.exception(
            "the key ring does not open the marks of erased people: old data of theirs could return"
        )
        return None


def marks(identifiers: Collection[Pair]) -> dict[Pair, Mark]:
    """Those of these identifiers (in their stored form) that were erased, each with its mark."""
    secret = key() if identifiers else None
    if secret is None:
        return {}
    by_digest = {rules.of_identifier(secret, *pair): pair for pair in identifiers}
    return {
        by_digest[mark.digest]: mark
        for digests in _pieces(by_digest)
        for mark in Mark.objects.filter(digest__in=digests)
    }


def digests_of_messages(source_id: int, message_ids: Iterable[str]) -> dict[str, str]:
    """For each message id of a source the digest it would have left behind; empty without a key."""
    secret = key()
    return {} if secret is None else {one: rules.of_message(secret, source_id, one) for one in message_ids}


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    every = list(values)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]
