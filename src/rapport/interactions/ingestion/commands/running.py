"""Running an import: files into the spill, groups of lines into entries, entries into the log, batch by batch.

Every batch is stored together with the checkpoint after it, so a killed run goes on exactly where it was.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as customers
from rapport.customers.directory.rules import Sighting
from rapport.interactions.ingestion import queries
from rapport.interactions.ingestion.commands.beginning import take_on
from rapport.interactions.ingestion.commands.loading import Loading, write_rejects
from rapport.interactions.ingestion.files.groups import Group, groups
from rapport.interactions.ingestion.files.spill import Spill
from rapport.interactions.ingestion.files.streams import Stream, streams
from rapport.interactions.ingestion.models import Import
from rapport.interactions.ingestion.rules import mapping as mappings
from rapport.interactions.ingestion.rules.cells import BadCell
from rapport.interactions.ingestion.rules.reading import Row
from rapport.interactions.ingestion.rules.shaping import Identified
from rapport.interactions.log import commands as log
from rapport.interactions.log.rules import Entry
from rapport.kernel.refusals import Refusal
from rapport.live.events import commands as live
from rapport.live.events.rules import News
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor

ENTRIES_AT_ONCE = 2_000
LINES_AT_ONCE = 20_000
SHOWN_AS_THEY_COME = 2_000
"""Up to so many rejected lines are written out while the import runs; all of them at its end."""
_SIGN_OF_LIFE = timedelta(seconds=2)


class ImportStopped(Refusal):
    """The run ended before its import did: it was asked to, or another run has taken over."""


class Watch(msgspec.Struct, frozen=True):
    """What a run is given from outside: the clock, who is told of progress, whether it should stop."""

    clock: Callable[[], datetime]
    progress: Callable[[Import], None] = lambda _: None
    should_stop: Callable[[], bool] = lambda: False


class Batch(msgspec.Struct):
    """What the next transaction will store, and what it will have done with by then.

    `origins` says of each entry which lines it comes from.
    """

    entries: list[Entry] = []
    origins: list[tuple[Stream, Sequence[Row]]] = []
    sightings: list[Sighting] = []
    customers: set[tuple[str, str]] = set()
    rejects: list[tuple[list[tuple[str, int]], str]] = []
    groups: int = 0
    lines: int = 0

    @property
    def is_full(self) -> bool:
        size = len(self.entries) + len(self.sightings)
        return size >= ENTRIES_AT_ONCE or self.lines >= LINES_AT_ONCE


def run(import_id: int, *, watch: Watch, token: str, by: Actor) -> Import:
    """Bring an import to its end, from wherever it was. Refuses, and says so in its row, when it cannot."""
    one = take_on(import_id, token=token, at=watch.clock())
    if one.finished_at is not None or one.taken_back_at is not None:
        return one
    try:
        _Run(one, watch, by).to_the_end()
    except ImportStopped:
        raise
    except Refusal as refusal:
        failed_at = watch.clock()
        Import.objects.filter(pk=one.pk).update(failed_at=failed_at, failure=refusal.message, runner="")
        if "place" not in one.checkpoint:
            queries.spill_path(one.pk).unlink(missing_ok=True)
        raise
    return one


class _Run:
    def __init__(self, one: Import, watch: Watch, by: Actor) -> None:
        self.one, self._watch, self._by = one, watch, by
        self._mapping = mappings.parse(one.mapping)
        self._folder = queries.folder(one.pk)
        self._source_id = log.ensure_source(one.source_name, at=one.started_at)
        self._around = queries.surroundings(one.started_at)

    def to_the_end(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = queries.spill_path(self.one.pk)
        if "place" not in self.one.checkpoint:
            path.unlink(missing_ok=True)
        with Spill(path) as spill:
            if "place" not in self.one.checkpoint:
                self._load(spill)
            for place, stream in enumerate(streams(self._mapping, spill, self._around)):
                if place >= self.one.checkpoint["place"]:
                    self._record_stream(spill, place, stream)
            self._close(spill)
        path.unlink(missing_ok=True)
        log.catch_up()

    def _load(self, spill: Spill) -> None:
        left_out = Loading(self.one, self._mapping, spill, self._alive).all_files()
        self.one.bytes_read, self.one.rejected = self.one.bytes_total, spill.count_rejects()
        self.one.checkpoint = {"place": 0, "groups": 0, "left_out": left_out}
        self._save("bytes_read", "rejected", "checkpoint", "rows")

    def _record_stream(self, spill: Spill, place: int, stream: Stream) -> None:
        done = self.one.checkpoint["groups"] if place == self.one.checkpoint["place"] else 0
        batch = Batch()
        for number, group in enumerate(groups(spill, stream.selection)):
            if number < done:
                continue
            self._fill(batch, stream, group)
            if batch.is_full:
                self._store(spill, batch, {"place": place, "groups": number + 1})
                batch = Batch()
        self._store(spill, batch, {"place": place + 1, "groups": 0})

    def _fill(self, batch: Batch, stream: Stream, group: Group) -> None:
        """Put the entries of a group into the batch, or its lines among the rejects: they stand or fall together."""
        batch.groups += 1
        batch.lines += len({row.place for row in group.rows}) if stream.inner else len(group.rows)
        try:
            if stream.shaper is None:
                self._fill_sighting(batch, stream, group)
                return
            made = stream.shaper.entries(group.rows, is_overfull=group.is_overfull)
        except BadCell as bad:
            batch.rejects.append((_places(stream, group.rows), str(bad)))
            return
        for entry, rows in made:
            batch.entries.append(entry)
            batch.origins.append((stream, rows))
            if entry.claims:
                strongest = Identified(entry.claims, {}, "").strongest
                assert strongest is not None
                batch.customers.add((strongest.kind, strongest.value))

    def _fill_sighting(self, batch: Batch, stream: Stream, group: Group) -> None:
        who = stream.identifier.who(group.rows)
        if who.strongest is None:
            raise BadCell(who.warning or "nobody is named")
        batch.sightings.append(Sighting(who.claims, self.one.started_at, self.one.source_name, who.traits))
        batch.customers.add((who.strongest.kind, who.strongest.value))

    def _store(self, spill: Spill, batch: Batch, upto: dict[str, int]) -> None:
        """Store a batch and the checkpoint after it, together; the spill's own notes may be written twice."""
        for lines, reason in batch.rejects:
            for file, line in lines:
                spill.reject(file, [(line, reason)])
        spill.add_customers(batch.customers)
        spill.keep()
        with transaction.atomic():
            directory.lock_writers()
            self._still_mine()
            new, known = self._record(spill, batch)
            one = self.one
            one.interactions += new
            one.already_known += known
            one.rows_done += batch.lines
            one.customers, one.rejected = spill.count_customers(), spill.count_rejects()
            one.checkpoint = {**one.checkpoint, **upto}
            one.seen_alive_at = self._watch.clock()
            one.save(update_fields=_COUNTED)
        if batch.rejects and self.one.rejected <= SHOWN_AS_THEY_COME:
            write_rejects(spill, queries.rejects_path(self.one.pk))
        self._after_batch()

    def _record(self, spill: Spill, batch: Batch) -> tuple[int, int]:
        """How many were new, how many known already. What is known with other words is set aside."""
        if batch.sightings:
            before = customers.count()
            directory.observe(directory.still_welcome(batch.sightings), batch=self.one.pk)
            return 0, max(0, len(batch.customers) - (customers.count() - before))
        entries = log.Batch(self._source_id, batch.entries, self.one.started_at, self.one.pk)
        (recorded,) = log.record([entries])
        unlike = queries.unlike_stored(self._source_id, [batch.entries[i] for i in recorded.already_known])
        told = [i for i in recorded.already_known if batch.entries[i].message_id in unlike]
        for position in told:
            reason = f"{batch.entries[position].message_id} is known already, with other words: {_TO_CHANGE}"
            for file, place in _places(*batch.origins[position]):
                spill.reject(file, [(place, reason)])
        spill.keep()
        return len(recorded.new), len(recorded.already_known) - len(told)

    def _still_mine(self) -> None:
        now = Import.objects.select_for_update().values_list("runner", "taken_back_at").get(pk=self.one.pk)
        if now != (self.one.runner, None):
            raise ImportStopped("Another run has taken over this import.", field="import", value=self.one.pk)

    def _after_batch(self) -> None:
        self._watch.progress(self.one)
        if self._watch.should_stop():
            raise ImportStopped(
                "The import was interrupted; it goes on where it was.", field="import", value=self.one.pk
            )

    def _alive(self, *, rows: int, bytes_read: int) -> None:
        now = self._watch.clock()
        if self.one.seen_alive_at and now - self.one.seen_alive_at < _SIGN_OF_LIFE:
            return
        self.one.rows, self.one.bytes_read, self.one.seen_alive_at = rows, bytes_read, now
        self._save("rows", "bytes_read", "seen_alive_at")
        self._after_batch()

    def _save(self, *fields: str) -> None:
        values = {field: getattr(self.one, field) for field in fields}
        if not Import.objects.filter(pk=self.one.pk, runner=self.one.runner).update(**values):
            raise ImportStopped("Another run has taken over this import.", field="import", value=self.one.pk)

    def _close(self, spill: Spill) -> None:
        write_rejects(spill, queries.rejects_path(self.one.pk))
        one = self.one
        with transaction.atomic():
            self._still_mine()
            one.finished_at, one.runner, one.rows_done = self._watch.clock(), "", one.rows
            one.customers, one.rejected = spill.count_customers(), spill.count_rejects()
            one.save(update_fields=["finished_at", "runner", "rows_done", "customers", "rejected"])
            detail = {"rows": one.rows, "interactions": one.interactions, "rejected": one.rejected}
            audit.record(
                "import_finished", by=self._by, subject=f"import:{one.pk}", at=one.finished_at, detail=detail
            )
            live.tell([News("import", "imports.view")], at=one.finished_at)
        self._watch.progress(one)


def _places(stream: Stream, rows: Sequence[Row]) -> list[tuple[str, int]]:
    """The lines behind these rows, those inside an order too."""
    places = {(stream.base, row.place) for row in rows}
    return sorted(places | {(stream.inner, row.inner) for row in rows if row.inner is not None})


_TO_CHANGE = "take the earlier import back to change what it said"
_COUNTED = [
    "interactions",
    "already_known",
    "rows_done",
    "customers",
    "rejected",
    "checkpoint",
    "seen_alive_at",
]
