"""A desk of any size for its benchmark, filled by bulk SQL (SQLite only): cases, messages and all that stands beside.

Ten messages a case, five cases a customer, two years of them in the order in which they happened. The newest are open:
one of fifty, and of these one of ten waits.
"""

import sqlite3
from pathlib import Path

CASES_EACH, MESSAGES_EACH = 5, 10
OPEN_SHARE, WAITING_SHARE = 50, 10
TOPICS = (
    "parcel",
    "refund",
    "invoice",
    "exchange",
    "voucher",
    "delivery",
    "password",
    "address",
    "warranty",
    "colour",
)
_TOPICS = ",".join(f"'{one}'" for one in TOPICS)
_SECONDS = 2 * 365 * 86_400

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
_CASE = "((i - 1) / 10 + 1)"
_AT = "datetime(:now - :seconds + i * :seconds / :{last}, 'unixepoch')"
_WHOSE = "(1 + ((({case} * 2654435761) >> 7) % :customers))"
_TEXT = """'Dear team, my ' || topic(i) || ' with the number ' || i || ' came late and the box was open. ' ||
  'Please tell me what you can do about order ' || (i % 9973) || ' before the ' || topic(i / 7) || ' is due.'"""
_ANSWER = """'Hello, thank you for your words. We looked at the ' || topic(i - 1) || ' you asked about, and at
  order ' || ((i - 1) % 9973) || ': it is on its way again, and you have nothing to pay.'"""
_IS_OUT = "i % 2 = 0"
_IS_OPEN = "i > :cases - :cases / :open_share"
_IS_WAITING = f"{_IS_OPEN} AND i % :waiting_share = 0"

STATEMENTS = (
    "INSERT INTO interactions_source (id, name, first_seen_at) VALUES (90, 'Rapport', '2024-01-01 00:00:00')",
    _NUMBERS.format(last=":customers")
    + """INSERT INTO customers_identifier (id, kind, value, customer_id, proof, source, batch, first_seen_at)
    SELECT i, 'email', 'customer' || i || '@mail' || (i % 100) || '.example', i, '', 'mail', 0, '2024-01-01 00:00:00'
    FROM n""",
    """INSERT INTO customers_customer (id, kind, name, name_key, first_at, last_at, interactions, purchases,
      spent_minor)
    SELECT id, 'person', value, value, '2024-01-01 00:00:00', '2025-01-01 00:00:00', 50, 0, 0
    FROM customers_identifier""",
    """INSERT INTO channels_thread (id, identifier_id, token, started_at, last_message_at)
    SELECT id, id, 'thread-' || id, '2024-01-01 00:00:00', '2025-01-01 00:00:00' FROM customers_identifier""",
    _NUMBERS.format(last=":messages")
    + f"""INSERT INTO channels_message (id, thread_id, token, endpoint_id, channel, department, direction, author_id,
      author_name, staff_id, subject, text, rest, html, recipients, log_id, is_internal, is_automatic, warning, at,
      stored_at)
    SELECT i, {_WHOSE.format(case=_CASE)}, 'm' || i, :endpoint, 'email', '',
      CASE WHEN {_IS_OUT} THEN 'out' ELSE 'in' END,
      CASE WHEN {_IS_OUT} THEN NULL ELSE {_WHOSE.format(case=_CASE)} END, '',
      CASE WHEN {_IS_OUT} THEN :first_staff + {_CASE} % :staff END,
      'About your ' || topic({_CASE}), CASE WHEN {_IS_OUT} THEN {_ANSWER} ELSE {_TEXT} END, '', '', '[]',
      'message:m' || i, 0, 0, '', {_AT.format(last="messages")}, {_AT.format(last="messages")} FROM n""",
    """INSERT INTO interactions_interaction (id, source_id, message_id, identifier_id, kind, channel, direction,
      subject, text, currency, properties, warning, occurred_at, received_at)
    SELECT id, 90, log_id, thread_id, 'message', 'email', direction, subject, text, '', '{}', '', at, at
    FROM channels_message""",
    _NUMBERS.format(last=":cases")
    + f"""INSERT INTO service_case (id, identifier_id, thread_id, queue_id, department, state_id, kind, owner_id,
      subject, channel, outcome, opened_at, changed_at, waiting_since, last_word_id, closed_at)
    SELECT i, {_WHOSE.format(case="i")}, {_WHOSE.format(case="i")}, :queue, '',
      CASE WHEN NOT ({_IS_OPEN}) THEN :done WHEN {_IS_WAITING} THEN :ours ELSE :theirs END,
      CASE WHEN NOT ({_IS_OPEN}) THEN 'done' WHEN {_IS_WAITING} THEN 'ours' ELSE 'theirs' END,
      CASE WHEN i % 7 THEN :first_staff + i % :staff END, 'About your ' || topic(i), 'email', '',
      {_AT.format(last="cases")}, {_AT.format(last="cases")},
      CASE WHEN {_IS_WAITING} THEN {_AT.format(last="cases")} END, i * 10,
      CASE WHEN NOT ({_IS_OPEN}) THEN {_AT.format(last="cases")} END FROM n""",
    _NUMBERS.format(last=":messages") + f"INSERT INTO service_filing (message_id, case_id, filed_at)"
    f"SELECT i, {_CASE}, {_AT.format(last='messages')} FROM n",
    _NUMBERS.format(last=":messages")
    + f"""INSERT INTO service_caseevent (case_id, kind, at, by, staff_id, detail)
    SELECT {_CASE}, CASE i % 10 WHEN 1 THEN 'opened' WHEN 0 THEN 'closed' WHEN 2 THEN 'answered' ELSE 'assigned' END,
      {_AT.format(last="messages")}, 'bench', :first_staff, '{{}}' FROM n WHERE i % 10 IN (0, 1, 2, 3)""",
    _NUMBERS.format(last=":messages / 2")
    + """INSERT INTO channels_dispatch (message_id, endpoint_id, recipient_id, address, role, domain, purpose,
      is_answer, rank, name, state, tries, unknowns, fence, code, reason, made_at, changed_at)
    SELECT id, endpoint_id, thread_id, 'customer' || thread_id || '@mail.example', 'to', 'mail.example', 'service', 1,
      0,
      '<m' || id || '@shop.example>', 'sent', 1, 0, 1, '250', '', at, at
    FROM n JOIN channels_message ON id = i * 2""",
)


def fill(path: Path, *, cases: int, known: dict[str, int]) -> None:
    """Fill a migrated database that has staff, a mailbox, a queue and states (`known`: their numbers) and no more."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {pragma}")
    database.create_function(
        "topic", 1, lambda number: TOPICS[int(number) * 7919 % len(TOPICS)], deterministic=True
    )
    later = [_dropped(database, *one) for one in _indexes(database)]
    values = {
        **known,
        "cases": cases,
        "messages": cases * MESSAGES_EACH,
        "customers": max(cases // CASES_EACH, 1),
        "open_share": OPEN_SHARE,
        "waiting_share": WAITING_SHARE,
        "seconds": _SECONDS,
    }
    database.execute("BEGIN")
    for statement in STATEMENTS:
        database.execute(statement, values)
    for statement in later:
        database.execute(statement)
    database.execute("COMMIT")
    database.execute("ANALYZE")
    database.execute("PRAGMA journal_mode=WAL")
    database.close()


def _indexes(database: sqlite3.Connection) -> list[tuple[str, str]]:
    """The indexes of the large tables that are no constraints: made at the end, they are made faster."""
    found = database.execute(
        """SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN
        ('channels_message', 'interactions_interaction', 'service_case', 'service_filing', 'service_caseevent',
        'channels_dispatch') AND sql NOT LIKE 'CREATE UNIQUE%'"""
    )
    return list(found.fetchall())


def _dropped(database: sqlite3.Connection, name: str, statement: str) -> str:
    database.execute(f'DROP INDEX "{name}"')
    return statement
