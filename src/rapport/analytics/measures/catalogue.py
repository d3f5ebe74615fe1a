"""All registered measures, in the order of pages."""

from rapport.analytics.measures import happenings, people, spending
from rapport.analytics.measures.registry import MEASURES, Measure

_ORDER = (
    people.active_customers,
    people.first_seen,
    people.last_seen,
    people.recency,
    people.tenure,
    spending.frequency,
    spending.money,
    happenings.contacts_per_customer,
    happenings.repeat_contacts,
    people.channels_used,
    happenings.several_departments_in_a_week,
    happenings.interactions_by_channel,
    happenings.interactions_by_kind,
)


def measures() -> list[Measure]:
    """Every measure: those with a place in the order first, then those registered since by other areas."""
    names = [build.__name__ for build in _ORDER]
    return [MEASURES[name] for name in (*names, *(name for name in MEASURES if name not in names))]
