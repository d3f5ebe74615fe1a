"""Keeping statements of consent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from rapport.customers.consent.models import ConsentRecord
from rapport.customers.consent.rules import PURPOSES, Statement
from rapport.kernel.refusals import Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

SAYABLE = ("granted", "denied")


class BadConsent(Refusal):
    """A statement of consent that cannot be kept as it was given."""


def record_many(statements: Sequence[Statement], *, batch: int = 0) -> None:
    """Keep statements that came with interactions, inside the caller's transaction."""
    ConsentRecord.objects.bulk_create(_row(statement, batch) for statement in statements)


def restore_refusals(refused: Mapping[int, Sequence[Sequence[str]]]) -> None:
    """Write anew what returning contact points had said no to before they were forgotten, as [purpose, moment]."""
    record_many(
        [
            Statement(
                identifier_id=identifier_id,
                purpose=purpose,
                state="denied",
                at=datetime.fromisoformat(said_at),
                source="remembered",
                proof="said no before being forgotten; only that was kept",
            )
            for identifier_id, said in refused.items()
            for purpose, said_at in said
        ]
    )


@transaction.atomic
def state(
    identifier_id: int, *, purpose: str, granted: bool, proof: str, by: Actor, at: datetime
) -> ConsentRecord:
    """Write down what a customer told a member of staff about one contact point and purpose."""
    require(by, "customers.consent")
    if not proof.strip():
        raise BadConsent("Say how they told us: a consent needs its proof.", field="proof", value=proof)
    word = Statement(
        identifier_id=identifier_id,
        purpose=purpose,
        state="granted" if granted else "denied",
        at=at,
        source="staff",
        proof=proof.strip(),
        by=by.audit_name,
    )
    kept = _row(word, 0)
    kept.save()
    audit.record(
        "consent.state", by=by, subject=f"identifier:{identifier_id}", at=at, detail={purpose: word.state}
    )
    return kept


def forget_batch(batch: int) -> None:
    """Remove the statements that an import brought, when it is taken back."""
    ConsentRecord.objects.filter(batch=batch).delete()


def _row(statement: Statement, batch: int) -> ConsentRecord:
    if statement.purpose not in PURPOSES:
        raise BadConsent(
            f"'{statement.purpose}' is not a purpose; they are {', '.join(PURPOSES)}.",
            field="purpose",
            value=statement.purpose,
        )
    if statement.state not in SAYABLE:
        raise BadConsent(
            f"'{statement.state}' is not granted or denied.", field="state", value=statement.state
        )
    return ConsentRecord(
        identifier_id=statement.identifier_id,
        purpose=statement.purpose,
        state=statement.state,
        at=statement.at,
        source=statement.source[:80],
        proof=statement.proof[:300],
        by=statement.by[:200],
        batch=batch,
    )
