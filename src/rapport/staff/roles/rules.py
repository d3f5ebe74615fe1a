"""Roles and the permissions they carry; a permission is the name of an act."""

from typing import Protocol

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

PERMISSIONS: dict[str, frozenset[str]] = {
    "customers.view": _EVERYBODY,
    "customers.link": _DESK,
    "customers.consent": _DESK,
    "touchpoints.view": _EVERYBODY,
    "touchpoints.edit": frozenset({"admin", "lead"}),
    "imports.view": frozenset({"admin", "lead", "analyst"}),
    "imports.run": frozenset({"admin", "lead", "analyst"}),
    "imports.take_back": frozenset({"admin"}),
    "organisation.edit": frozenset({"admin"}),
    "people.edit": frozenset({"admin"}),
    "keys.edit": frozenset({"admin"}),
}


class Actor(Protocol):
    """Who does something: a member of staff, a key, or the operator at the command line."""

    role: str

    @property
    def audit_name(self) -> str: ...


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


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's role carries the permission; an unknown permission is a programming error."""
    return actor.role in PERMISSIONS[permission]


def require(actor: Actor, permission: str) -> None:
    """Refuse with the name of the act unless the actor may do it."""
    if not may(actor, permission):
        raise NotAllowed(
            f"The role {ROLES.get(actor.role, 'of nobody')} may not do this ({permission}).",
            field="permission",
            value=permission,
        )
