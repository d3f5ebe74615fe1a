"""Whatever is sent to whichever JSON address of the API, it answers in words and never with a 500 (D02, B08, D04)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.corpus.bodies import BODIES, LINK
from tests.running import RunningServer
from tests.safety.openapi import PAGE, schema

READ = {"names of ours", "byte order mark", "utf-16"}
"""Bodies that can be read although they are odd; what they name beyond the schema counts for nothing."""
REFUSED = {400, 404, 409, 413, 415, 422}


def writing() -> list[tuple[str, str]]:
    """Method and address of every operation that takes a body, from the schema."""
    paths = json.loads(PAGE.read_text())["paths"]
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]


def asking() -> list[tuple[str, list[dict[str, Any]]]]:
    """Address and parameters of every operation that is asked with GET."""
    paths = json.loads(PAGE.read_text())["paths"]
    return [
        (path, operations["get"].get("parameters", []))
        for path, operations in paths.items()
        if "get" in operations
    ]


@pytest.fixture(scope="module")
def partner(server: RunningServer, api_key: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=server.address, headers=headers, timeout=60) as client:
        yield client


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert PAGE.read_text() == schema(), "write it anew: python -m tests.safety.openapi"


def check(answer: httpx.Response) -> None:
    assert answer.status_code in REFUSED, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["code"]
    assert said["detail"]


@pytest.mark.parametrize(("method", "path"), writing())
@pytest.mark.parametrize("name", BODIES)
def test_no_body_breaks_the_api(partner: httpx.Client, name: str, method: str, path: str) -> None:
    answer = partner.request(method, path, content=BODIES[name], headers={"Content-Type": "application/json"})

    if answer.status_code == 200:
        assert name in READ or "results" in answer.json()
    else:
        check(answer)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_site_can_send_is_not_json(partner: httpx.Client, media_type: str) -> None:
    answer = partner.post("/api/v1/links", content=json.dumps(LINK), headers={"Content-Type": media_type})

    assert answer.status_code == 415
    check(answer)


HOSTILE = [
    "",
    "-1",
    "0",
    "1e9",
    "9" * 30,
    "NaN",
    "\x00",
    "\ud800",
    "x" * 5_000,
    "'; DROP TABLE--",
    "[]",
    "null",
    "²",
]


@pytest.mark.parametrize(("path", "parameters"), asking())
def test_no_question_breaks_the_api(
    partner: httpx.Client, path: str, parameters: list[dict[str, Any]]
) -> None:
    for parameter in parameters:
        for value in HOSTILE:
            whole = {one["name"]: "ab" for one in parameters if one.get("required")}
            query = urlencode({**whole, parameter["name"]: value}, errors="surrogatepass")
            answer = partner.get(f"{path}?{query}")
            if answer.status_code != 200:
                check(answer)


@pytest.mark.parametrize(("path", "parameters"), asking())
def test_no_page_is_larger_than_a_hundred_and_none_is_counted_off(
    path: str, parameters: list[dict[str, Any]]
) -> None:
    named = {one["name"]: one["schema"] for one in parameters}
    assert not {"offset", "page"} & set(named), f"{path}: a deep offset reads all that it passes over"
    for name in {"limit", "page_size"} & set(named):
        assert named[name]["maximum"] <= 100


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/../settings/", "/api/v1/links/1"]
)
def test_what_does_not_exist_is_a_problem_too(partner: httpx.Client, path: str) -> None:
    assert partner.get(path).status_code in {404, 405, 302}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_a_problem_that_names_the_right_one(partner: httpx.Client, method: str) -> None:
    answer = partner.request(method, "/api/v1/links")

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "POST"
