"""Reading many rows out of the database at once: as lines of CSV that the database writes and Arrow reads.

Row by row through Python costs more than the database and Arrow together; so no row becomes a Python object.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
from django.db import connection
from django.db.models import Max, QuerySet

Rows = QuerySet[Any, Any]
STEP = 10_000
"""Ids in one question: few enough that its text stays in the processor's cache."""
_TOKENS = ("kind", "channel", "direction", "currency")
"""Texts from short lists of ours: read as numbers into a list, and never quoted."""


def texts(rows: Rows, schema: pa.Schema, *, after: int = 0, upto: int) -> Iterator[bytes]:
    """The rows with ids above `after` up to `upto` as CSV, in order of id, some at a time.

    `rows` gives its columns by `values_list` in the order of the schema. Each question sees the record as it is at
    that moment: each row is true, and what changed meanwhile is seen by the next refresh.
    """
    for start in range(after, upto, STEP):
        yield _csv(rows.filter(pk__gt=start, pk__lte=min(start + STEP, upto)), schema)


def newest(rows: Rows) -> int:
    """The largest id among these rows; 0 when there is none."""
    return int(rows.aggregate(newest=Max("pk"))["newest"] or 0)


def as_read(schema: pa.Schema) -> pa.Schema:
    """The schema with its texts from short lists as they are read: each row holds a number in a list of texts."""
    tokens = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([field.with_type(tokens) if field.name in _TOKENS else field for field in schema])


def parse(text: bytes, schema: pa.Schema) -> pa.Table:
    """A table of lines in CSV; an empty cell without quotes is null, save in a column of tokens."""
    if not text:
        return pa.Table.from_batches([], schema=as_read(schema))
    return pc.read_csv(
        pa.BufferReader(text),
        read_options=pc.ReadOptions(column_names=schema.names, block_size=1 << 23, use_threads=False),
        parse_options=pc.ParseOptions(newlines_in_values=True),
        convert_options=pc.ConvertOptions(
            column_types=as_read(schema), null_values=[""], strings_can_be_null=False
        ),
    )


def _csv(rows: Rows, schema: pa.Schema) -> bytes:
    statement, values = rows.order_by().query.sql_with_params()
    named = f"WITH rows({', '.join(schema.names)}) AS ({statement})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = ", ".join(_postgres(field) for field in schema)
            with cursor.copy(
                f"COPY ({named} SELECT {columns} FROM rows) TO STDOUT (FORMAT csv)",  # noqa: S608 - own names
                values,
            ) as copy:
                return b"".join(copy)
        form = ",".join('"%w"' if _is_quoted(field) else "%s" for field in schema).replace("%", "%%")
        line = f"printf('{form}', {', '.join(schema.names)})"
        cursor.execute(f"{named} SELECT CAST(group_concat({line}, char(10)) AS BLOB) FROM rows", values)  # noqa: S608 - own names
        return bytes(cursor.fetchone()[0] or b"")


def _is_quoted(field: pa.Field) -> bool:
    return pa.types.is_string(field.type) and field.name not in _TOKENS


def _postgres(field: pa.Field) -> str:
    if pa.types.is_timestamp(field.type):
        return f"{field.name} AT TIME ZONE 'UTC'"
    return f"{field.name}::text" if field.name == "properties" else field.name
