"""Tasks for django-tasks-db: a worker imports them by this module's name."""

from django_tasks import task

from benchmarks import queues


@task()
def empty() -> None:
    pass


@task()
def slow(folder: str) -> None:
    queues.leave_a_trace(folder)
