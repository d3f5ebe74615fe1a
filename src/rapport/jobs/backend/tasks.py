"""`TASKS = {"default": {"BACKEND": "rapport.jobs.backend.tasks.Backend"}}`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskContext, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from rapport.jobs.queue import commands, queries, rules
from rapport.jobs.queue.models import Job
from rapport.jobs.queue.rules import Context, Wanted

_DECLARED: dict[str, Task[..., Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Task[..., Any]):
    """A task that workers find by the path of its function, once its module was imported."""

    def __post_init__(self) -> None:
        self.get_backend().validate_task(self)
        path = self.module_path
        if _DECLARED.setdefault(path, self).func is self.func and rules.find(path) is None:
            rules.task(path)(_runner(path))


def _runner(path: str) -> rules.Function:
    def run(context: Context, *, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        task = _DECLARED[path]
        told = [TaskContext(task_result=_result(queries.one(context.job.id)))] if task.takes_context else []
        return {"value": normalize_json(task.call(*told, *args, **kwargs))}

    return run


class Backend(BaseTaskBackend):
    """Puts a task in inside the transaction of its cause. Like any job it may run again after its worker died."""

    task_class = Declared  # type: ignore[assignment]
    supports_defer = True
    supports_get_result = True
    supports_priority = True
    supports_async_task = True

    def enqueue(
        self, task: Task[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> TaskResult[Any]:
        """Queue the task; its result's id is the number of the job."""
        self.validate_task(task)
        arguments = {"args": normalize_json(list(args)), "kwargs": normalize_json(dict(kwargs))}
        wanted = Wanted(
            task.module_path,
            arguments,
            due_at=task.run_after,
            priority=task.priority,
            queue=task.queue_name,
        )
        return self.get_result(str(commands.put(wanted, at=datetime.now(UTC))))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """What is known of a job; gone some days after it was finished."""
        job = queries.one(int(result_id)) if result_id.isdecimal() and len(result_id) < 19 else None
        if job is None or job.task not in _DECLARED:
            raise TaskResultDoesNotExist(result_id)
        return _result(job)


def _result(job: Job | None) -> TaskResult[Any]:
    assert job is not None
    task = _DECLARED[job.task].using(priority=job.priority, queue_name=job.queue)
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.pk),
        status=_status(job),
        enqueued_at=job.enqueued_at,
        started_at=job.attempted_at,
        last_attempted_at=job.attempted_at,
        finished_at=job.finished_at or job.parked_at,
        args=job.arguments["args"],
        kwargs=job.arguments["kwargs"],
        backend=task.backend,
        errors=_errors(job),
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", (job.answer or {}).get("value"))
    return result


def _status(job: Job) -> TaskResultStatus:
    if job.finished_at:
        return TaskResultStatus.SUCCESSFUL
    if job.parked_at:
        return TaskResultStatus.FAILED
    return TaskResultStatus.RUNNING if job.leased_until else TaskResultStatus.READY


def _errors(job: Job) -> list[TaskError]:
    return [TaskError(exception_class_path=job.error_class, traceback=job.failure)] if job.error_class else []
