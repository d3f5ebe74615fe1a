"""Which files visitors may send, and how much."""

from datetime import timedelta

LARGEST = 10 * 1024**2
MOST_KEPT = 40 * 1024**2
"""Bytes that one visitor may leave with us."""
KEPT_UNSAID = timedelta(days=1)
"""A file that was sent, but never said with a message, goes after this time."""
ENDINGS: dict[str, str] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""Endings taken, with the type each is kept as, whatever its sender calls it: nothing that a browser would run."""


def type_of(name: str) -> str:
    """The type under which a file of this name is kept; "" when its ending is not taken.

    >>> type_of("Invoice.PDF"), type_of("page.html"), type_of("picture.svg")
    ('application/pdf', '', '')
    """
    return ENDINGS.get(name.rpartition(".")[2].lower(), "") if "." in name else ""
