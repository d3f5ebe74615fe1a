from dataclasses import dataclass

from rapport.interactions.log.commands.indexing import KIND
from rapport.interactions.log.models import Interaction
from rapport.search.index import queries as index
from rapport.staff.roles.rules import Reach


@dataclass(frozen=True, slots=True)
class Found:
    """Interactions, newest first. `before`: where to go on; `is_cut`: the look ended before the page was full."""

    interactions: tuple[Interaction, ...]
    before: int | None
    is_cut: bool


def search(text: str, *, reach: Reach, before: int | None = None, limit: int = index.PAGE) -> Found:
    """Interactions within reach whose subject or text has words that begin with all those typed.

    What the index finds is read under the same reach once more, so a row is right even while the index lags.
    """
    hits = index.search(text, kind=KIND, covers=reach.covers, before=before, limit=limit)
    rows = Interaction.objects.seen_by(reach).select_related("identifier", "touchpoint", "source")
    found = rows.filter(id__in=hits.numbers).order_by("-id") if hits.numbers else ()
    return Found(tuple(found), hits.before, hits.is_cut)
