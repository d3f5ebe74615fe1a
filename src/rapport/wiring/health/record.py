"""Whether the record itself is sound. Reads all of it: minutes on a large one."""

from collections.abc import Callable, Iterator

from django.db import connection

from rapport.channels.endpoints import queries as endpoints
from rapport.customers.forgotten import queries as forgotten
from rapport.files.store import queries as files
from rapport.interactions.log import queries as log
from rapport.interactions.webhooks import queries as webhooks
from rapport.interactions.webhooks.commands.handing import SEALED_FOR
from rapport.kernel import secrets
from rapport.kernel.refusals import Refusal
from rapport.staff.audit import queries as audit
from rapport.wiring.health.findings import Finding, good, wrong

_RESTORE = "Restore the newest sound backup (docs/how-to/backup.md)."
_SHOWN = 3

_REFERENCES = """
    SELECT format('SELECT count(*) FROM %s t WHERE t.%I IS NOT NULL AND NOT EXISTS '
                  '(SELECT 1 FROM %s o WHERE o.%I = t.%I)',
                  c.conrelid::regclass, a.attname, c.confrelid::regclass, b.attname, a.attname),
           c.conrelid::regclass::text || '.' || a.attname
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f'"""


def findings() -> Iterator[Finding]:
    """Every finding; each part is looked at even if another is broken."""
    for look in _PARTS:
        yield look()


def integrity() -> Finding:
    """The pages of the database, as the engine itself checks them."""
    if connection.vendor != "sqlite":
        return good("integrity", "PostgreSQL reports damaged pages by itself when it reads them.")
    bad = [row[0] for row in _rows("PRAGMA integrity_check") if row[0] != "ok"]
    return (
        wrong("integrity", f"The database file is damaged: {bad[0]}", _RESTORE)
        if bad
        else good("integrity", "Every page of the database is sound.")
    )


def references() -> Finding:
    """No row points at one that is not there."""
    found = _dangling_in_sqlite() if connection.vendor == "sqlite" else _dangling_in_postgres()
    if found:
        return wrong("references", f"Rows point at nothing: {', '.join(found[:_SHOWN])}.", _RESTORE)
    return good("references", "Every reference leads somewhere.")


def counts() -> Finding:
    off = log.miscounted()
    if off:
        return wrong("counts", f"{off} counts per day differ from a recount.", "Run `rapport log rebuild`.")
    return good("counts", "The counts are what a recount gives.")


def audit_chain() -> Finding:
    verdict = audit.verify()
    if not verdict.holds:
        said = f"The audit log is broken at entry {verdict.broken}: {verdict.reason}."
        return wrong("audit", said, "Compare it with that of a backup: somebody changed the record by hand.")
    return good("audit", f"The chain of {verdict.entries} audit entries holds.")


def stored_files() -> Finding:
    bad: list[str] = []
    count = 0
    for stored in files.every().iterator(chunk_size=500):
        count += 1
        try:
            for _ in files.content(stored):
                break
        except Refusal as refusal:
            bad.append(refusal.message)
    if bad:
        return wrong("files", f"{len(bad)} of {count} stored files are damaged. {bad[0]}", _RESTORE)
    return good("files", f"{count} stored files are as they were kept.")


def sealed_secrets() -> Finding:
    sealed = [(webhook.secret, SEALED_FOR) for webhook in webhooks.all_webhooks()]
    sealed += [(secret, endpoints.SEALED_FOR) for secret in endpoints.sealed()]
    lost = 0
    for secret, purpose in sealed:
        try:
            secrets.unseal(secret, purpose=purpose)
        except Refusal:
            lost += 1
    if forgotten.anybody() and forgotten.key() is None:
        lost += 1
    if lost:
        return wrong(
            "secrets",
            f"{lost} sealed secrets cannot be opened: the key ring is not the one that sealed them.",
            "Put the right key ring into the data folder, or name it with RAPPORT_KEYRING_FILE.",
        )
    return good("secrets", "The key ring opens what it sealed.")


_PARTS: tuple[Callable[[], Finding], ...] = (
    integrity,
    references,
    counts,
    audit_chain,
    stored_files,
    sealed_secrets,
)


def _dangling_in_sqlite() -> list[str]:
    return sorted({str(row[0]) for row in _rows("PRAGMA foreign_key_check")})


def _dangling_in_postgres() -> list[str]:
    return [str(place) for statement, place in _rows(_REFERENCES) if _rows(str(statement))[0][0]]


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
