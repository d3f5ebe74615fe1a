"""Computing measures on an open engine: the value with its evidence, dated and signed."""

from collections.abc import Iterator, Sequence

from ibis import _

from rapport.analytics.engines.sessions import Session, Tables
from rapport.analytics.measures import rows
from rapport.analytics.measures.periods import Period
from rapport.analytics.measures.registry import Measure
from rapport.analytics.measures.results import Result


def compute(
    session: Session,
    measures: Sequence[Measure],
    period: Period,
    *,
    channel: str = "",
    department: str = "",
) -> Iterator[Result]:
    """Each measure over the period, with the interactions of one channel or department alone where told."""
    tables = session.tables.narrowed(channel=channel, department=department)
    nobody = _nobody(session, tables, period)
    for measure in measures:
        found = measure.shape(session.run(measure.build(tables, period)))
        yield Result(
            measure=measure.name,
            unit=measure.about.unit,
            period=period.name,
            start=period.start,
            end=period.end,
            as_of=session.manifest.refreshed_at,
            engine=session.name,
            how=found.how,
            n=found.n,
            value=found.value,
            low=found.low,
            high=found.high,
            error=found.error,
            missing=found.missing,
            grade=found.grade,
            nobody=nobody,
            channel=channel,
            department=department,
            parts=found.parts,
        )


def _nobody(session: Session, tables: Tables, period: Period) -> int:
    """Interactions of the period that belong to no customer: without an identifier, or with a shared device's."""
    each = rows.within(tables, period).group_by("identifier_id").aggregate(times=_.count())
    counted = each.anti_join(tables.identifiers, "identifier_id").aggregate(n=_.times.sum())
    return int(session.run(counted)["n"][0].as_py() or 0)
