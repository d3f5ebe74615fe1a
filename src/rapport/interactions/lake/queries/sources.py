"""Which rows of the record become which dataset of the lake."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import groupby

import pyarrow as pa

from rapport.analytics import schema
from rapport.customers.directory import queries as directory
from rapport.interactions.lake.queries import reading
from rapport.interactions.lake.queries.reading import Rows
from rapport.interactions.lake.rules import Removed
from rapport.interactions.log.models import Interaction, Removal
from rapport.interactions.touchpoints.models import Touchpoint
from rapport.kernel import money
from rapport.staff.organisation import queries as organisation

_SINCE_EVER, _FOR_EVER = datetime(1900, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - as the lake keeps moments


def interactions() -> Rows:
    """Every interaction of the log, in the columns of the lake."""
    names = [column.name for column in schema.INTERACTIONS.columns]
    return Interaction.objects.values_list(*(_IN_LOG.get(name, name) for name in names))


_IN_LOG = {"import_id": "imported_by_id"}


def removals(after: int) -> tuple[list[Removed], int]:
    """What left the log since the removal numbered `after`, and the number of the newest."""
    found = list(Removal.objects.filter(pk__gt=after).order_by("pk"))
    return [_removed(one) for one in found], found[-1].pk if found else after


def _removed(row: Removal) -> Removed:
    return Removed(
        row.upto,
        row.import_id,
        tuple(row.identifier_ids),
        tuple(row.kinds),
        row.source_id,
        row.before.astimezone(UTC).replace(tzinfo=None) if row.before else None,
    )


def snapshots() -> Iterator[tuple[schema.Dataset, Iterator[pa.Table]]]:
    """The datasets that are written whole: each with its rows, read when they are asked for."""
    yield schema.IDENTIFIERS, _rows(directory.whose(), schema.IDENTIFIERS)
    yield schema.CUSTOMERS, _rows(directory.when_seen(), schema.CUSTOMERS)
    places = Touchpoint.objects.values_list("id", "name", "department", "channel")
    yield schema.TOUCHPOINTS, _rows(places, schema.TOUCHPOINTS)
    yield schema.RATES, iter([rates()])


def _rows(rows: Rows, dataset: schema.Dataset) -> Iterator[pa.Table]:
    shape = dataset.schema
    for text in reading.texts(rows, shape, upto=reading.newest(rows)):
        yield reading.parse(text, shape).cast(shape)


def rates() -> pa.Table:
    """The spans in which each rate held; a currency's first rate also counts for all time before it."""
    base = organisation.base_currency()
    spans = [(base, _SINCE_EVER, _FOR_EVER, 1.0)]
    dated = organisation.all_rates().order_by("currency", "valid_from")
    for currency, members in groupby(dated, key=lambda rate: rate.currency):
        if currency != base:
            shift = money.minor_digits(base) - money.minor_digits(currency)
            spans += _spans(currency, [(rate.valid_from, rate.rate.scaleb(shift)) for rate in members])
    # As lines, like every dataset: a table of Python's values would import pandas, a second and a hundred megabytes.
    lines = "\n".join(",".join(map(str, span)) for span in spans)
    return reading.parse(lines.encode(), schema.RATES.schema).cast(schema.RATES.schema)


def _spans(currency: str, dated: list[tuple[date, Decimal]]) -> list[tuple[str, datetime, datetime, float]]:
    starts = [_SINCE_EVER, *(datetime.combine(day, time()) for day, _ in dated[1:])]
    ends = [*starts[1:], _FOR_EVER]
    return [
        (currency, start, end, float(rate)) for start, end, (_, rate) in zip(starts, ends, dated, strict=True)
    ]
