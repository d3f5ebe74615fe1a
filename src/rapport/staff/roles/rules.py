"""Roles and the permissions they carry; a permission is the name of an act."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rapport.kernel.refusals import NotAllowed

ROLES: dict[str, str] = {
    "admin": "Administrator",
    "lead": "Team lead",
    "agent": "Agent",
    "analyst": "Analyst",
    "champion": "Customer champion",
    "viewer": "Viewer",
}

_EVERYBODY = frozenset(ROLES)
_DESK = frozenset({"admin", "lead", "agent"})
SEE_ALL = frozenset({"admin", "champion", "analyst"})
"""Roles that see every department even where the organisation limits sight: they answer for the whole."""

PERMISSIONS: dict[str, frozenset[str]] = {
    "customers.view": _EVERYBODY,
    "customers.link": _DESK,
    "customers.consent": _DESK,
    "customers.export": frozenset({"admin", "lead"}),
    "customers.erase": frozenset({"admin"}),
    "retention.edit": frozenset({"admin"}),
    "interactions.view": _EVERYBODY,
    "measures.view": _EVERYBODY,
    "measures.refresh": frozenset({"admin", "lead", "analyst"}),
    "touchpoints.view": _EVERYBODY,
    "touchpoints.edit": frozenset({"admin", "lead"}),
    "desk.view": _EVERYBODY,
    "desk.work": _DESK,
    "desk.edit": frozenset({"admin", "lead"}),
    "clocks.edit": frozenset({"admin", "lead"}),
    "promises.make": _DESK,
    "inbound.decide": _DESK,
    "channels.view": frozenset({"admin", "lead"}),
    "channels.edit": frozenset({"admin"}),
    "imports.view": frozenset({"admin", "lead", "analyst"}),
    "imports.run": frozenset({"admin", "lead", "analyst"}),
    "imports.take_back": frozenset({"admin"}),
    "organisation.edit": frozenset({"admin"}),
    "people.edit": frozenset({"admin"}),
    "keys.edit": frozenset({"admin"}),
    "webhooks.edit": frozenset({"admin"}),
    "jobs.view": frozenset({"admin", "lead"}),
    "jobs.replay": frozenset({"admin"}),
    "audit.view": frozenset({"admin"}),
}


class Actor(Protocol):
    """Who does something: a member of staff, a key, or the operator at the command line."""

    role: str

    @property
    def audit_name(self) -> str: ...


@runtime_checkable
class Colleague(Protocol):
    """An actor who works in a department: what they see may be limited to it."""

    pk: int
    role: str
    department: str


@runtime_checkable
class Program(Protocol):
    """An actor with permissions of its own instead of a role's: a key with scopes."""

    @property
    def permissions(self) -> frozenset[str]: ...


class Operator:
    """The person at the machine's own command line, who may do everything there."""

    role = "admin"
    audit_name = "command line"


class FirstRun:
    """Whoever opens a new installation, before anybody works there; it ends with the first administrator."""

    role = "admin"
    audit_name = "first run"


class System:
    """Rapport itself: rules and jobs that nobody asked for one by one."""

    role = "admin"
    audit_name = "Rapport"


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may see: the acts they may do, and whose things. `departments` None: those of all.

    A thing that is shown anywhere (page, API, export, search, stream) carries one permission and one department
    ("": nobody's in particular); it is seen if the permission is held and the department is "" or within reach.
    """

    permissions: frozenset[str]
    departments: frozenset[str] | None = None

    def covers(self, permission: str, department: str = "") -> bool:
        """Whether a thing with this permission and department is seen."""
        return permission in self.permissions and (
            self.departments is None or not department or department in self.departments
        )


EVERYTHING = Reach(frozenset(PERMISSIONS))
"""For the operator, and for Rapport's own work over all that there is."""


def held(actor: Actor) -> frozenset[str]:
    """The permissions that an actor holds: those of its role, or a program's own."""
    if isinstance(actor, Program):
        return actor.permissions
    return frozenset(name for name, roles in PERMISSIONS.items() if actor.role in roles)


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor holds the permission; an unknown permission is a programming error."""
    roles = PERMISSIONS[permission]
    return permission in actor.permissions if isinstance(actor, Program) else actor.role in roles


def require(actor: Actor, permission: str) -> None:
    """Refuse with the name of the act unless the actor may do it."""
    if not may(actor, permission):
        raise NotAllowed(
            f"The role {ROLES.get(actor.role, 'of nobody')} may not do this ({permission}).",
            field="permission",
            value=permission,
        )
