from django.db import models
from django.db.models import Q

from rapport.staff.roles.rules import Reach


class ImportSet(models.QuerySet["Import"]):
    """Imports, narrowed."""

    def seen_by(self, reach: Reach) -> "ImportSet":
        """All or none: a file belongs to no department."""
        return self if reach.covers("imports.view") else self.none()


class Import(models.Model):
    """One file or set of files taken in under one mapping; it can be taken back whole.

    `fingerprint` digests files and mapping: the same command again finds the import it began. `runner` is the
    token of who works on it now; a run that lost it writes nothing more. `checkpoint` says where a run goes on.
    """

    source_name = models.CharField(max_length=80)
    mapping_name = models.CharField(max_length=80)
    mapping = models.TextField()
    files = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    finished_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    runner = models.CharField(max_length=40, blank=True)
    seen_alive_at = models.DateTimeField(null=True, blank=True)
    checkpoint = models.JSONField(default=dict)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    interactions = models.BigIntegerField(default=0)
    already_known = models.BigIntegerField(default=0)
    customers = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    objects = ImportSet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], name="import_newest_idx"),
            models.Index(fields=["fingerprint", "-id"], name="import_fingerprint_idx"),
        ]


class Upload(models.Model):
    """A file that somebody dropped on the page and that waits for its mapping. `token` is its name on disk."""

    token = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    bytes = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=200)
    import_run = models.OneToOneField(
        Import,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="upload",
        help_text="set once it is taken in",
    )


class SavedMapping(models.Model):
    """A mapping that somebody made on the page and kept under a name."""

    name = models.CharField(max_length=80, unique=True)
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="mapping_has_name")]
