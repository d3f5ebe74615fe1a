import secrets as random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rapport.customers.forgotten import queries, rules
from rapport.customers.forgotten.models import Mark, MarkKey
from rapport.kernel import secrets

Refused = Sequence[tuple[str, str]]
"""What somebody said no to: purposes, each with the moment in ISO form."""


def ensure_key() -> bytes:
    """The key of all digests, made with the first erasure; inside a transaction under the writers' lock."""
    if (known := queries.key()) is not None:
        return known
    fresh = random.token_bytes(32)
    sealed = secrets.seal(fresh.hex(), purpose=queries.PURPOSE)
    MarkKey.objects.update_or_create(id=1, defaults={"sealed": sealed})
    return fresh


def mark(
    identifiers: Iterable[tuple[str, str]],
    *,
    refused: Mapping[tuple[str, str], Refused],
    erasure_id: int,
    at: datetime,
) -> None:
    """Remember these identifiers as erased, and what they had refused; inside the transaction that erases."""
    key = ensure_key()
    Mark.objects.bulk_create(
        (
            Mark(
                digest=rules.of_identifier(key, *pair),
                erasure_id=erasure_id,
                erased_at=at,
                refused=[list(one) for one in refused.get(pair, ())],
            )
            for pair in identifiers
        ),
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["erasure_id", "erased_at", "refused"],
    )
