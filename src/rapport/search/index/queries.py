import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Max

from rapport.search.index import engines, rules
from rapport.search.index.models import Document, Shelf

PAGE = 20
MOST = 500
"""No page is longer, whatever is asked for."""
BUDGET_SECONDS = 0.25
"""How long one search may take before it answers with what it has, and says that it may go on."""

Covers = Callable[[str, str], bool]
"""Whether the asker sees a thing with this permission and department."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The numbers found, newest first. `before`: where to go on; None: there is no more.

    `is_cut`: the search was ended before the page was full; there may be more further back.
    """

    numbers: tuple[int, ...]
    before: int | None = None
    is_cut: bool = False


def search(text: str, *, kind: str, covers: Covers, before: int | None = None, limit: int = PAGE) -> Hits:
    """Things of a kind whose words begin with all the words typed, newest first, of what the asker may see.

    Whatever is typed is taken for words; nothing in it is a command.
    """
    words = rules.asked(text)
    if not words:
        return Hits(())
    shelves = [
        s for s in Shelf.objects.filter(kind=kind).order_by("id") if covers(s.permission, s.department)
    ]
    if not shelves:
        return Hits(())
    newest = max(shelf.newest for shelf in shelves)
    top = newest if before is None else min(before - 1, newest)
    return _looked_through(words, [shelf.pk for shelf in shelves], top, min(limit, MOST))


def _looked_through(words: Sequence[str], shelves: Sequence[int], top: int, limit: int) -> Hits:
    engine, found = engines.current(), list[int]()
    ends_at = time.monotonic() + BUDGET_SECONDS
    for window in engine.windows(top, words):
        found += engine.look(words, shelves, window, limit + 1 - len(found))
        if len(found) > limit:
            return Hits(tuple(found[:limit]), before=found[limit - 1])
        if window.low > 0 and time.monotonic() > ends_at:
            return Hits(tuple(found), before=window.low, is_cut=True)
    return Hits(tuple(found))


def newest(kind: str) -> int:
    """The highest number of a thing of this kind that was ever laid in; 0: none was."""
    return Shelf.objects.filter(kind=kind).aggregate(newest=Max("newest"))["newest"] or 0


def count(kind: str) -> int:
    """How many things of a kind the index holds: for the operator, not for people with less than full sight."""
    return sum(
        Document.objects.filter(id__gte=rules.place(shelf, 0), id__lt=rules.place(shelf + 1, 0)).count()
        for shelf in Shelf.objects.filter(kind=kind).values_list("id", flat=True)
    )


def fingerprint() -> str:
    """A digest of everything in the index, the same for the same documents however they came in."""
    shelves = {s.pk: (s.kind, s.permission, s.department) for s in Shelf.objects.order_by("id")}
    digest = hashlib.sha256()
    rows = Document.objects.order_by("id").values_list("id", "words")
    parts = {
        shelf: hashlib.sha256("\n".join(f"{rules.number_of(at)} {words}" for at, words in standing).encode())
        for shelf, standing in groupby(rows.iterator(chunk_size=5000), key=lambda row: rules.shelf_of(row[0]))
    }
    for shelf in sorted(parts, key=shelves.__getitem__):
        digest.update(repr((shelves[shelf], parts[shelf].hexdigest())).encode())
    return digest.hexdigest()
