"""Secrets at rest: only the ring opens them, only where they belong, and a new key does not lock out old ones."""

import stat
from pathlib import Path

import pytest

from rapport.kernel import secrets


def test_a_secret_comes_back_and_is_not_to_be_read_in_between(own_home: Path) -> None:
    sealed = secrets.seal("whsec_wren", purpose="webhooks.secret")

    assert "wren" not in sealed
    assert secrets.unseal(sealed, purpose="webhooks.secret") == "whsec_wren"
    assert stat.S_IMODE((own_home / "keyring").stat().st_mode) == 0o600


def test_a_secret_does_not_open_in_another_place() -> None:
    sealed = secrets.seal("whsec_wren", purpose="webhooks.secret")

    with pytest.raises(secrets.CannotUnseal):
        secrets.unseal(sealed, purpose="mail.password")


@pytest.mark.parametrize("changed", ["", "sealed1:", "plain text", "sealed1:nobody:AAAA"])
def test_what_was_never_sealed_is_refused(changed: str) -> None:
    with pytest.raises(secrets.CannotUnseal):
        secrets.unseal(changed, purpose="webhooks.secret")


def test_one_changed_letter_is_noticed() -> None:
    sealed = secrets.seal("whsec_wren", purpose="webhooks.secret")
    place = len(sealed) - 8
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]

    with pytest.raises(secrets.CannotUnseal):
        secrets.unseal(changed, purpose="webhooks.secret")


def test_after_a_new_key_old_secrets_open_and_are_known_to_be_due(own_home: Path) -> None:
    old = secrets.seal("whsec_wren", purpose="webhooks.secret")
    key_id = secrets.add_key(own_home)

    new = secrets.seal("whsec_wren", purpose="webhooks.secret")

    assert secrets.unseal(old, purpose="webhooks.secret") == "whsec_wren"
    assert key_id in new
    assert secrets.ring().is_current(new)
    assert not secrets.ring().is_current(old)


def test_the_ring_may_come_from_a_file_that_several_machines_share(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.write_text(secrets.fresh_line())
    monkeypatch.setenv("RAPPORT_KEYRING_FILE", str(shared))

    sealed = secrets.seal("whsec_wren", purpose="webhooks.secret")

    assert not (own_home / "keyring").exists()
    assert sealed.split(":")[1] == shared.read_text().split(":")[0]


@pytest.mark.parametrize("text", ["", "\n", "one", "one:short", "one:!!!!"])
def test_a_ring_that_cannot_be_read_says_so_without_showing_itself(text: str) -> None:
    with pytest.raises(secrets.BadRing) as refused:
        secrets.read(text)
    assert "short" not in str(refused.value)
    assert "keys" not in repr(secrets.read(secrets.fresh_line()))


def test_the_first_secret_makes_the_data_folder(tmp_path: Path) -> None:
    secrets.prepare(tmp_path / "not" / "there")

    assert stat.S_IMODE((tmp_path / "not" / "there").stat().st_mode) == 0o700
    assert (tmp_path / "not" / "there" / "keyring").exists()
