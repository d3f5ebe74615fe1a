"""On PostgreSQL, order searched text by code point, as SQLite does: the same pages, and prefixes use the index."""

from django.db import migrations

COLUMNS = (
    ("customers_identifier", "value", 254),
    ("customers_customer", "name_key", 200),
    ("customers_trait", "name", 80),
    ("customers_trait", "value_key", 80),
)


def order_by_code_point(apps, schema_editor):
    _alter(schema_editor, ' COLLATE "C"')


def order_by_locale(apps, schema_editor):
    _alter(schema_editor, ' COLLATE "default"')


def _alter(schema_editor, collation):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column, length in COLUMNS:
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}){collation}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_epoch")]
    operations = [migrations.RunPython(order_by_code_point, order_by_locale)]
