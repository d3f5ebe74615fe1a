"""The index itself, beside the table of documents: FTS5 on SQLite, a column with a GIN index on PostgreSQL.

Neither is known to Django, so both empty themselves when the shelves are emptied (a rebuild, a flush).
"""

from django.db import migrations

SQLITE = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        keys, content='', columnsize=0, detail=none, tokenize='ascii')""",
    """CREATE TRIGGER search_emptied AFTER DELETE ON search_shelf
       WHEN NOT EXISTS (SELECT 1 FROM search_shelf)
       BEGIN INSERT INTO search_words(search_words) VALUES ('delete-all'); END""",
)
SQLITE_BACK = ("DROP TRIGGER search_emptied", "DROP TABLE search_words")
POSTGRES = (
    "ALTER TABLE search_document ADD COLUMN keys tsvector NOT NULL",
    "CREATE INDEX search_keys_idx ON search_document USING gin (keys)",
)
POSTGRES_BACK = ("DROP INDEX search_keys_idx", "ALTER TABLE search_document DROP COLUMN keys")


def lay(apps, schema_editor):
    _run(schema_editor, POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def take_away(apps, schema_editor):
    _run(schema_editor, POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK)


def _run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_index")]
    operations = [migrations.RunPython(lay, take_away)]
