"""The list of customers from the command line: the filters of the page, and no others."""

import json
from datetime import datetime

import pytest
from tests import made_up
from typer.testing import CliRunner

from rapport.cli.main import app
from rapport.filters.compiler.rules import BadFilter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_setup(monkeypatch: pytest.MonkeyPatch, noon: datetime) -> None:
    """The database of the test is set up already."""
    monkeypatch.setattr("rapport.cli.setup.ready", lambda: noon)


def test_filters_narrow_and_pages_go_on(noon: datetime) -> None:
    made_up.crowd(noon, 40)
    run = CliRunner().invoke

    first = json.loads(run(app, ["customers", "list", "trait=city:Bath", "--sort", "name", "--json"]).stdout)
    place = first["after"]
    rest = json.loads(
        run(
            app, ["customers", "list", "trait=city:Bath", "--sort", "name", "--after", place, "--json"]
        ).stdout
    )

    assert first["count"] == 36
    assert len(first["customers"]) + len(rest["customers"]) == 36
    assert "Reader 030" in run(app, ["customers", "list", "spent.at_least=30"]).stdout


@pytest.mark.parametrize("text", ["city", "name__regex=x", "spent=much"])
def test_what_is_not_on_the_list_is_refused(text: str) -> None:
    done = CliRunner().invoke(app, ["customers", "list", text])

    assert isinstance(done.exception, BadFilter)
