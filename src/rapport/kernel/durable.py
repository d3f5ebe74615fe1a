"""What must last through a power cut."""

import os
from pathlib import Path


def settle(path: Path) -> None:
    """Make the content of a file, or the names in a folder (after a rename), last through a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
