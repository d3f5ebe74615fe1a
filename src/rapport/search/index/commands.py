from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import connection, transaction

from rapport.search.index import engines, rules
from rapport.search.index import models as tables
from rapport.search.index.rules import Document

CHUNK = 5_000


@transaction.atomic(savepoint=False)
def put(kind: str, documents: Sequence[Document], *, are_new: bool = False) -> None:
    """Lay documents into the index, each in place of what stood under its number before.

    `are_new` spares the look for what stood before: for things that never change. A document without a word
    stands nowhere, but is among what was laid in (`queries.newest`).
    """
    if not are_new:
        remove(kind, [one.number for one in documents])
    shelves = _Shelves(kind)
    places = [
        (rules.place(shelves.number_for(one), one.number), rules.words_of(one.text)) for one in documents
    ]
    rows = [(place, " ".join(words)) for place, words in places if words]
    shelves.note_newest()
    engines.current().insert(sorted(rows))


@transaction.atomic(savepoint=False)
def remove(kind: str, numbers: Collection[int]) -> int:
    """Take things out of the index, in the transaction in which they cease to be; how many stood in it."""
    shelves = list(tables.Shelf.objects.filter(kind=kind).values_list("id", flat=True))
    wanted = sorted(rules.place(shelf, number) for shelf in shelves for number in set(numbers))
    removed = 0
    for begin in range(0, len(wanted), CHUNK):
        standing = tables.Document.objects.filter(id__in=wanted[begin : begin + CHUNK])
        rows = list(standing.order_by("id").values_list("id", "words"))
        engines.current().remove(rows)
        removed += len(rows)
    return removed


@transaction.atomic
def empty() -> None:
    """Take everything out, to be laid in anew by whoever owns it."""
    tables.Document.objects.all().delete()
    tables.Shelf.objects.all().delete()


def scrub() -> bool:
    """One short step towards an index that holds nothing of what was taken out; whether there is more to do."""
    with transaction.atomic():
        return bool(engines.current().scrub())


class _Shelves:
    """The shelves of one kind, made where a document needs one that is not there yet.

    In plain SQL: they are asked for every word that is said.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT permission, department, id, newest FROM search_shelf WHERE kind = %s ORDER BY id {lock}",  # noqa: S608 - our own words
                [kind],
            )
            found = cursor.fetchall()
        self._known: dict[tuple[str, str], int] = {row[:2]: row[2] for row in found}
        self._stood: dict[int, int] = {row[2]: row[3] for row in found}
        self._newest: defaultdict[int, int] = defaultdict(int)

    def number_for(self, document: Document) -> int:
        key = (document.permission, document.department)
        number = self._known.get(key)
        if number is None:
            shelf, _ = tables.Shelf.objects.get_or_create(
                kind=self._kind, permission=document.permission, department=document.department
            )
            number = self._known[key] = shelf.pk
        self._newest[number] = max(self._newest[number], document.number)
        return number

    def note_newest(self) -> None:
        risen = [
            (newest, shelf) for shelf, newest in self._newest.items() if newest > self._stood.get(shelf, 0)
        ]
        if risen:
            with connection.cursor() as cursor:
                cursor.executemany("UPDATE search_shelf SET newest = %s WHERE id = %s", sorted(risen))
