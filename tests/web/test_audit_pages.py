"""The audit log on its pages: narrowed to who, what and when, and whether it is whole."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.web.conftest import Signing

import rapport
from rapport.staff.audit import commands as audit
from rapport.staff.people import queries as people
from rapport.staff.roles.rules import Operator
from rapport.web.settings.audit import SUBJECTS


@pytest.fixture
def acts(house: None, noon: datetime) -> None:  # noqa: ARG001 - for its effect
    lead = people.by_email("lead@wrenfield.example")
    assert lead is not None
    audit.record("touchpoints.close", by=lead, subject="touchpoint:41", at=noon)
    later = noon + timedelta(days=9)
    audit.record("keys.revoke", by=Operator(), subject="key:77", at=later)


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize(
    ("asked", "shown", "left_out"),
    [
        ("actor=lead%40wrenfield.example", "touchpoint 41", "key 77"),
        ("act=keys.revoke", "key 77", "touchpoint 41"),
        ("since=2026-03-05", "key 77", "touchpoint 41"),
        ("until=2026-03-02", "touchpoint 41", "key 77"),
        ("since=2026-03-11&until=2026-03-11", "key 77", "touchpoint 41"),
    ],
)
def test_the_log_shows_what_is_wanted(signed_in_as: Signing, asked: str, shown: str, left_out: str) -> None:
    page = signed_in_as("admin").get(f"/settings/audit/?{asked}").text

    assert shown in page
    assert left_out not in page


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize(
    "asked",
    ["since=tomorrow", "act=drop+table", "until=9999-12-31", "since=0001-01-01", "before=x", "actor=%00"],
)
def test_a_question_that_cannot_be_read_shows_the_log(signed_in_as: Signing, asked: str) -> None:
    assert signed_in_as("admin").get(f"/settings/audit/?{asked}").status_code == 200


@pytest.mark.usefixtures("acts")
def test_what_was_wanted_stays_on_the_way_to_earlier_lines(signed_in_as: Signing, noon: datetime) -> None:
    for number in range(60):
        audit.record("keys.revoke", by=Operator(), subject=f"key:{number}", at=noon)
    page = signed_in_as("admin").get("/settings/audit/?act=keys.revoke").text

    assert "act=keys.revoke&amp;before=" in page


def test_whom_something_was_done_to_is_named_and_who_is_not_there_any_more_has_a_number(
    signed_in_as: Signing, noon: datetime
) -> None:
    lead = people.by_email("lead@wrenfield.example")
    assert lead is not None
    for number in (lead.pk, 987654):
        audit.record("people.change", by=Operator(), subject=f"staff:{number}", at=noon)
    page = signed_in_as("admin").get("/settings/audit/?act=people.change").text

    assert f'<a href="/settings/people/{lead.pk}/">Team lead</a>' in page
    assert "member of staff 987654" in page


@pytest.mark.usefixtures("acts")
def test_the_page_says_that_the_log_is_whole(signed_in_as: Signing) -> None:
    page = signed_in_as("admin").get("/settings/audit/verification/").text

    assert "lines were read" in page
    assert "not as it was written" not in page


def test_whatever_was_done_to_is_named_in_words() -> None:
    """A subject is written kind:number where an act is recorded; each kind has words on the page."""
    recorded = re.compile(r"audit\.record\((?:[^()]|\([^()]*\))*?subject=f?\"(\w+)([: ]?)", re.DOTALL)
    source = Path(rapport.__file__).parent
    found = {kind for file in source.rglob("*.py") for kind in recorded.findall(file.read_text("utf-8"))}
    assert {"import", "touchpoint"} <= {kind for kind, _mark in found}
    assert {kind for kind, mark in found if mark == ":"} <= set(SUBJECTS)
    assert not [kind for kind, mark in found if mark == " "]
