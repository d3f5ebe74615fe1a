"""What was agreed with somebody about our times goes with them; how long people waited stays counted."""

from collections.abc import Iterator
from datetime import datetime

from rapport.kernel.persons import Erased, Fact, Person, pieces
from rapport.service.clocks.models import Policy, PolicyVersion

name = "clocks"
covers = ("service.Policy", "service.PolicyVersion")


def export(person: Person) -> Iterator[Fact]:
    """Each policy agreed with them, as it stood from change to change."""
    for ids in pieces(person.identifier_ids):
        versions = PolicyVersion.objects.filter(policy__identifier__in=ids).select_related("policy")
        for one in versions.order_by("id"):
            yield Fact("agreed_times", {"name": one.policy.name, "aims": one.aims, "since": one.made_at})


def erase(person: Person, *, at: datetime) -> Erased:
    """End each policy agreed with them, then let it forget whose it was: in force it would be everybody's."""
    gone = 0
    for ids in pieces(person.identifier_ids):
        agreed = Policy.objects.filter(identifier__in=ids)
        agreed.filter(retired_at=None).update(retired_at=at)
        for policy in agreed.order_by("id"):
            policy.name, policy.identifier_id = f"agreed {policy.pk}", None
            policy.save(update_fields=["name", "identifier"])
            gone += 1
    return Erased(gone)
