"""What is still promised, at the command line."""

import json
from datetime import datetime, timedelta

import pytest
from tests.clocks.conftest import HOUR
from typer.testing import CliRunner

from rapport.cli.main import app
from rapport.customers.directory.models import Identifier
from rapport.service.promises import commands
from rapport.service.promises.commands import NewPromise
from rapport.staff.roles.rules import Operator
from rapport.wiring import clocks as wiring


def told(*words: str) -> str:
    answer = CliRunner().invoke(app, ["promises", "list", *words])
    assert answer.exit_code == 0, answer.output
    return answer.output


@pytest.fixture
def promised(amina: Identifier, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.cli.setup.ready", lambda: noon)
    for hours, what in ((1, "Call her back"), (48, "Send the form")):
        new = NewPromise(amina.pk, what, noon + timedelta(hours=hours))
        commands.make(new, by=Operator(), at=noon)
    wiring.sweep(noon + 2 * HOUR)


@pytest.mark.usefixtures("promised")
def test_the_list_shows_what_is_broken_and_what_is_due() -> None:
    first, second = told().splitlines()

    assert "broken 2026-03-02 13:00  amina@okafor.example" in first
    assert "due    2026-03-04 12:00" in second
    assert second.endswith("Send the form")


@pytest.mark.usefixtures("promised")
def test_programs_read_it_page_by_page() -> None:
    page = json.loads(told("--limit", "1", "--json"))
    rest = json.loads(told("--after", page["after"], "--json"))

    assert [one["what"] for one in (*page["promises"], *rest["promises"])] == [
        "Call her back",
        "Send the form",
    ]
    assert rest["after"] == ""
