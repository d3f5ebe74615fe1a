"""`rapport demo` as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = ("demo", "--customers", "40", "--years", "0.3", "--no-serve", "--json")


def rapport(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"RAPPORT_HOME", "RAPPORT_DATABASE_URL"}
    }
    return subprocess.run(
        [sys.executable, "-m", "rapport.cli.main", *words],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_demo_has_a_folder_of_its_own_and_is_made_once(tmp_path: Path) -> None:
    first = rapport(*SMALL, HOME=str(tmp_path))
    assert first.returncode == 0, first.stderr
    made = json.loads(first.stdout)
    assert made["home"] == str(tmp_path / ".local/share/rapport-demo")
    assert made["customers"] >= 40
    assert made["login"]["email"] == "champion@wrenfield.example"
    assert (tmp_path / ".local/share/rapport-demo/truths.json").exists()
    again = json.loads(rapport(*SMALL, HOME=str(tmp_path)).stdout)
    assert again["interactions"] == made["interactions"]


def test_the_demo_refuses_a_folder_with_somebodys_record(tmp_path: Path) -> None:
    home = {"RAPPORT_HOME": str(tmp_path / "real")}
    assert rapport("init", **home).returncode == 0
    staff = (
        "staff",
        "create",
        "--email",
        "ann@bakers.example",
        "--password",
        "flour-and-water",
        "--role",
        "admin",
    )
    assert rapport(*staff, **home).returncode == 0
    refused = rapport(*SMALL, **home)
    assert refused.returncode == 1
    assert "needs a folder of its own" in refused.stderr
    assert not (tmp_path / "real/truths.json").exists()


@pytest.mark.parametrize(("option", "value"), [("--years", "99"), ("--customers", "0"), ("--seed", "-1")])
def test_an_impossible_company_is_refused(tmp_path: Path, option: str, value: str) -> None:
    refused = rapport("demo", option, value, "--no-serve", RAPPORT_HOME=str(tmp_path / "new"))
    assert refused.returncode == 1
    assert f"not {value}" in refused.stderr
    assert not (tmp_path / "new").exists()
