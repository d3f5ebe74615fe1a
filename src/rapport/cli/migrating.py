"""Bringing the tables up to date, so that a kill in between leaves what the next start can go on from."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor


class WholeSteps(MigrationExecutor):
    """Django notes a migration that stands for earlier ones row by row; with some of them it could not go on."""

    def record_migration(self, *told: Any) -> None:
        """Note all rows of a migration, or none."""
        with transaction.atomic():
            super().record_migration(*told)


def bring_up_to_date() -> None:
    """Do the migrations that are missing. Safe to repeat."""
    vars(migrate)["MigrationExecutor"] = WholeSteps
    call_command("migrate", verbosity=0, interactive=False)
