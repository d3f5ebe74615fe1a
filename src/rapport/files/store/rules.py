"""What a file may be called, how much one owner may keep, and who may fetch it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

LONGEST_NAME_BYTES = 180
QUOTA_BYTES = 50 * 1024**3
"""What one owner may keep at a time."""
FREE_BYTES = 512 * 1024**2
"""Nothing is kept when less than this would be left on the disk: the record itself needs it more."""
_KEPT_MARKS = " .-_()+,=@#&!'"
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)
"""Names that mean a device to Windows, with any ending."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a file besides its bytes.

    `owner` is who it is kept for; `permission` is what others need to fetch it ("": the owner alone).
    `subject` names whom or what it is about, so that it goes when they go.
    """

    name: str
    owner: str
    permission: str = ""
    subject: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants a file: their owner's name and the permissions they hold."""

    owner: str
    permissions: frozenset[str] = frozenset()

    def may_fetch(self, owner: str, permission: str) -> bool:
        return self.owner == owner or (bool(permission) and permission in self.permissions)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes: the largest file, what one owner may keep in all, what must stay free on the disk."""

    largest: int = QUOTA_BYTES
    quota: int = QUOTA_BYTES
    free: int = FREE_BYTES


def safe_name(given: str) -> str:
    r"""A name that is only a name on every system: one part, visible letters, an honest ending.

    It is made plain first and judged after, so that no hidden letter survives the judging.

    >>> safe_name("../../etc/passwd"), safe_name(".htaccess"), safe_name("con.txt"), safe_name("a.svg%00.png")
    ('passwd', 'htaccess', '_con.txt', 'a.svg.png')
    """
    visible = "".join(letter for letter in _plain(given) if _is_visible(letter))
    last = visible.replace("\\", "/").rpartition("/")[2]
    tidy = "".join(letter if letter.isalnum() or letter in _KEPT_MARKS else "_" for letter in last)
    tidy = _shortened(" ".join(tidy.split()).strip(". ")).strip(". ") or "file"
    return f"_{tidy}" if tidy.partition(".")[0].strip().lower() in _RESERVED else tidy


def _plain(given: str) -> str:
    """Percent signs undone and look-alikes folded until nothing changes any more."""
    text = given[:4096]
    for _ in range(4):
        again = unicodedata.normalize("NFKC", unquote(text, errors="replace"))
        if again == text:
            break
        text = again
    return text


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _shortened(name: str) -> str:
    """The name within the limit in bytes, cut before its ending."""
    if len(name.encode()) <= LONGEST_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending.encode()) <= 12 else ""
    room = LONGEST_NAME_BYTES - len(tail.encode())
    return (stem if tail else name).encode()[:room].decode(errors="ignore") + tail
