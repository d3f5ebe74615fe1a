from django.db import models
from django.db.models import Q

from rapport.staff.roles.rules import Reach

STATES: dict[str, str] = {
    "waiting": "to be read",
    "placed": "in its thread",
    "noted": "understood; no message (a bounce, a delivery report)",
    "suspended": "waits for a person",
    "discarded": "put aside by a person",
    "parked": "could not be read",
}


class EnvelopeSet(models.QuerySet["Envelope"]):
    """Envelopes, narrowed."""

    def seen_by(self, reach: Reach) -> "EnvelopeSet":
        """Those that came through endpoints of no department, or of departments within reach."""
        if not reach.covers("inbound.decide"):
            return self.none()
        if reach.departments is None:
            return self
        return self.filter(Q(endpoint__department="") | Q(endpoint__department__in=reach.departments))


class Envelope(models.Model):
    """What arrived, kept as it came before anything is made of it. `external_id` says what is the same thing again.

    Small things lie in `raw`, large ones in a stored file. `reason` says why it is where it is; `thread` is the
    conversation at whose door it waits.
    """

    endpoint = models.ForeignKey("channels.Endpoint", models.PROTECT, db_index=False)
    external_id = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    raw = models.BinaryField(null=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="waiting")
    reason = models.CharField(max_length=80, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    thread = models.ForeignKey("channels.Thread", models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey("channels.Message", models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    objects = EnvelopeSet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "external_id"], name="envelope_once"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="envelope_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["state", "-id"],
                name="envelope_open_idx",
                condition=Q(state__in=["waiting", "suspended", "parked"]),
            ),
            models.Index(fields=["sender", "arrived_at"], name="envelope_sender_idx"),
        ]


class Step(models.Model):
    """One step that an envelope walked, what came of it and why."""

    envelope = models.ForeignKey(Envelope, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=24)
    outcome = models.CharField(max_length=24)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()


class Forgone(models.Model):
    """The name of something that came and was erased with its sender, as a keyed digest: it is never kept again."""

    digest = models.CharField(max_length=32, primary_key=True)
