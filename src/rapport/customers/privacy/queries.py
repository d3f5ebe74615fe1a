from rapport.customers.directory.models import Identifier
from rapport.customers.privacy.models import Erasure
from rapport.jobs.queue import queries as jobs
from rapport.kernel.persons import Person
from rapport.kernel.refusals import NotFound


class NobodyThere(NotFound):
    """Nobody stands under that number, or no longer."""


def person(customer_id: int) -> Person:
    """The customer who stands under this number now, with every identifier."""
    now = Identifier.objects.filter(id=customer_id).values_list("customer_id", flat=True).first()
    if now is None:
        raise NobodyThere(
            f"Nobody is known by the number {customer_id}.", field="customer", value=customer_id
        )
    own = list(Identifier.objects.filter(customer_id=now).order_by("id").values_list("id", "kind", "value"))
    return Person(now, tuple(one for one, _, _ in own), tuple((kind, value) for _, kind, value in own))


def asked(customer_id: int) -> Erasure | None:
    """The erasure of this customer that was asked for and waits to be confirmed."""
    return Erasure.objects.filter(customer_id=customer_id, done_at=None, withdrawn_at=None).first()


def waiting() -> list[Erasure]:
    """Erasures that were asked for and neither done nor withdrawn, the oldest first."""
    return list(Erasure.objects.filter(done_at=None, withdrawn_at=None).order_by("id"))


def subjects(person: Person) -> list[str]:
    """The names under which files and acts about this person are kept: every number they ever stood under."""
    return [f"customer:{one}" for one in person.identifier_ids]


def export_key(customer_id: int, owner: str) -> str:
    """The key of the job that makes an export for somebody."""
    return f"export:{customer_id}:{owner}"


def is_being_made(customer_id: int, owner: str) -> bool:
    """Whether an export for this owner is asked for and not ready yet."""
    return jobs.unfinished().filter(key=export_key(customer_id, owner)).exists()
