"""Parquet files, a few thousand rows at a time."""

from pathlib import Path
from typing import Any

from rapport.interactions.ingestion.files import jsonlines, sheets
from rapport.interactions.ingestion.files.tables import Line, Lines, UnreadableFile, column_names

_ROWS_AT_ONCE = 4_096
LARGEST_ROW_GROUP = 1024**3
"""Bytes that one row group may unpack to; larger ones are refused."""


def read(path: Path) -> tuple[list[str], Lines]:
    """Columns of the schema and all rows, every value as text; `number` counts rows from 1."""
    from pyarrow import lib, parquet

    try:
        file: Any = parquet.ParquetFile(path)
        largest = max(
            (file.metadata.row_group(i).total_byte_size for i in range(file.num_row_groups)), default=0
        )
    except (lib.ArrowException, OSError) as error:
        raise UnreadableFile(
            f"The Parquet file cannot be read: {error}", field="file", value=path.name
        ) from error
    if largest > LARGEST_ROW_GROUP:
        raise UnreadableFile("A row group of the file is too large.", field="file", value=largest)
    columns = column_names(list(file.schema_arrow.names))
    return columns, _lines(file)


def _lines(file: Any) -> Lines:
    number = 0
    for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
        columns = [[_as_text(value) for value in column.to_pylist()] for column in batch.columns]
        for values in zip(*columns, strict=True):
            number += 1
            yield Line(number, list(values))


def _as_text(value: Any) -> str:
    if isinstance(value, dict | list):
        return jsonlines.as_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, float) and not value.is_integer() else sheets.as_text(value)
