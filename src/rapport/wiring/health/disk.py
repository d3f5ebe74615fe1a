"""How much room the disk has left, and when that is too little."""

import shutil
from dataclasses import dataclass
from pathlib import Path

EARLY_BYTES = 2 * 1024**3
EARLY_SHARE = 0.10
"""People are warned when less than both of these is left: time enough to find more room."""
LEAST_BYTES = 128 * 1024**2
"""Below this a server says that it is not ready. Stored files stop earlier, so that the record has what is left."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the disk that holds the data folder."""

    free: int
    total: int

    @property
    def is_early(self) -> bool:
        """Whether somebody should find more room soon."""
        return self.free < min(EARLY_BYTES, EARLY_SHARE * self.total) or self.is_late

    @property
    def is_late(self) -> bool:
        """Whether nothing more should be taken in."""
        return self.free < LEAST_BYTES


def room(folder: Path) -> Room:
    """The room left where the folder lies."""
    usage = shutil.disk_usage(folder)
    return Room(usage.free, usage.total)
