"""Bringing the tables up to date, broken off where it is noted what was done."""

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.recorder import MigrationRecorder

from rapport.cli.migrating import WholeSteps

pytestmark = pytest.mark.django_db


def noted() -> set[str]:
    return {name for app, name in MigrationRecorder(connection).applied_migrations() if app == "made_up"}


def test_a_migration_that_stands_for_others_is_noted_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    migration = Migration("0001_first_release", "made_up")
    migration.replaces = [("made_up", f"000{number}") for number in range(1, 5)]
    steps = WholeSteps(connection)
    note = steps.recorder.record_applied

    def broken_off(app: str, name: str) -> None:
        if name == "0003":
            raise KeyboardInterrupt
        note(app, name)

    monkeypatch.setattr(steps.recorder, "record_applied", broken_off)
    with pytest.raises(KeyboardInterrupt):
        steps.record_migration(migration)
    assert noted() == set()

    monkeypatch.undo()
    steps.record_migration(migration)
    assert noted() == {"0001", "0002", "0003", "0004"}
