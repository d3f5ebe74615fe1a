"""Every dataset of the lake: its columns with type, unit and meaning, its grain, its key.

Moments are UTC without a zone, so that every engine reads them alike. No dataset holds a name, an address or
anything a person wrote, save `properties` of an interaction, which leave the lake with it.
"""

import hashlib
from dataclasses import dataclass

import pyarrow as pa

MOMENT = pa.timestamp("us")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `unit` is empty where the meaning says it all."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table of the lake. `month_of` names the moment by which its files are parted; "" for a snapshot.

    A snapshot is written anew when it changed; a parted dataset grows by id and follows what leaves its source.
    """

    name: str
    title: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    month_of: str = ""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def digest(self) -> str:
        """Changes when a column does: files of another digest are made anew."""
        shape = f"{self.month_of}|{self.key}|{[(column.name, str(column.type)) for column in self.columns]}"
        return hashlib.sha256(shape.encode()).hexdigest()[:16]


INTERACTIONS = Dataset(
    "interactions",
    "Interactions",
    "one row per interaction in the log",
    ("id",),
    (
        Column("id", pa.int64(), "the interaction's number in the log"),
        Column("source_id", pa.int64(), "the source that told us"),
        Column("identifier_id", pa.int64(), "the strongest identifier it came with; null: nobody we know"),
        Column("kind", pa.string(), "what sort of interaction"),
        Column("channel", pa.string(), "where it happened"),
        Column("direction", pa.string(), "in: from them, out: from us, none"),
        Column("touchpoint_id", pa.int64(), "the place it happened at; null: not told"),
        Column("staff_id", pa.int64(), "the member of staff it concerns; null: none"),
        Column("amount_minor", pa.int64(), "what was paid; refunds are negative", "minor units of currency"),
        Column("currency", pa.string(), "ISO 4217; empty without an amount"),
        Column("properties", pa.string(), "what else was told", "JSON text of an object"),
        Column("occurred_at", MOMENT, "when it happened", "UTC"),
        Column("received_at", MOMENT, "when we learned of it", "UTC"),
        Column("import_id", pa.int64(), "the import it came with; null: none"),
    ),
    month_of="occurred_at",
)
IDENTIFIERS = Dataset(
    "identifiers",
    "Identifiers",
    "one row per identifier: whose it is now, so that a join or its undoing changes every answer at once",
    ("identifier_id",),
    (
        Column("identifier_id", pa.int64(), "the identifier's number"),
        Column("customer_id", pa.int64(), "the customer it belongs to under the live links"),
    ),
)
CUSTOMERS = Dataset(
    "customers",
    "Customers",
    "one row per customer",
    ("customer_id",),
    (
        Column("customer_id", pa.int64(), "the customer's number"),
        Column("kind", pa.string(), "person or organisation"),
        Column("first_at", MOMENT, "first seen, by whatever source", "UTC"),
        Column("last_at", MOMENT, "last seen, by whatever source", "UTC"),
    ),
)
TOUCHPOINTS = Dataset(
    "touchpoints",
    "Touchpoints",
    "one row per touchpoint",
    ("touchpoint_id",),
    (
        Column("touchpoint_id", pa.int64(), "the touchpoint's number"),
        Column("name", pa.string(), "what people here call it"),
        Column("department", pa.string(), "who owns it"),
        Column("channel", pa.string(), "the channel it belongs to"),
    ),
)
RATES = Dataset(
    "rates",
    "Exchange rates",
    "one row per currency and span of time in which one rate held",
    ("currency", "valid_from"),
    (
        Column("currency", pa.string(), "ISO 4217"),
        Column("valid_from", MOMENT, "from when on the rate holds", "UTC"),
        Column("valid_until", MOMENT, "until before when it holds", "UTC"),
        Column("per_minor", pa.float64(), "what one minor unit is worth", "minor units of the base currency"),
    ),
)
DATASETS: dict[str, Dataset] = {
    dataset.name: dataset for dataset in (INTERACTIONS, IDENTIFIERS, CUSTOMERS, TOUCHPOINTS, RATES)
}
