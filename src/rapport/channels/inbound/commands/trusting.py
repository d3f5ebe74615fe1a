"""Who may speak where: a right name lets no stranger in, and a known address proves nothing by itself."""

from rapport.channels.inbound.commands.path import Door, Found, Path
from rapport.channels.inbound.rules import authentication, senders
from rapport.channels.inbound.rules.authentication import Verdict
from rapport.channels.threads import commands as threads
from rapport.channels.threads import queries as thread_queries
from rapport.channels.threads.rules import TAKES_PART
from rapport.customers.directory import commands as directory
from rapport.customers.directory import queries as known
from rapport.customers.directory.rules import Claim, Sighting
from rapport.staff.people import queries as people

SOURCE = "Rapport"
UNVERIFIED = "Who sent this could not be verified."


def verdict(path: Path) -> Verdict:
    """What is known of the sender: the word of the server that this mailbox names, or a check of our own."""
    if path.author is None:
        return Verdict(reason="no sender")
    if path.opened.checked is not None:
        return path.opened.checked
    return authentication.verdict(
        path.mail.authentication_results,
        server=str(path.envelope.endpoint.settings.get("vouched_by", "")),
        author_domain=senders.domain_of(path.author.value),
    )


def at_the_door(path: Path) -> Found:
    """A mail that refers to a conversation: its sender must take part in it, and nothing may speak against them."""
    author = _author(path)
    seen = known.known_as(author.kind, author.value)
    standings = [(door, _standing(door, seen)) for door in path.doors]
    door, standing = next(
        ((door, standing) for door, standing in standings if standing in TAKES_PART), standings[0]
    )
    if standing not in TAKES_PART:
        return _new_participant(path, door, standing)
    if why := _why_doubtful(path, door, seen):
        found = _suspended_at(path, door, "not_verified", why)
        if found.state:
            return found
        if path.decision and path.decision.how == "conversation":
            return own_conversation(path, found.why)
        path.warnings.append(UNVERIFIED)
    return _joins(path, door, f"its sender takes part, and it names the thread by its {door.by}")


def stranger(path: Path) -> Found:
    """A mail that refers to nothing of ours begins a conversation, or goes on with its sender's own."""
    author = _author(path)
    if path.verdict.result == authentication.FAIL:
        if known.known_as(author.kind, author.value) and not path.is_internal:
            found = path.suspended("not_verified", path.verdict.reason)
            if found.state:
                return found
        path.warnings.append(UNVERIFIED)
    elif path.verdict.is_checked and not path.verdict.is_pass:
        path.warnings.append(UNVERIFIED)
    return own_conversation(path, "it refers to no conversation of ours")


def of_colleague(path: Path) -> Found:
    """A mail under a colleague's address: a note in the conversation it refers to if it is proven, else it waits."""
    author = _author(path)
    by_address = next((door for door in path.doors if door.by == "address"), None)
    if by_address and path.verdict.is_pass:
        colleague = people.by_email(author.value)
        path.thread_id, path.is_internal = by_address.thread_id, True
        path.staff_id = colleague.pk if colleague else None
        return Found("note", "a colleague wrote it, proven; it is a note and goes to nobody")
    found = path.suspended("from_staff", f"{author.value} is a colleague's address")
    return found if found.state else own_conversation(path, found.why)


def own_conversation(path: Path, why: str) -> Found:
    """The thread of the sender's own identifier, begun with this if need be."""
    path.thread_id = threads.thread_of(_identified(path), at=path.at)
    return Found("own", why)


def _new_participant(path: Path, door: Door, standing: str) -> Found:
    author = _author(path)
    reason = "refused_participant" if standing == "refused" else "new_participant"
    found = _suspended_at(path, door, reason, f"{author.value} does not take part in thread {door.thread_id}")
    if found.state:
        threads.propose(door.thread_id, _identified(path), name=_name(path), at=path.at)
        return found
    if path.decision and path.decision.how == "participant":
        threads.accept(door.thread_id, _identified(path), by=path.decision.by, at=path.at)
        return _joins(path, door, "a person let its sender take part")
    return own_conversation(path, "a person gave it a conversation of its own")


def _joins(path: Path, door: Door, why: str) -> Found:
    path.thread_id, path.is_answer = door.thread_id, True
    return Found("joins", why)


def _suspended_at(path: Path, door: Door, reason: str, why: str) -> Found:
    found = path.suspended(reason, why)
    if found.state:
        path.envelope.thread_id = door.thread_id
    return found


def _why_doubtful(path: Path, door: Door, seen: tuple[int, int] | None) -> str:
    """Why a right reference is not enough. A reply address is a secret of one person, and says who writes; names and
    marks are in every quotation, so where our server checks, they need its yes, and so does the address of another.
    """
    if path.verdict.result == authentication.FAIL:
        return path.verdict.reason
    is_own = door.by == "address" and seen is not None and _is_theirs(door, seen)
    if not is_own and path.verdict.is_checked and not path.verdict.is_pass:
        return f"it names the thread by its {door.by} alone, and {path.verdict.reason}"
    return ""


def _is_theirs(door: Door, seen: tuple[int, int]) -> bool:
    """Whether the address was given to the sender, under this identifier or another of theirs."""
    return door.participant_id == seen[0] or known.customer_of(door.participant_id) == seen[1]


def _standing(door: Door, seen: tuple[int, int] | None) -> str:
    return thread_queries.standing(door.thread_id, seen[0]) if seen else ""


def _identified(path: Path) -> int:
    """The identifier of the sender, made if it was never seen. What proves it is noted with the interaction."""
    author = _author(path)
    if seen := known.known_as(author.kind, author.value):
        path.author_id = seen[0]
    else:
        made = directory.observe([Sighting(claims=(author,), at=path.at, source=SOURCE)])
        path.author_id = made[0].identifier_id
    assert path.author_id is not None
    return path.author_id


def _author(path: Path) -> Claim:
    assert path.author is not None
    return path.author


def _name(path: Path) -> str:
    return path.mail.author.name if path.mail.author else ""
