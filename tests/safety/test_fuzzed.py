"""The API fuzzed from its own schema with every sort of key: it never breaks, keeps its word, lets in nobody else."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.running import RunningServer
from tests.safety.openapi import PAGE

from rapport.staff.keys.rules import SCOPES

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
FEW, MANY = 12, pytest.param(400, marks=pytest.mark.soak)
NEEDED = {
    ("GET", "/api/v1/counts"): "measures.read",
    ("GET", "/api/v1/customers"): "customers.read",
    ("GET", "/api/v1/search"): "search.read",
    ("POST", "/api/v1/links"): "links.write",
    ("POST", "/api/v1/interactions"): "interactions.write",
    ("POST", "/api/v1/channels/{token}/messages"): "channels.write",
    ("GET", "/api/v1/channels/{token}/messages"): "channels.write",
    ("POST", "/api/v1/channels/{token}/deliveries"): "channels.write",
}
"""The scope that each operation needs. A new operation must be listed."""
WRITE_KEY_MAY = {("POST", "/api/v1/interactions")}

API = schemathesis.openapi.from_path(PAGE)
OPERATIONS = {(found.ok().method.upper(), found.ok().path): found.ok() for found in API.get_all_operations()}


def fuzzed(examples: int) -> settings:
    phases = (Phase.explicit, Phase.generate)
    return settings(
        max_examples=examples, deadline=None, phases=phases, suppress_health_check=list(HealthCheck)
    )


@pytest.fixture(scope="module")
def keys(server: RunningServer) -> dict[str, str]:
    """A key of every sort: with each scope alone, with all, for writing, ended, made up, and none."""
    made = {scope: _key(server, scope) for scope in SCOPES}
    made["all"] = server.key("api", "everything")
    made["write"] = server.key("write", "till")
    return made | {"made up": "rap_api_" + "0" * 40, "none": ""}


def _key(server: RunningServer, scope: str) -> str:
    words = ("keys", "create", "--kind", "api", "--name", f"only {scope}", "--scope", scope)
    return str(server.command(*words)["key"])


def test_every_operation_says_which_scope_it_needs() -> None:
    assert set(OPERATIONS) == set(NEEDED), "list the scope of a new operation"
    assert set(NEEDED.values()) <= set(SCOPES)


@pytest.mark.parametrize("examples", [FEW, MANY])
@pytest.mark.parametrize("operation", NEEDED, ids=" ".join)
def test_what_is_asked_as_described_or_not_is_answered_as_described(
    server: RunningServer, keys: dict[str, str], operation: tuple[str, str], examples: int
) -> None:
    @fuzzed(examples)
    @given(case=OPERATIONS[operation].as_strategy())
    def ask(case: Any) -> None:
        response = case.call(base_url=server.address, headers={"Authorization": f"Bearer {keys['all']}"})
        case.validate_response(response, checks=CHECKS)

    ask()


@pytest.mark.parametrize("examples", [FEW, MANY])
@pytest.mark.parametrize("operation", NEEDED, ids=" ".join)
def test_a_key_without_the_scope_gets_nothing_however_it_asks(
    server: RunningServer, keys: dict[str, str], operation: tuple[str, str], examples: int
) -> None:
    may = {NEEDED[operation], "all"} | ({"write"} if operation in WRITE_KEY_MAY else set())
    strangers = [key for sort, key in keys.items() if sort not in may]

    @fuzzed(examples)
    @given(case=OPERATIONS[operation].as_strategy())
    def ask(case: Any) -> None:
        for key in strangers:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            response = case.call(base_url=server.address, headers=headers)
            assert response.status_code in {400, 401, 403, 413, 415}, (
                response.status_code,
                response.text[:200],
            )

    ask()
