"""A database of any size for the page benchmark, filled by bulk SQL in seconds a million rows (SQLite only).

Rows of the log lie in the order in which they happened, so that one customer's are scattered as in real use.
"""

import sqlite3
import zlib
from pathlib import Path

FIRST = [
    "Amina",
    "Ben",
    "Chloe",
    "David",
    "Elif",
    "Fatima",
    "George",
    "Hana",
    "Ivan",
    "Julia",
    "Kofi",
    "Lena",
]
LAST = ["Okafor", "Smith", "Jones", "Garcia", "Nowak", "Khan", "Müller", "Rossi", "Silva", "Dubois", "Larsen"]
CITIES = ["Leeds", "York", "Bath", "Hull", "Derby", "Perth", "Truro", "Ripon", "Wells", "Ely"]

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) "
_SCATTER = "((i * 2654435761) >> 7)"

_DIRECTORY = (
    # Two identifiers a customer: 2k-1 a mail address, 2k an account, joined by a log-in.
    _NUMBERS
    + """INSERT INTO customers_identifier (id, kind, value, customer_id, proof, source, batch, first_seen_at)
    SELECT i, CASE i % 2 WHEN 1 THEN 'email' ELSE 'user_id' END,
      CASE i % 2 WHEN 1 THEN lower(pick_first((i + 1) / 2)) || '.' || ((i + 1) / 2) || '@example.org'
        ELSE 'account-' || (i / 2) END,
      i - (i + 1) % 2, 'log-in', 'web shop', 0, '2023-01-01 00:00:00' FROM n""",
    """INSERT INTO customers_link (id, first_id, second_id, rule, reason, made_by, made_at, source, batch)
    SELECT id / 2, id - 1, id, 'same_login', 'proved together at log-in', 'Rapport', '2023-01-01 00:00:00',
      'web shop', 0
    FROM customers_identifier WHERE id % 2 = 0""",
)
_TRAITS = (
    ("city", "pick_city(i)"),
    ("plan", "CASE WHEN i % 10 < 7 THEN 'basic' ELSE 'plus' END"),
    ("club", "CASE WHEN i % 2000 = 7 THEN 'founder' ELSE 'guest' END"),
)
_TRAIT = """INSERT INTO customers_trait (identifier_id, name, source, batch, value, value_key, observed_at)
    SELECT i * 2 - 1, '{name}', 'web shop', 0, json_quote({value}), lower({value}), '2023-02-01 00:00:00' FROM n"""
_LOG = (
    _NUMBERS
    + f"""INSERT INTO interactions_interaction (id, source_id, message_id, identifier_id, kind, channel,
      direction, subject, text, amount_minor, currency, properties, warning, occurred_at, received_at)
    SELECT i, 1, 'm' || i,
      CASE WHEN i % 100 = 0 THEN 1 ELSE 1 + {_SCATTER} % :identifiers END,
      CASE i % 5 WHEN 0 THEN 'purchase' WHEN 1 THEN 'message' WHEN 2 THEN 'visit' WHEN 3 THEN 'page_view'
        ELSE 'review' END,
      CASE i % 3 WHEN 0 THEN 'web' WHEN 1 THEN 'email' ELSE 'in_person' END, 'in',
      'Subject ' || i, 'A sentence or two about what happened that day.',
      CASE i % 5 WHEN 0 THEN 500 + {_SCATTER} % 9000 END, CASE i % 5 WHEN 0 THEN 'GBP' ELSE '' END,
      '{{}}', '',
      datetime(1672531200 + i * 63072000 / :last, 'unixepoch'),
      datetime(1672531200 + i * 63072000 / :last, 'unixepoch') FROM n"""
)
_DERIVED = (
    """INSERT INTO customers_activity (identifier_id, interactions, first_at, last_at)
    SELECT identifier_id, count(*), min(occurred_at), max(occurred_at) FROM interactions_interaction
    WHERE identifier_id IS NOT NULL GROUP BY identifier_id""",
    """INSERT INTO customers_spend (identifier_id, currency, purchases, spent_minor)
    SELECT identifier_id, 'GBP', interactions / 5, (interactions / 5) * (500 + identifier_id * 7919 % 9000)
    FROM customers_activity WHERE interactions >= 5""",
    """INSERT INTO customers_customer (id, kind, name, name_key, first_at, last_at, interactions, purchases,
      spent_minor)
    SELECT i.customer_id, CASE WHEN i.customer_id % 50 = 1 THEN 'organisation' ELSE 'person' END,
      pick_first((i.customer_id + 1) / 2) || ' ' || pick_last((i.customer_id + 1) / 2),
      lower(pick_first((i.customer_id + 1) / 2) || ' ' || pick_last((i.customer_id + 1) / 2)),
      coalesce(min(a.first_at), '2023-01-01 00:00:00'), coalesce(max(a.last_at), '2023-01-01 00:00:00'),
      coalesce(sum(a.interactions), 0), coalesce(sum(s.purchases), 0), coalesce(sum(s.spent_minor), 0)
    FROM customers_identifier i LEFT JOIN customers_activity a ON a.identifier_id = i.id
    LEFT JOIN customers_spend s ON s.identifier_id = i.id GROUP BY i.customer_id""",
    """INSERT INTO customers_consentrecord (identifier_id, purpose, state, at, source, batch, proof, by)
    SELECT id, 'marketing', CASE WHEN id % 4 = 1 THEN 'granted' ELSE 'denied' END, '2023-06-01 00:00:00',
      'web shop', 0, 'ticked a box', 'customer' FROM customers_identifier WHERE kind = 'email' AND id % 3 = 0""",
)
_INDEXES_AFTER = (
    "interaction_timeline_idx",
    "trait_value_idx",
    "identifier_value_idx",
    "identifier_customer_idx",
)


def fill(path: Path, *, customers: int, interactions: int) -> None:
    """Fill an empty, migrated database. One customer in it has one interaction of every hundred."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        database.execute(f"PRAGMA {pragma}")
    _add_words(database)
    later = [_dropped(database, name) for name in _INDEXES_AFTER]
    database.execute("BEGIN")
    database.execute("INSERT INTO interactions_source VALUES (1, 'web shop', '2023-01-01 00:00:00')")
    database.execute(_DIRECTORY[0], {"last": customers * 2})
    database.execute(_DIRECTORY[1])
    for name, value in _TRAITS:
        database.execute(_NUMBERS + _TRAIT.format(name=name, value=value), {"last": customers})
    database.execute(_LOG, {"last": interactions, "identifiers": customers * 2})
    for statement in later:
        database.execute(statement)
    for statement in _DERIVED:
        database.execute(statement)
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode=WAL")
    database.close()


def _add_words(database: sqlite3.Connection) -> None:
    def pick(words: list[str], step: int) -> object:
        return lambda i: words[zlib.crc32(b"%d %d" % (i, step)) % len(words)]

    for name, words, step in (("first", FIRST, 40503), ("last", LAST, 30011), ("city", CITIES, 26951)):
        database.create_function(f"pick_{name}", 1, pick(words, step), deterministic=True)


def _dropped(database: sqlite3.Connection, index: str) -> str:
    (statement,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", [index]).fetchone()
    database.execute(f"DROP INDEX {index}")
    return str(statement)
