"""Every module that registers background work; a worker imports them all."""

from importlib import import_module

from django.utils.module_loading import autodiscover_modules

MODULES = (
    "rapport.jobs.schedule.tasks",
    "rapport.channels.chat.tasks",
    "rapport.channels.inbound.tasks",
    "rapport.channels.contact.tasks",
    "rapport.customers.likeness.tasks",
    "rapport.customers.privacy.tasks",
    "rapport.interactions.ingestion.tasks",
    "rapport.interactions.log.tasks",
    "rapport.interactions.lake.tasks",
    "rapport.interactions.webhooks.tasks",
    "rapport.staff.answers.tasks",
    "rapport.service.clocks.tasks",
    "rapport.service.desk.tasks",
    "rapport.service.routing.tasks",
    "rapport.wiring.arrivals.tasks",
    "rapport.wiring.imports.tasks",
    "rapport.wiring.privacy",
)


def load() -> None:
    """Register the tasks of every area, and of every other application that has a module `tasks`."""
    for module in MODULES:
        import_module(module)
    autodiscover_modules("tasks")
