"""Who may see what: every address of the pages, for a stranger and for each role. A new address must be listed."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.conftest import Signing

from rapport.interactions.touchpoints import commands as touchpoints
from rapport.staff.departments import commands as departments
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import ROLES, Operator

ALL = frozenset(ROLES)
ADMIN = frozenset({"admin"})
LEADS = frozenset({"admin", "lead"})
DESK = frozenset({"admin", "lead", "agent"})
ANALYSTS = frozenset({"admin", "lead", "analyst"})

PAGES: dict[str, frozenset[str]] = {
    "": ALL,
    "design/": ALL,
    "measures/": ALL,
    "touchpoints/": ALL,
    "touchpoints/new/": LEADS,
    "touchpoints/<int:touchpoint_id>/": ALL,
    "touchpoints/<int:touchpoint_id>/edit/": LEADS,
    "customers/": ALL,
    "customers/proposals/": ALL,
    "search/": ALL,
    "desk/": ALL,
    "desk/suspended/": DESK,
    "desk/availability/": DESK,
    "desk/team/": LEADS,
    "desk/notices/": ALL,
    "desk/notices/bell/": ALL,
    "desk/notices/choices/": ALL,
    "desk/reports/": ALL,
    "desk/reports/report.csv": ALL,
    "desk/views/": ALL,
    "desk/views/new/": ALL,
    "imports/": ANALYSTS,
    "imports/new/": ANALYSTS,
    "settings/": ADMIN,
    "settings/rates/": ADMIN,
    "settings/people/": ADMIN,
    "settings/people/new/": ADMIN,
    "settings/people/<int:member_id>/": ADMIN,
    "settings/keys/": ADMIN,
    "settings/webhooks/": ADMIN,
    "settings/webhooks/new/": ADMIN,
    "settings/channels/": LEADS,
    "settings/channels/mailboxes/new/": ADMIN,
    "settings/channels/chats/new/": ADMIN,
    "settings/channels/doors/new/": ADMIN,
    "settings/contact/": LEADS,
    "settings/routing/": LEADS,
    "settings/routing/queues/new/": LEADS,
    "settings/routing/people/<int:member_id>/": LEADS,
    "settings/clocks/": LEADS,
    "settings/ready-answers/": DESK,
    "settings/ready-answers/new/": DESK,
    "settings/clocks/policies/new/": LEADS,
    "settings/clocks/calendars/new/": LEADS,
    "settings/audit/": ADMIN,
    "settings/audit/verification/": ADMIN,
    "settings/retention/": ADMIN,
    "settings/departments/": ADMIN,
    "settings/teams/new/": ADMIN,
    "settings/teams/<int:team_id>/": ADMIN,
    "settings/access/": ADMIN,
    "settings/jobs/": LEADS,
    "first-run/steps/": ADMIN,
}
"""Pages behind a sign-in: who may see them. Others are refused with 403, strangers are asked to sign in."""

THINGS: dict[str, frozenset[str]] = {
    "customers/<int:pk>/": ALL,
    "measures/<slug:name>/": ALL,
    "measures/<slug:name>/chart.svg": ALL,
    "customers/<int:pk>/links": DESK,
    "customers/<int:pk>/privacy/": LEADS,
    "desk/suspended/<int:pk>/": DESK,
    "desk/views/<int:pk>/": ALL,
    "desk/cases/<int:pk>/": ALL,
    "desk/cases/<int:pk>/said/": ALL,
    "desk/cases/<int:pk>/more/": DESK,
    "desk/cases/<int:pk>/outside/": DESK,
    "desk/cases/<int:pk>/sorting/": DESK,
    "desk/cases/<int:pk>/files/<int:attachment_id>/": ALL,
    "files/<str:token>/": ALL,
    "settings/webhooks/<int:webhook_id>/": ADMIN,
    "settings/routing/queues/<int:queue_id>/": LEADS,
    "settings/ready-answers/<int:macro_id>/": DESK,
    "settings/clocks/policies/<int:policy_id>/": LEADS,
    "settings/clocks/calendars/<int:calendar_id>/": LEADS,
    "settings/channels/<int:endpoint_id>/": LEADS,
    "imports/<int:import_id>/": ANALYSTS,
    "imports/<int:import_id>/rejects.csv": ANALYSTS,
    "imports/files/<str:token>/": ANALYSTS,
}
"""Pages for one thing, asked for a thing that does not exist: 404 for who may see it, 403 for others."""

ACTS: dict[str, frozenset[str]] = {
    "desk/suspended/<int:pk>/acceptance/": DESK,
    "desk/next/": DESK,
    "desk/together/": DESK,
    "desk/notices/seeing/": ALL,
    "desk/cases/<int:pk>/presence/": ALL,
    "desk/together/undoing/": DESK,
    "desk/views/<int:pk>/closure/": ALL,
    "desk/cases/<int:pk>/answers/": DESK,
    "desk/cases/<int:pk>/taking-back/": DESK,
    "desk/cases/<int:pk>/notes/": DESK,
    "desk/cases/<int:pk>/closure/": DESK,
    "desk/cases/<int:pk>/reopening/": DESK,
    "desk/cases/<int:pk>/junk/": DESK,
    "desk/cases/<int:pk>/owner/": DESK,
    "desk/cases/<int:pk>/taking/": DESK,
    "desk/cases/<int:pk>/state/": DESK,
    "desk/cases/<int:pk>/snooze/": DESK,
    "desk/cases/<int:pk>/waking/": DESK,
    "desk/cases/<int:pk>/draft/": DESK,
    "desk/cases/<int:pk>/needs/": DESK,
    "desk/cases/<int:pk>/enclosing/": DESK,
    "desk/cases/<int:pk>/scheduling/": DESK,
    "desk/cases/<int:pk>/unscheduling/": DESK,
    "desk/cases/<int:pk>/ready/": DESK,
    "desk/cases/<int:pk>/asking/": DESK,
    "desk/cases/<int:pk>/asked-enough/": DESK,
    "desk/cases/<int:pk>/splitting/": DESK,
    "desk/cases/<int:pk>/moving/": DESK,
    "desk/cases/<int:pk>/moving-back/": DESK,
    "desk/cases/<int:pk>/following/": DESK,
    "desk/cases/<int:pk>/queue/": DESK,
    "desk/cases/<int:pk>/joining/": DESK,
    "desk/cases/<int:pk>/parting/": DESK,
    "desk/cases/<int:pk>/refusals/": DESK,
    "desk/cases/<int:pk>/repeats/": DESK,
    "desk/cases/<int:pk>/promises/": DESK,
    "desk/cases/<int:pk>/promises/kept/": DESK,
    "desk/suspended/<int:pk>/discarding/": DESK,
    "customers/<int:pk>/consents": DESK,
    "customers/<int:pk>/copies/": LEADS,
    "customers/<int:pk>/erasure/": ADMIN,
    "customers/erasures/<int:erasure_id>/confirmation/": ADMIN,
    "customers/erasures/<int:erasure_id>/withdrawal/": ADMIN,
    "customers/<int:pk>/links/<int:link_id>/retraction": DESK,
    "customers/<int:pk>/links/<int:link_id>/renewal": DESK,
    "customers/proposals/<int:proposal_id>/decision": DESK,
    "customers/proposals/<int:proposal_id>/reopening": DESK,
    "imports/files/<str:token>/removal/": ANALYSTS,
    "imports/<int:import_id>/retraction/": ADMIN,
    "imports/<int:import_id>/run/": ANALYSTS,
    "settings/retention/<int:rule_id>/removal/": ADMIN,
    "touchpoints/<int:touchpoint_id>/closure/": LEADS,
    "touchpoints/<int:touchpoint_id>/opening/": LEADS,
    "settings/rates/<int:rate_id>/removal/": ADMIN,
    "settings/people/<int:member_id>/password/": ADMIN,
    "settings/people/<int:member_id>/departure/": ADMIN,
    "settings/people/<int:member_id>/return/": ADMIN,
    "settings/keys/<int:key_id>/revocation/": ADMIN,
    "settings/departments/<int:department_id>/closure/": ADMIN,
    "settings/teams/<int:team_id>/closure/": ADMIN,
    "settings/jobs/<int:job_id>/again/": ADMIN,
    "settings/jobs/again/": ADMIN,
    "settings/jobs/duties/again/": ADMIN,
    "settings/channels/mailboxes/trial/": ADMIN,
    "settings/channels/<int:endpoint_id>/trial/": ADMIN,
    "settings/channels/<int:endpoint_id>/secret/": ADMIN,
    "settings/channels/<int:endpoint_id>/look/": ADMIN,
    "settings/channels/<int:endpoint_id>/closure/": ADMIN,
    "settings/routing/skills/": LEADS,
    "settings/routing/skills/<int:skill_id>/closure/": LEADS,
    "settings/routing/queues/<int:queue_id>/closure/": LEADS,
    "settings/ready-answers/<int:macro_id>/closure/": DESK,
    "settings/clocks/policies/<int:policy_id>/retirement/": LEADS,
    "settings/clocks/calendars/<int:calendar_id>/closure/": LEADS,
    "settings/contact/<int:rule_id>/closure/": ADMIN,
    "settings/contact/addresses/<int:suppression_id>/renewal/": DESK,
    "settings/webhooks/<int:webhook_id>/secret/": ADMIN,
    "settings/webhooks/<int:webhook_id>/test/": ADMIN,
    "settings/webhooks/<int:webhook_id>/closure/": ADMIN,
    "settings/webhooks/<int:webhook_id>/opening/": ADMIN,
    "settings/webhooks/<int:webhook_id>/removal/": ADMIN,
    "settings/webhooks/<int:webhook_id>/messages/<int:delivery_id>/again/": ADMIN,
}
"""Acts, by POST alone: who may do them. Asked for what does not exist, they refuse, and never answer 500."""

OPEN = {
    "first-run/": 404,
    "look/": 405,
    "account/login/": 200,
    "account/logout/": 302,
    "account/inactive/": 200,
    "account/password/forgotten/": 302,
    "account/new/": 302,
}
"""What a stranger may ask for, and how it is answered."""

OWN_ACCOUNT = "account/"
API = "api/"
"""Sign-in pages of allauth guard themselves: a test below asks each as a stranger. The API is tested beside it."""


@pytest.fixture
def ids(house: None, noon: datetime) -> dict[str, int]:  # noqa: ARG001 - asked for its effect
    """Something that exists for each place in an address."""
    shops = departments.add_department("Shops", by=Operator(), at=noon)
    till = touchpoints.Description(name="Till in Leeds", department="Retail", channel="in_person")
    viewer = people.by_email("viewer@wrenfield.example")
    assert viewer is not None
    second_line = departments.Described("Second line", shops.pk, [viewer.pk])
    return {
        "team_id": departments.add_team(second_line, by=Operator(), at=noon).pk,
        "touchpoint_id": touchpoints.add(till, by=Operator(), at=noon).pk,
        "member_id": viewer.pk,
    }


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for found in resolver.url_patterns:
        route = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield route
        else:
            yield from _routes(found, route)


def _path(route: str, ids: dict[str, int] | None = None) -> str:
    """The address with its places filled: from `ids` by name, else with a number that nothing has."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str((ids or {}).get(found[1], 987654)), route)


def test_every_address_has_somebody_who_may_see_it_listed() -> None:
    listed = {*PAGES, *THINGS, *ACTS, *OPEN}
    for route in _routes(get_resolver()):
        is_elsewhere = route.startswith((API, OWN_ACCOUNT))
        assert route in listed or is_elsewhere, f"{route} is new: list who may see it"
    assert listed <= set(_routes(get_resolver())), "a listed address is gone"


@pytest.mark.parametrize("route", [*PAGES, *THINGS, *ACTS])
def test_a_stranger_is_asked_to_sign_in(signed_in_as: Signing, route: str) -> None:
    answer = signed_in_as("").post(_path(route)) if route in ACTS else signed_in_as("").get(_path(route))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_no_others(
    signed_in_as: Signing, ids: dict[str, int], role: str
) -> None:
    client = signed_in_as(role)
    for route, allowed in PAGES.items():
        status = client.get(_path(route, ids)).status_code
        assert status == (200 if role in allowed else 403), f"{role} {route}"


@pytest.mark.parametrize("role", ROLES)
def test_what_does_not_exist_is_not_told_to_who_may_not_see_it(signed_in_as: Signing, role: str) -> None:
    client = signed_in_as(role)
    for route, allowed in THINGS.items():
        status = client.get(_path(route)).status_code
        assert status == (404 if role in allowed else 403), f"{role} {route}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_its_acts_and_no_others(signed_in_as: Signing, role: str) -> None:
    client = signed_in_as(role)
    for route, allowed in ACTS.items():
        status = client.post(_path(route)).status_code
        assert status in ({404, 409, 422} if role in allowed else {403}), f"{role} {route} {status}"
        assert client.get(_path(route)).status_code in {405, 403}


@pytest.mark.parametrize(("route", "status"), OPEN.items())
def test_what_a_stranger_may_ask_for(signed_in_as: Signing, route: str, status: int) -> None:
    assert signed_in_as("").get(f"/{route}").status_code == status


def test_the_pages_of_the_own_account_need_a_sign_in(signed_in_as: Signing) -> None:
    stranger = signed_in_as("")
    for route in _routes(get_resolver()):
        if route.startswith(OWN_ACCOUNT) and route not in OPEN:
            assert stranger.get(_path(route)).status_code in {302, 404, 405}, route
