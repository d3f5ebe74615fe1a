"""The examples an operator copies are true: settings and commands in them exist, versions are ours, units closed."""

import re
from pathlib import Path

import pytest
import typer.main

from rapport.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(
    path
    for folder in ("deploy", "docs/how-to")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix != ".png"
)
OWN_VARIABLES = {"RAPPORT_DOMAIN"}
"""Variables of an example alone, which Rapport never sees."""


def commands() -> set[str]:
    top = typer.main.get_command(app)
    return set(top.commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_in_an_example_is_documented(path: Path) -> None:
    page = (ROOT / "docs/reference/settings.md").read_text()
    used = set(re.findall(r"\bRAPPORT_[A-Z_]+[A-Z]\b", path.read_text())) - OWN_VARIABLES

    assert [name for name in sorted(used) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_an_example_exists(path: Path) -> None:
    text = path.read_text()
    quoted = re.findall(r"(?:^|`|\$ |bin/|rapport )rapport ([a-z]+)\b", text, re.MULTILINE)

    assert sorted(set(quoted) - commands()) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_an_example_leads_somewhere(path: Path) -> None:
    if path.suffix != ".md":
        return
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text())
    gone = [one for one in links if "://" not in one and not (path.parent / one).exists()]

    assert gone == []


def test_the_threat_model_names_tests_that_exist() -> None:
    text = (ROOT / "docs/explanation/threat-model.md").read_text()
    named = set(re.findall(r"`([a-z_]+/(?:test_[a-z_]+\.py)?)`", text))

    assert len(named) > 20
    assert [one for one in sorted(named) if one != "tests/" and not (ROOT / "tests" / one).exists()] == []


def test_the_image_is_built_with_the_tools_of_the_checkout() -> None:
    recipe, makefile = (ROOT / "deploy/Containerfile").read_text(), (ROOT / "Makefile").read_text()
    version = re.search(r"UV_VERSION := (\S+)", makefile)

    assert version
    assert f"UV_VERSION={version[1]}" in recipe
    assert re.search(r"^USER rapport$", recipe, re.MULTILINE)


def test_the_units_leave_the_process_few_rights() -> None:
    unit = (ROOT / "deploy/systemd/rapport.service").read_text()

    for line in (
        "User=rapport",
        "UMask=0077",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "Restart=always",
    ):
        assert line in unit.splitlines()
