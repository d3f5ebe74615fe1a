from dataclasses import dataclass

from rapport.channels.threads import queries as threads
from rapport.channels.threads.queries import Said
from rapport.channels.threads.rules import SEARCH_KIND
from rapport.search.index import queries as index
from rapport.staff.roles.rules import Reach


@dataclass(frozen=True, slots=True)
class Found:
    """Messages, newest first. `before`: where to go on; `is_cut`: the look ended before the page was full."""

    messages: tuple[Said, ...]
    before: int | None
    is_cut: bool


def search(text: str, *, reach: Reach, before: int | None = None, limit: int = index.PAGE) -> Found:
    """Messages within reach whose subject, words or files have words that begin with all those typed.

    What the index finds is read under the same reach once more, so a line is right even while the index lags.
    """
    hits = index.search(text, kind=SEARCH_KIND, covers=reach.covers, before=before, limit=limit)
    found = threads.said_among(hits.numbers, reach=reach) if hits.numbers else []
    return Found(tuple(reversed(found)), hits.before, hits.is_cut)
