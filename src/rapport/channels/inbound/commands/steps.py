"""The steps that a mail walks, in their order. Each says what it found and why; one of them may end the walk."""

from collections.abc import Callable, Sequence

from rapport.channels.endpoints import queries as endpoints
from rapport.channels.inbound.commands import finding, limiting, placing, reporting, trusting
from rapport.channels.inbound.commands.path import Found, Path
from rapport.channels.inbound.rules import automatic, bouncing, senders
from rapport.channels.inbound.rules.reading import Mail
from rapport.channels.threads import queries as threads
from rapport.channels.threads.models import Message
from rapport.customers.directory.rules import Claim, normalised
from rapport.customers.forgotten import queries as forgotten
from rapport.kernel.text import shortened, storable
from rapport.staff.people import queries as people

StepOf = Callable[[Path], Found]
_AWAY = "vacation"
"""The reason by which reports name the news that somebody is away: that is said to us, and is no report of a mail."""


def read(path: Path) -> Found:
    """Who wrote, about what; the reading itself is done."""
    mail = path.mail
    path.envelope.sender = storable(mail.author.email if mail.author else "").lower()[:254]
    path.envelope.subject = shortened(storable(mail.subject), 300)
    claim = Claim("email", mail.author.email) if mail.author else None
    path.author = normalised(claim) if claim else None
    return Found("read", "; ".join(mail.faults)[:300])


def authenticate(path: Path) -> Found:
    """Whether our own mail server, or a check of our own, says that the sender is who it says."""
    path.verdict = trusting.verdict(path)
    if path.author and path.verdict.is_pass and not path.mail.is_from_ambiguous:
        path.author = Claim("email", path.author.value, path.verdict.proof)
    return Found(path.verdict.result, path.verdict.reason)


def is_automatic(path: Path) -> Found:
    """Whether a program wrote it: then no clock stops for it, and nothing answers it by itself."""
    path.automatic = automatic.why_automatic(path.mail)
    return Found("yes", path.automatic) if path.automatic else Found("no")


def is_bounce(path: Path) -> Found:
    """Whether it reports what became of a mail of ours."""
    told = bouncing.bounces(path.mail)
    if found := [one for one in told if one.reason != _AWAY]:
        return reporting.note(path, found)
    if told:
        path.automatic = path.automatic or "it says that somebody is away"
    is_machine = path.mail.return_path == "" and senders.is_machine(path.envelope.sender)
    return path.suspended("from_a_machine", "a mail system wrote it") if is_machine else Found("no")


def is_loop(path: Path) -> Found:
    """Whether it is a mail of our own that came back, or comes from one of our own addresses."""
    if why := finding.why_own(path.mail, path.key):
        return Found("loop", why, "noted", "loop")
    sender = path.envelope.sender
    if not sender or not endpoints.own_addresses([sender]):
        return Found("no")
    if path.automatic:
        return Found("loop", f"{sender} is an address of ours, and a program wrote it", "noted", "loop")
    return path.suspended("from_ourselves", f"{sender} is an address of ours")


def is_duplicate(path: Path) -> Found:
    """Whether the same mail is here already: the same name, sender and words. The name alone proves nothing."""
    mail = path.mail
    for known in _of_this_name(path):
        if _says_the_same(known, mail):
            path.message_id = known.pk
            return Found("duplicate", f"it is message {known.pk}", "noted", "duplicate")
        path.is_name_taken = True
        path.warnings.append("Another mail has the same Message-ID.")
        return Found("no", f"message {known.pk} has the same name and other words")
    return Found("no")


def which_thread(path: Path) -> Found:
    """Which conversation it refers to: by the address it was sent to, the names it answers, or our mark in its text."""
    if senders.is_read_by_nobody(path.envelope.sender):
        path.is_internal = True
        return Found("internal", f"nobody reads {path.envelope.sender}: it is shown to staff alone")
    path.doors = finding.doors(path.mail, path.key)
    if not path.doors:
        return Found("none")
    return Found("refers", "; ".join(f"thread {one.thread_id} by its {one.by}" for one in path.doors[:5]))


def which_customer(path: Path) -> Found:
    """Whose it is, and whether they may speak where it refers to."""
    if path.author is None:
        return _without_sender(path)
    if _is_forgotten(path, path.author):
        return Found("forgotten", "its sender was erased since", "noted", "forgotten")
    if path.mail.is_from_ambiguous:
        path.author = Claim(path.author.kind, path.author.value)
        found = path.suspended("ambiguous_sender", "; ".join(path.mail.faults)[:300])
        return found if found.state else trusting.own_conversation(path, found.why)
    if people.by_email(path.author.value) is not None:
        return trusting.of_colleague(path)
    return trusting.at_the_door(path) if path.doors else trusting.stranger(path)


def within_limits(path: Path) -> Found:
    """Whether its sender wrote more often within the hour than a person does."""
    if why := limiting.why_too_many(path):
        return path.suspended("too_many", why)
    return Found("yes")


def place(path: Path) -> Found:
    """Into the thread, with its files."""
    message = placing.place_mail(path)
    path.message, path.message_id = message, message.pk
    return Found("placed", f"message {message.pk} of thread {message.thread_id}", "placed")


STEPS: Sequence[tuple[str, StepOf]] = (
    ("read", read),
    ("authenticate", authenticate),
    ("automatic", is_automatic),
    ("bounce", is_bounce),
    ("loop", is_loop),
    ("duplicate", is_duplicate),
    ("thread", which_thread),
    ("customer", which_customer),
    ("limits", within_limits),
    ("place", place),
)


def _of_this_name(path: Path) -> list[Message]:
    """The message known under this name here, or at another endpoint whose colleagues are the same."""
    every = threads.named(path.name)
    here = [message for endpoint_id, message in every if endpoint_id == path.place.id]
    return here or [message for _, message in every if message.department == path.place.department]


def _says_the_same(known: Message, mail: Mail) -> bool:
    author = (mail.author.email if mail.author else "").lower()
    said = placing.words_of(mail)
    same_author = not author or known.author is None or known.author.value == author
    return same_author and known.text == said.reply_text and known.rest == said.quoted_text


def _without_sender(path: Path) -> Found:
    reason = "ambiguous_sender" if path.mail.author else "no_sender"
    found = path.suspended(reason, "; ".join(path.mail.faults)[:300])
    if found.state:
        return found
    path.author = Claim("external", f"unknown_sender:{path.envelope.sha256[:24]}")
    return trusting.own_conversation(path, found.why)


def _is_forgotten(path: Path, author: Claim) -> bool:
    """Whether its sender was erased after they wrote it: a mail that is delivered again brings nobody back."""
    newest = forgotten.newest()
    said_at = placing.said_at(path)
    if newest is None or said_at >= newest:
        return False
    mark = forgotten.marks([(author.kind, author.value)]).get((author.kind, author.value))
    return mark is not None and said_at < mark.erased_at
