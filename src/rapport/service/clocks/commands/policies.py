"""What a lead does with policies. Each change of what one aims at is a version; running clocks keep theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.customers.directory import queries as directory
from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import KINDS
from rapport.kernel.refusals import NotFound
from rapport.service.clocks import queries
from rapport.service.clocks.models import CalendarVersion, Policy, PolicyVersion
from rapport.service.clocks.rules import hours
from rapport.service.clocks.rules.choosing import BadPolicy, checked_aims, checked_pauses
from rapport.service.clocks.rules.running import Aim
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require


@dataclass(frozen=True, slots=True)
class Description:
    """For what a policy is meant (empty: everything), what it aims at, and when its clocks stand still.

    Without a calendar, time runs round the clock. `identifier_id`: a customer with whom it was agreed.
    """

    name: str
    aims: Mapping[str, Aim]
    calendar_id: int | None = None
    pauses_in: tuple[str, ...] = ("theirs",)
    queue_id: int | None = None
    kind: str = ""
    channel: str = ""
    identifier_id: int | None = None


@transaction.atomic
def add_policy(described: Description, *, by: Actor, at: datetime) -> Policy:
    """Set up a policy; it sets the clocks that start from now on."""
    require(by, "clocks.edit")
    policy = _scoped(Policy(), described)
    policy.save()
    _add_version(policy, 1, described, by, at)
    _record("add", policy, by, at)
    return policy


@transaction.atomic
def change_policy(policy_id: int, described: Description, *, by: Actor, at: datetime) -> Policy:
    """Describe a policy anew; clocks that run keep what they began with."""
    require(by, "clocks.edit")
    policy = _scoped(_locked(policy_id), described)
    policy.save()
    version = queries.policy(policy_id)
    PolicyVersion.objects.filter(pk=version.pk).update(replaced_at=at)
    _add_version(policy, version.number + 1, described, by, at)
    _record("change", policy, by, at)
    return policy


@transaction.atomic
def retire_policy(policy_id: int, *, by: Actor, at: datetime) -> Policy:
    """Let a policy set no more clocks; those that run, run on."""
    require(by, "clocks.edit")
    policy = _locked(policy_id)
    policy.retired_at = at
    policy.save(update_fields=["retired_at"])
    _record("retire", policy, by, at)
    return policy


def _locked(policy_id: int) -> Policy:
    found = Policy.objects.select_for_update().filter(pk=policy_id, retired_at=None).first()
    if found is None:
        raise NotFound("There is no such policy.", field="policy", value=policy_id)
    return found


def _scoped(policy: Policy, described: Description) -> Policy:
    policy.name = _free_name(described.name, but=policy.pk or 0)
    if described.kind and described.kind not in KINDS:
        raise BadPolicy(f"'{described.kind}' is not a kind.", field="kind", value=described.kind)
    if described.channel and described.channel not in CHANNELS:
        raise BadPolicy(f"'{described.channel}' is not a channel.", field="channel", value=described.channel)
    if described.identifier_id and not directory.whose().filter(id=described.identifier_id).exists():
        raise BadPolicy("No customer has this number.", field="customer", value=described.identifier_id)
    policy.queue_id, policy.kind, policy.channel = described.queue_id, described.kind, described.channel
    policy.identifier_id = described.identifier_id
    return policy


def _free_name(name: str, *, but: int) -> str:
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > hours.LONGEST_NAME:
        raise BadPolicy(f"A name has 1 to {hours.LONGEST_NAME} characters.", field="name", value=tidy)
    if Policy.objects.filter(name=tidy, retired_at=None).exclude(pk=but).exists():
        raise BadPolicy(f"There is a policy called {tidy} already.", field="name", value=tidy)
    return tidy


def _add_version(policy: Policy, number: int, described: Description, by: Actor, at: datetime) -> None:
    calendars: list[CalendarVersion] = []
    if described.calendar_id is not None:
        calendars = [queries.calendar(described.calendar_id)]
    aims = checked_aims(described.aims, [hours.read(one.hours) for one in calendars])
    PolicyVersion.objects.create(
        policy=policy,
        number=number,
        calendar_id=described.calendar_id,
        aims=queries.kept_aims(aims),
        pauses_in=checked_pauses(described.pauses_in),
        made_at=at,
        made_by=by.audit_name[:200],
    )


def _record(act: str, policy: Policy, by: Actor, at: datetime) -> None:
    audit.record(f"policies.{act}", by=by, subject=f"policy:{policy.pk}", at=at, detail={"name": policy.name})
