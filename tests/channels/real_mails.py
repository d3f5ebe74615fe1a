"""The real mails beside the project, read from their archives: nothing of them is copied into it."""

import tarfile
from functools import lru_cache
from pathlib import Path


@lru_cache(8)
def files_of(archive: Path) -> dict[str, bytes]:
    """Every file of an archive by its path in it."""
    found = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            file = opened.extractfile(member)
            if file is not None:
                found[member.name.removeprefix("./")] = file.read()
    return found
