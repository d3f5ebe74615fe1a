from datetime import datetime

from django.db import transaction

from rapport.jobs.duties import commands as duties
from rapport.jobs.queue import commands as queue
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


@transaction.atomic
def replay(job_id: int, *, by: Actor, at: datetime) -> None:
    """Let a parked job be tried anew, from the first attempt."""
    require(by, "jobs.replay")
    task = queue.retry(job_id, at=at)
    audit.record("jobs.replay", by=by, subject=f"job:{job_id}", at=at, detail={"task": task})


@transaction.atomic
def replay_all(task: str, *, by: Actor, at: datetime) -> int:
    """Let every parked job of this task be tried anew; how many."""
    require(by, "jobs.replay")
    count = queue.retry_all(task, at=at)
    audit.record("jobs.replay_all", by=by, subject=f"task:{task}", at=at, detail={"jobs": count})
    return count


@transaction.atomic
def let_go_on(duty: str, *, by: Actor, at: datetime) -> None:
    """Let a duty go on that was stopped, with a new budget."""
    require(by, "jobs.replay")
    duties.let_go_on(duty)
    audit.record("duties.let_go_on", by=by, subject=f"duty:{duty}", at=at)
