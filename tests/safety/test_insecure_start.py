"""`rapport serve` does not start where it would leave the record open, and says how to mend it."""

import subprocess
import sys
from pathlib import Path

import pytest

from rapport.cli import guarding
from rapport.kernel import home

GOOD_KEY = "uV7-qPz3_Kx9wLm2Tn8Rb5Yd4Gf6Hj1Cs0"


def serve(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A server that is expected not to start; one that does is stopped after a while, which fails the test."""
    command = [sys.executable, "-m", "rapport.cli.main", "serve", "--no-worker", "--port", "0"]
    surroundings = {"PATH": "/usr/bin:/bin", "RAPPORT_HOME": str(folder), **environment}
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)


def test_a_server_with_several_faults_names_them_all_and_how_to_mend_each(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)

    ended = serve(
        folder,
        RAPPORT_SECRET_KEY="changeme",
        RAPPORT_BASE_URL="http://rapport.example.org",
        RAPPORT_HOSTS="*",
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    for part in ("secret key is too short", "readable by everybody", "any name", f"chmod 700 '{folder}'"):
        assert part in ended.stderr
    assert "changeme" not in ended.stderr


@pytest.fixture
def sound(settings: pytest.FixtureRequest, own_home: Path) -> pytest.FixtureRequest:
    own_home.chmod(0o700)
    settings.SECRET_KEY = GOOD_KEY
    settings.BASE_URL = "https://rapport.example.org"
    settings.ALLOWED_HOSTS = ["rapport.example.org"]
    return settings


def test_nothing_is_wrong_with_a_sound_installation(sound: pytest.FixtureRequest) -> None:
    assert sound
    assert guarding.faults() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + GOOD_KEY),
        ("BASE_URL", "http://rapport.example.org"),
        ("BASE_URL", "http://93.184.216.34:8000"),
        ("BASE_URL", "rapport.example.org"),
        ("BASE_URL", ""),
        ("BASE_URL", "ftp://rapport.example.org"),
        ("ALLOWED_HOSTS", ["*"]),
        ("ALLOWED_HOSTS", ["rapport.example.org", " "]),
        ("DEBUG", True),
    ],
)
def test_each_fault_alone_is_enough(sound: pytest.FixtureRequest, name: str, value: object) -> None:
    setattr(sound, name, value)

    assert len(guarding.faults()) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://localhost",
        "http://192.168.1.5",
        "http://rapport.lan",
    ],
)
def test_within_the_house_plain_http_may_do(sound: pytest.FixtureRequest, address: str) -> None:
    sound.BASE_URL = address

    assert guarding.faults() == []


@pytest.mark.parametrize("name", ["secret_key", "keyring"])
def test_a_secret_that_others_may_read_is_a_fault(
    sound: pytest.FixtureRequest, own_home: Path, name: str
) -> None:
    assert sound
    (own_home / name).write_text("x")
    (own_home / name).chmod(0o644)

    assert [f"chmod 600 '{own_home / name}'" in fault for fault in guarding.faults()] == [True]


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "key"
    kept.write_text(GOOD_KEY + "\n")
    monkeypatch.delenv("RAPPORT_SECRET_KEY", raising=False)
    monkeypatch.setenv("RAPPORT_SECRET_KEY_FILE", str(kept))

    assert home.secret_key(tmp_path) == GOOD_KEY
