from collections.abc import Sequence

from rapport.customers.consent import rules
from rapport.customers.consent.models import ConsentRecord

MOST_STATEMENTS = 2000


def statements(identifier_ids: Sequence[int]) -> list[rules.Statement]:
    """What was said about these contact points, newest first."""
    said = ConsentRecord.objects.filter(identifier_id__in=identifier_ids).order_by("-at", "-id")
    return [
        rules.Statement(s.identifier_id, s.purpose, s.state, s.at, s.source, s.proof, s.by, s.id)
        for s in said[:MOST_STATEMENTS]
    ]
