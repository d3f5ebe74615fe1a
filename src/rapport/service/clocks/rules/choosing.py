"""Which policy sets the clocks of a matter: of those that fit, the one that says most."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from rapport.kernel.refusals import Refusal
from rapport.service.clocks.rules.hours import ALWAYS, Hours, days_needed
from rapport.service.clocks.rules.running import BY_POLICY, Aim

PAUSING = ("theirs", "third")
"""Kinds of state in which a policy may let its clocks stand still."""
MOST_DAYS = 20 * 365
"""A target that may take longer is a slip of the pen."""


class BadPolicy(Refusal):
    """A policy that cannot be as described."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is to a policy. `identifier_id`: whose it is; `kind`: the kind of interaction it began with."""

    case_id: int
    identifier_id: int
    queue_id: int
    kind: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """For what a policy is meant; what is empty fits everything."""

    queue_id: int | None = None
    kind: str = ""
    channel: str = ""
    customer_id: int | None = None

    def fits(self, matter: Matter, customer_ids: Collection[int]) -> bool:
        """Whether the matter, of these customers (its own, and the organisations they belong to), is of this scope."""
        return (
            (self.queue_id is None or self.queue_id == matter.queue_id)
            and self.kind in {"", matter.kind}
            and self.channel in {"", matter.channel}
            and (self.customer_id is None or self.customer_id in customer_ids)
        )

    @property
    def weight(self) -> tuple[bool, bool, bool, bool]:
        """What was agreed with a customer goes before a queue, that before a kind, that before a channel."""
        return (self.customer_id is not None, self.queue_id is not None, bool(self.kind), bool(self.channel))


def chosen(scopes: Mapping[int, Scope], matter: Matter, customer_ids: Collection[int] = ()) -> int | None:
    """The number of the policy for this matter, the oldest of those that say as much; None: no policy fits.

    >>> chosen({1: Scope(), 2: Scope(channel="chat"), 3: Scope(queue_id=7)}, Matter(1, 12, queue_id=7, channel="chat"))
    3
    """
    fitting = [
        (scope.weight, -number) for number, scope in scopes.items() if scope.fits(matter, customer_ids)
    ]
    return -max(fitting)[1] if fitting else None


def checked_aims(aims: Mapping[str, Aim], hours: Iterable[Hours]) -> dict[str, Aim]:
    """The aims of a policy in their order; refuses one that is nothing, or would take decades of these hours."""
    found = {kind: aims[kind] for kind in BY_POLICY if kind in aims}
    if not found:
        raise BadPolicy("Say for one thing at least how long it may take.", field=BY_POLICY[0])
    for kind, aim in found.items():
        if aim.target < timedelta(seconds=1):
            raise BadPolicy("A target is a second at least.", field=kind, value=str(aim.target))
        if not timedelta() <= aim.warn_before < aim.target:
            raise BadPolicy("A warning comes after the beginning and before the end.", field=f"{kind}_warn")
        if any(days_needed(one, aim.target) > MOST_DAYS for one in (ALWAYS, *hours)):
            raise BadPolicy("With these hours it could take decades.", field=kind, value=str(aim.target))
    return found


def checked_pauses(kinds: Collection[str]) -> list[str]:
    """The kinds of state in which clocks stand still, in their order."""
    if unknown := set(kinds) - set(PAUSING):
        raise BadPolicy("No clock can stand still there.", field="pauses_in", value=min(unknown))
    return [kind for kind in PAUSING if kind in kinds]
