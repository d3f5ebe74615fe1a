"""Secrets at rest: sealed with a key ring of their own, so that a copy of the database gives none of them away.

The ring is text, one `id:key` a line, the newest first: new secrets are sealed with the first key, old ones open
with whichever key sealed them. It lies in the file `keyring` of the data folder, or comes from RAPPORT_KEYRING or
the file that RAPPORT_KEYRING_FILE names where several machines share one database.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rapport.kernel import durable, home
from rapport.kernel.refusals import Refusal

_MARK = "sealed1"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class CannotUnseal(Refusal):
    """A secret that no key of the ring opens, or that is not where it was sealed for."""


class BadRing(Refusal):
    """A key ring that cannot be read."""


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """Keys by their ids, the newest first; it never shows them."""

    keys: Mapping[str, bytes]

    @property
    def newest(self) -> str:
        return next(iter(self.keys))

    def seal(self, text: str, *, purpose: str) -> str:
        """Ciphertext of `text`; it opens for the same purpose only, so it cannot be moved to another place."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, text.encode(), purpose.encode())
        return ":".join((_MARK, self.newest, base64.urlsafe_b64encode(nonce + sealed).decode()))

    def unseal(self, sealed: str, *, purpose: str) -> str:
        """The text that was sealed for this purpose."""
        mark, _colon, rest = sealed.partition(":")
        key_id, _colon, body = rest.partition(":")
        if mark != _MARK or key_id not in self.keys:
            raise CannotUnseal("The key that sealed this secret is not in the key ring.", field="keyring")
        try:
            raw = base64.urlsafe_b64decode(body)
            opened = AESGCM(self.keys[key_id]).decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal("This secret was changed, or was sealed for another place.") from error
        return opened.decode()

    def is_current(self, sealed: str) -> bool:
        """Whether the newest key sealed this; otherwise it is due to be sealed anew."""
        return sealed.startswith(f"{_MARK}:{self.newest}:")


def seal(text: str, *, purpose: str) -> str:
    """Ciphertext under the newest key of this installation, for a column such as `"webhooks.secret"`."""
    return ring().seal(text, purpose=purpose)


def unseal(sealed: str, *, purpose: str) -> str:
    """The secret behind what `seal` gave for the same purpose."""
    return ring().unseal(sealed, purpose=purpose)


def is_sealed(text: str) -> bool:
    """Whether this is what `seal` gives, rather than a secret in clear."""
    return text.startswith(f"{_MARK}:")


def ring() -> Ring:
    """The key ring of this installation; a data folder without one gets one with its first secret."""
    if given := home.told("RAPPORT_KEYRING"):
        return read(given)
    prepare(home.home())
    return read((home.home() / "keyring").read_text())


def read(text: str) -> Ring:
    """The ring written as `id:key` lines (or separated by commas); a key is 32 bytes in base64."""
    keys: dict[str, bytes] = {}
    for line in text.replace(",", "\n").splitlines():
        key_id, _colon, key = line.strip().partition(":")
        if key_id and len(raw := _decoded(key)) == _KEY_BYTES:
            keys[key_id] = raw
        elif line.strip():
            raise BadRing("A line of the key ring is not `id:key` with 32 bytes in base64.", field="keyring")
    if not keys:
        raise BadRing("The key ring is empty.", field="keyring")
    return Ring(keys)


def prepare(folder: Path) -> None:
    """Write a ring with one key into the data folder, readable by its owner alone, unless it has one."""
    kept = folder / "keyring"
    if kept.exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"keyring.{secrets.token_hex(4)}"
    _write(fresh, fresh_line())
    try:
        os.link(fresh, kept)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
        durable.settle(folder)


def add_key(folder: Path) -> str:
    """Put a fresh key first; its id. What is sealed already still opens with the older ones."""
    prepare(folder)
    kept, fresh = folder / "keyring", folder / f"keyring.{secrets.token_hex(4)}"
    line = fresh_line()
    _write(fresh, line + kept.read_text())
    fresh.replace(kept)
    durable.settle(folder)
    return line.partition(":")[0]


def fresh_line() -> str:
    """One line of a ring: a random id and a random key."""
    return f"{secrets.token_hex(4)}:{base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}\n"


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _decoded(key: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(key.strip())
    except ValueError:
        return b""
