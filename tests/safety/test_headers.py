"""Every answer carries its guard, whatever its status; nobody's page is kept or framed by somebody else (A20, B11)."""

import httpx
import pytest
from tests.running import RunningServer
from tests.safety import moving_in
from tests.safety.conftest import SignIn, posted
from tests.safety.routes import pages

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
LOOSE = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "blob:")
PRIVATE = (
    "/",
    "/customers/",
    "/settings/",
    "/settings/keys/",
    "/customers/987654/",
    "/api/v1/counts",
    "/nothing",
)


@pytest.fixture(scope="module")
def ada(sign_in: SignIn) -> httpx.Client:
    return sign_in(moving_in.ADMIN)


def check(answer: httpx.Response) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, f"{answer.url} {answer.status_code} {name}"
    assert answer.headers["cross-origin-resource-policy"] in {"same-origin", "cross-origin"}
    assert "camera=()" in answer.headers["permissions-policy"]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy, answer.url
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert not any(source in policy.replace(";", " ").split() for source in LOOSE), policy
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers


def test_every_address_is_guarded_for_strangers_and_for_staff(ada: httpx.Client, sign_in: SignIn) -> None:
    stranger = sign_in("")
    for path in pages():
        if "logout" not in path:
            check(ada.get(path))
        check(stranger.get(path))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/livez", 200), ("/readyz", 200), ("/v1/nothing", 404), ("/api/nothing", 404), ("/api/v1/counts", 401),
     ("/static/css/rapport.css", 200), ("/static/nothing.css", 404), ("/nothing", 404), ("/api/openapi.json", 200)],
)  # fmt: skip
def test_answers_of_every_status_are_guarded(ada: httpx.Client, path: str, status: int) -> None:
    answer = ada.get(path)

    assert answer.status_code == status
    if not path.startswith(("/livez", "/readyz", "/v1/")):
        check(answer)
    else:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_stream_is_guarded_before_it_says_anything(ada: httpx.Client) -> None:
    with ada.stream("GET", "/live/", params={"topics": "today"}) as answer:
        check(answer)
        assert answer.headers["cache-control"] in {
            "no-store",
            "no-cache",
            "private, no-cache",
            "no-cache, no-transform",
        }


def test_refusals_of_forms_are_guarded(ada: httpx.Client) -> None:
    forged = ada.post("/settings/keys/", data={"name": "x", "kind": "api"})
    faulty = posted(ada, "/settings/keys/", {"name": "", "kind": "api"})
    wrong = ada.get("/settings/keys/1/revocation/")

    assert [forged.status_code, faulty.status_code, wrong.status_code] == [403, 422, 405]
    for answer in (forged, faulty, wrong):
        check(answer)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "evil.example:80", ""]
)
def test_a_host_that_is_not_ours_is_refused_and_repeated_nowhere(server: RunningServer, host: str) -> None:
    for path in ("/", "/account/login/", "/api/v1/counts", "/customers/"):
        answer = httpx.get(f"{server.address}{path}", headers={"Host": host})
        assert answer.status_code == 400, path
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)
        check(answer)


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"],
)
def test_what_a_client_says_of_proxies_changes_nothing(ada: httpx.Client, sign_in: SignIn, name: str) -> None:
    stranger = sign_in("")
    for client, path in ((ada, "/"), (stranger, "/account/login/"), (stranger, "/customers/")):
        plain, poisoned = client.get(path), client.get(path, headers={name: "evil.example"})
        assert plain.status_code == poisoned.status_code
        assert "evil" not in poisoned.text
        assert "evil" not in str(poisoned.headers)


@pytest.mark.parametrize("path", PRIVATE)
def test_no_cache_keeps_what_is_about_people(ada: httpx.Client, path: str) -> None:
    kept = ada.get(path).headers["cache-control"]

    assert "no-store" in kept or ("private" in kept and "no-cache" in kept)
    assert "public" not in kept


@pytest.mark.parametrize("page", ["/customers", "/settings/keys", "/settings/people", ""])
@pytest.mark.parametrize(
    "ending", ["/x.css", "/x.js", ";x.css", "/.css", "/%2e%2e/x.css", "%0ax.css", "/x.png", "/x.css?a=b"]
)
def test_a_page_never_passes_for_a_style_sheet(ada: httpx.Client, page: str, ending: str) -> None:
    answer = ada.get(page + ending)

    assert answer.status_code in {400, 404} or "no-cache" in answer.headers["cache-control"]
    assert "css" not in answer.headers.get("content-type", "")


def test_pages_vary_by_who_looks_and_in_which_language(ada: httpx.Client) -> None:
    vary = ada.get("/").headers["vary"].lower()

    assert "cookie" in vary
    assert "accept-language" in vary


def test_cookies_are_kept_from_scripts_and_other_sites(server: RunningServer, sign_in: SignIn) -> None:
    answer = posted(
        sign_in(""), "/account/login/", {"login": moving_in.VIEWER, "password": moving_in.PASSWORD}
    )
    session = next(
        cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("sessionid")
    )

    assert server.address
    assert "httponly" in session.lower()
    assert "samesite=lax" in session.lower()


@pytest.mark.parametrize(
    "lookalike", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_leads_to_no_other_site(sign_in: SignIn, lookalike: str) -> None:
    told = {"login": moving_in.ADMIN, "password": moving_in.PASSWORD, "next": lookalike}
    answer = posted(sign_in(""), "/account/login/", told)

    assert "evil" not in answer.headers.get("location", "")
    assert not answer.headers.get("location", "").startswith("javascript")
