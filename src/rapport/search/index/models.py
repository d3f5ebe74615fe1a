from django.db import models

from rapport.search.index.rules import NUMBER_BITS


class Shelf(models.Model):
    """Where documents of one kind stand that are seen with one permission and department.

    Who may not see a shelf never looks at it: what is hidden costs nothing, shows nowhere and is not counted.
    """

    kind = models.CharField(max_length=24)
    permission = models.CharField(max_length=40)
    department = models.CharField(max_length=80, blank=True)
    newest = models.BigIntegerField(default=0, help_text="the highest number that ever stood here")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "permission", "department"], name="shelf_once"),
            models.CheckConstraint(
                condition=models.Q(newest__gte=0, newest__lt=1 << NUMBER_BITS), name="shelf_newest_fits"
            ),
        ]


class Document(models.Model):
    """The words of one thing. `id` is its place: the shelf and the number of the thing.

    Beside this table lies the index itself: on SQLite the FTS5 table search_words, on PostgreSQL the column
    `keys` with a GIN index. Both hold every beginning of the words, and nothing else.
    """

    id = models.BigIntegerField(primary_key=True)
    words = models.TextField()
