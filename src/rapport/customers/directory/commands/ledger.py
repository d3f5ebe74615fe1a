"""Joining and parting by hand and by rule: rows of the ledger, and the customers that follow from them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rapport.customers.consent import commands as consent
from rapport.customers.directory import rules
from rapport.customers.directory.commands import facets, writing
from rapport.customers.directory.commands.register import links_of, new_epoch
from rapport.customers.directory.models import Identifier, Link, LinkRetraction, Proposal, SharedMark
from rapport.customers.directory.rules import Claim
from rapport.customers.forgotten import queries as forgotten
from rapport.kernel.crashing import reach
from rapport.kernel.refusals import NotFound, Refusal
from rapport.staff.audit import commands as audit
from rapport.staff.organisation import queries as organisation
from rapport.staff.roles.rules import Actor, require


class CannotLink(Refusal):
    """Two identifiers that cannot be joined, with the reason."""


class CannotUnlink(Refusal):
    """A link that cannot be taken back, with the reason."""


class NoSuchProposal(NotFound):
    """A proposal that does not exist or is decided already."""


@transaction.atomic
def link_named(first: Claim, second: Claim, *, by: Actor, why: str, at: datetime) -> Link:
    """Join two customers because our own server says that they are one; identifiers never seen are made."""
    require(by, "customers.link")
    writing.lock_writers()
    ids = [_named(claim, by, at) for claim in (first, second)]
    return link(*ids, by=by, why=why, at=at, rule="server")


def _named(claim: Claim, by: Actor, at: datetime) -> int:
    usable = rules.normalised(claim, region=organisation.phone_region())
    if usable is None:
        raise CannotLink(
            f"'{claim.value}' identifies nobody as {claim.kind}.", field=claim.kind, value=claim.value
        )
    found = Identifier.objects.filter(kind=usable.kind, value=usable.value).first()
    if found is None:
        (one,) = writing.next_ids("customers_identifier", 1)
        found = Identifier.objects.create(
            id=one,
            kind=usable.kind,
            value=usable.value,
            customer_id=one,
            source=by.audit_name[:80],
            first_seen_at=at,
        )
        if mark := forgotten.marks([(usable.kind, usable.value)]).get((usable.kind, usable.value)):
            consent.restore_refusals({one: mark.refused})
        facets.refresh([one])
    return found.pk


@transaction.atomic
def link(a: int, b: int, *, by: Actor, why: str, at: datetime, rule: str = "person") -> Link:
    """Let a person (or our own server) join the customers of two identifiers; no rule stands in the way."""
    require(by, "customers.link")
    writing.lock_writers()
    first, second = _both(a, b)
    made = Link.objects.create(
        first=first,
        second=second,
        rule=rule,
        reason=why.strip()[:300] or rules.RULES[rule],
        made_by=by.audit_name[:200],
        made_at=at,
    )
    reach("link.half")
    old = {first.customer_id, second.customer_id}
    Identifier.objects.filter(customer_id__in=old).update(customer_id=min(old))
    facets.refresh(old)
    audit.record(
        "customers.link", by=by, subject=f"customer:{min(old)}", at=at, detail={"link": made.pk, "why": why}
    )
    return made


@transaction.atomic
def unlink(link_id: int, *, by: Actor, why: str, at: datetime) -> Link:
    """Take one link back: the two sides are again what they would be had it never been made."""
    require(by, "customers.link")
    writing.lock_writers()
    found = Link.objects.filter(pk=link_id).select_related("first", "retraction").first()
    if found is None:
        raise CannotUnlink(f"There is no link {link_id}.", field="link", value=link_id)
    if hasattr(found, "retraction"):
        raise CannotUnlink("That link has been taken back already.", field="link", value=link_id)
    LinkRetraction.objects.create(link=found, by=by.audit_name[:200], by_person=True, why=why[:300], at=at)
    part([found.first.customer_id])
    subject = f"customer:{found.first.customer_id}"
    audit.record("customers.unlink", by=by, subject=subject, at=at, detail={"link": found.pk, "why": why})
    return found


@transaction.atomic
def decide(proposal_id: int, *, same: bool, by: Actor, at: datetime) -> Proposal:
    """A person's word on a proposal: one customer (joined by a link), or not (never proposed again)."""
    require(by, "customers.link")
    found = Proposal.objects.select_for_update().filter(pk=proposal_id, decided_at=None).first()
    if found is None:
        raise NoSuchProposal("That proposal has been decided already.", field="proposal", value=proposal_id)
    found.decided_at, found.decided_by = at, by.audit_name[:200]
    found.decision = "same" if same else "apart"
    found.save(update_fields=["decided_at", "decided_by", "decision"])
    if same:
        link(found.first_id, found.second_id, by=by, why="decided on a proposal", at=at)
    else:
        audit.record("customers.apart", by=by, subject=f"proposal:{found.pk}", at=at)
    return found


def share(identifier_id: int, *, why: str, at: datetime) -> None:
    """Quarantine a device that several known customers use: its links by rule end, it joins nobody any more."""
    device = Identifier.objects.get(pk=identifier_id)
    SharedMark.objects.get_or_create(identifier=device, defaults={"why": why[:300], "at": at})
    live = Link.objects.filter(Q(first=device) | Q(second=device), retraction=None).exclude(
        rule__in=("person", "server")
    )
    LinkRetraction.objects.bulk_create(
        LinkRetraction(link=one, by="rule", by_person=False, why=f"shared: {why}"[:300], at=at)
        for one in live
    )
    part([device.customer_id])


def part(customer_ids: Iterable[int]) -> None:
    """Work out anew which identifiers of these customers belong together, from the live links alone."""
    before = set(customer_ids)
    held = dict(Identifier.objects.filter(customer_id__in=before).values_list("id", "customer_id"))
    now = rules.components(held, links_of(held))
    moved = [Identifier(id=one, customer_id=now[one]) for one, was in held.items() if now[one] != was]
    Identifier.objects.bulk_update(moved, ["customer_id"], batch_size=writing.CHUNK)
    new_epoch()
    facets.refresh(before | set(now.values()))


def _both(a: int, b: int) -> tuple[Identifier, Identifier]:
    found = Identifier.objects.in_bulk([a, b])
    for one in (a, b):
        if one not in found:
            raise CannotLink(f"There is no identifier {one}.", field="identifier", value=one)
    if a == b:
        raise CannotLink("An identifier cannot be linked to itself.", field="identifier", value=a)
    return found[min(a, b)], found[max(a, b)]
