"""The rules that an organisation makes for itself: quiet hours and caps."""

from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction

from rapport.channels.contact.models import ContactRule
from rapport.channels.contact.rules import KINDS
from rapport.customers.consent.rules import PURPOSES
from rapport.kernel.channels import CHANNELS
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.roles.rules import Actor, require

MOST_RULES = 50
LONGEST_DAYS = 366


class BadRule(Refusal):
    """A rule that cannot be as described."""


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as it is described: quiet hours need `starts` and `ends`, a cap `most` and `days`."""

    kind: str
    purpose: str = ""
    channel: str = ""
    starts: time | None = None
    ends: time | None = None
    most: int | None = None
    days: int | None = None


@transaction.atomic
def make_rule(new: NewRule, *, by: Actor, at: datetime) -> ContactRule:
    """Let a rule hold from now on, for whatever is asked next; what was allowed already is sent."""
    require(by, "channels.edit")
    _check(new)
    if ContactRule.objects.filter(ended_at=None).count() >= MOST_RULES:
        raise BadRule(f"There are {MOST_RULES} rules already; end one first.")
    rule = ContactRule.objects.create(**asdict(new), made_at=at, made_by=by.audit_name[:200])
    detail = {name: str(value) for name, value in asdict(new).items() if value not in {None, ""}}
    audit.record("contact.make_rule", by=by, subject=f"contact-rule:{rule.pk}", at=at, detail=detail)
    return rule


@transaction.atomic
def end_rule(rule_id: int, *, by: Actor, at: datetime) -> ContactRule:
    """Let a rule hold no longer."""
    require(by, "channels.edit")
    rule = ContactRule.objects.select_for_update().filter(pk=rule_id, ended_at=None).first()
    if rule is None:
        raise NotFound("There is no such rule in force.", field="rule", value=rule_id)
    rule.ended_at, rule.ended_by = at, by.audit_name[:200]
    rule.save(update_fields=["ended_at", "ended_by"])
    audit.record("contact.end_rule", by=by, subject=f"contact-rule:{rule.pk}", at=at)
    return rule


def _check(new: NewRule) -> None:
    if new.kind not in KINDS:
        raise BadRule("A rule is quiet hours or a cap.", field="kind", value=new.kind)
    if new.purpose and new.purpose not in PURPOSES:
        raise BadRule(f"'{new.purpose}' is not a purpose.", field="purpose", value=new.purpose)
    if new.channel and new.channel not in CHANNELS:
        raise BadRule(f"'{new.channel}' is not a channel.", field="channel", value=new.channel)
    if new.kind == "quiet":
        _check_hours(new)
    else:
        _check_cap(new)


def _check_hours(new: NewRule) -> None:
    if new.starts is None or new.ends is None:
        raise BadRule("Say from when to when it is quiet.", field="starts", value=new.starts)
    if new.starts == new.ends:
        raise BadRule("Quiet hours that never end would send nothing.", field="ends", value=new.ends)


def _check_cap(new: NewRule) -> None:
    if new.most is None or not 0 <= new.most <= 1000:
        raise BadRule("Say how many, from 0 to 1000.", field="most", value=new.most)
    if new.days is None or not 1 <= new.days <= LONGEST_DAYS:
        raise BadRule(f"Say in how many days, from 1 to {LONGEST_DAYS}.", field="days", value=new.days)
