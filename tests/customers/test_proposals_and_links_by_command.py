"""`rapport customers`: what programs and people are told, and with which exit code."""

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest
from tests import made_up
from typer.testing import CliRunner

from rapport.cli import main
from rapport.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def run(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main.app, ["customers", *words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_customer_is_shown_whole(noon: datetime) -> None:
    amina = made_up.amina(noon)

    shown = run("show", "AMINA@example.org")

    assert (shown["customer"], shown["name"]) == (amina, "Amina Okafor")
    assert [one["kind"] for one in shown["identifiers"]] == ["user_id", "email"]
    assert shown["links"][0]["rule"] == "same_login"
    assert shown["traits"]["city"]["value"] == "Leeds"
    assert shown["value"]["spent"] == [{"currency": "GBP", "minor": 6400, "amount": "64.00", "purchases": 1}]
    assert {one["purpose"]: one["is_allowed"] for one in shown["consents"]} == {
        "marketing": True,
        "surveys": False,
        "service": True,
    }
    assert [one["kind"] for one in shown["latest"]][:2] == ["message", "complaint"]


@pytest.mark.parametrize(
    "known", ["20931", "member:20931", "external=20931", "07700 900123", "phone=+447700900123"]
)
def test_any_identifier_names_its_customer(noon: datetime, known: str) -> None:
    made_up.amina(noon)

    assert run("show", known)["customer"] == made_up.customer_of("external=member:20931")


def test_the_program_starts_in_a_process_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-m", "rapport.cli.main", "customers", "--help"], check=False)

    assert done.returncode == 0


def test_people_read_lines(noon: datetime) -> None:
    made_up.amina(noon)

    said = CliRunner().invoke(main.app, ["customers", "show", "amina"]).stdout

    assert "Amina Okafor (customer" in said
    assert "email amina@example.org: verified by log-in, web shop" in said
    assert "purchase Shoes GBP 64.00" in said


def test_joining_and_parting_by_command(noon: datetime) -> None:
    made_up.amina(noon)

    made = run("link", "amina", "20931", "--why", "her card")
    joined = run("show", "20931")["customer"]
    parted = run("unlink", "amina@example.org", "+447700900123", "--why", "her sister")

    assert joined == made["customer"] == run("show", "amina")["customer"]
    assert [one["link"] for one in parted["undone"]] == [made["link"]]
    assert len(set(parted["customers"])) == 2


@pytest.mark.parametrize(
    "words",
    [["show", "nobody"], ["link", "amina", "amina@example.org", "--why", "x"], ["unlink", "amina", "20931"],
     ["link", "amina", "nobody", "--why", "x"]],
)  # fmt: skip
def test_what_cannot_be_is_refused(noon: datetime, words: list[str]) -> None:
    made_up.amina(noon)

    with pytest.raises(Refusal):
        CliRunner().invoke(main.app, ["customers", *words], catch_exceptions=False)


def test_duplicates_are_looked_for_by_command(noon: datetime) -> None:
    for who in ("user_id=amina", "user_id=amina2"):
        told = {"name": "Amina Okafor", "postcode": "LS1 4DY"}
        made_up.record(made_up.event("profile", who, at=noon, traits=told), at=noon)

    assert run("propose") == {"compared": 2, "waiting": 1, "new": 1, "gone": 0}
    assert run("propose") == {"compared": 2, "waiting": 1, "new": 0, "gone": 0}
