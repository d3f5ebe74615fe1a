from rapport.customers.directory.models import Customer, Proposal


def count() -> int:
    """How many customers there are; devices that several people share are nobody's."""
    return Customer.objects.count()


def open_proposals() -> int:
    """How many pairs who may be one wait for a person."""
    return Proposal.objects.filter(decided_at=None).count()
