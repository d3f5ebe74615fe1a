"""A text that would be a program elsewhere is a text here, on every page that shows it (A20, A21)."""

import re
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from tests.safety import laying_in
from tests.web.conftest import Signing, house, signed_in_as

pytestmark = pytest.mark.any_database

__all__ = ["house", "signed_in_as"]
NEVER = frozenset(
    [
        "iframe",
        "object",
        "embed",
        "base",
        "math",
        "template",
        "marquee",
        "video",
        "audio",
        "applet",
        "style",
        "frame",
    ]
)
ADDRESSES = frozenset(
    [
        "href",
        "src",
        "action",
        "formaction",
        "data",
        "srcset",
        "poster",
        "hx-get",
        "hx-post",
        "hx-put",
        "hx-delete",
    ]
)
HTMX = frozenset({"hx-on", "hx-vals", "hx-vars", "hx-headers"})
RUNS = ("on", "hx-on", "data-hx-", "x-", "@", "_")
OWN_ADDRESS = re.compile(r"^(?:/(?!/)[^()]*|\?.*|#.*|data:image/.*|[a-z0-9_./?=&%-]*)$", re.IGNORECASE)
UNQUOTED = "<noscript", "<scr<", "data-live", "\\u00", "\uff1c"
"""What is no markup even without escaping, no more than markup of ours, or read otherwise where scripts run."""


class Reader(HTMLParser):
    """Reads a page as a browser would and notes what runs, loads or leads elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if self._runs(tag, named) or any(_is_hostile(*one) for one in named.items()):
            self.found.append(f"<{tag} {named}>"[:300])

    def _runs(self, tag: str, named: dict[str, str]) -> bool:
        is_foreign_script = tag == "script" and not named.get("src", "").startswith("/static/")
        return tag in NEVER or is_foreign_script or (tag == "meta" and "http-equiv" in named)

    def handle_data(self, data: str) -> None:
        self.words += data


def _is_hostile(name: str, value: str) -> bool:
    if name == "hx-headers" and value.startswith('{"X-CSRFToken": "'):
        return False
    if name.startswith(RUNS) or name in {"style", "srcdoc", *HTMX}:
        return True
    return name in ADDRESSES and not OWN_ADDRESS.match(value.partition("?")[0])


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_the_reader_would_find_each_of_them_unescaped() -> None:
    for payload in laying_in.PAYLOADS:
        if "<" in payload and not any(part in payload for part in UNQUOTED):
            assert read(f"<p>{payload}</p>").found, payload


@pytest.fixture
def laid_in(house: None, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:  # noqa: ARG001
    laying_in.lay(noon)
    return laying_in.addresses()


@pytest.fixture
def ada(signed_in_as: Signing) -> Client:
    return signed_in_as("admin")


def check(answer: Any, path: str) -> Reader:
    reader = read(answer.content.decode())
    assert not reader.found, f"{path}: {reader.found[:3]}"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    return reader


def test_every_page_shows_hostile_texts_as_texts(laid_in: list[str], ada: Client) -> None:
    shown = 0
    for path in laid_in:
        for headers in ({}, {"HX-Request": "true"}):
            answer = ada.get(path, headers=headers)
            assert answer.status_code in {200, 404}, path
            shown += check(answer, path).words.count("PWNED()")

    assert shown > 500, "the texts are shown nowhere: the test would prove nothing"


def test_what_was_typed_comes_back_as_text(laid_in: list[str], ada: Client) -> None:  # noqa: ARG001
    for payload in laying_in.PAYLOADS:
        for path in ("/customers/", "/search/", "/settings/audit/", "/imports/", "/nothing/"):
            check(ada.get(path, {"q": payload, "before": payload, "next": payload}), f"{path} {payload}")
        for path in (
            "/touchpoints/new/",
            "/settings/webhooks/new/",
            "/settings/people/new/",
            "/settings/keys/",
        ):
            told = {
                "name": payload,
                "description": payload,
                "address": payload,
                "email": payload,
                "role": payload,
            }
            check(ada.post(path, told), f"{path} {payload}")


def test_a_file_whose_name_columns_and_cells_are_hostile_is_shown_as_text(
    ada: Client,
) -> None:
    header = ",".join('"' + payload.replace('"', '""') + '"' for payload in laying_in.PAYLOADS)
    rows = "\n".join([header] * 3)
    for payload in laying_in.PAYLOADS[:12]:
        file = BytesIO(f"{header}\n{rows}\n".encode())
        file.name = payload.replace("/", "").replace("\\", "")[:80] + ".csv"
        answer = ada.post("/imports/new/", {"file": file}, follow=True)
        assert answer.status_code in {200, 422}
        check(answer, payload)
    check(ada.get("/imports/"), "/imports/")
    check(ada.get("/"), "/")
