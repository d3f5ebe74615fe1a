"""The acts of importing: beginning, running, taking back; keeping uploads and mappings."""

from rapport.interactions.ingestion.commands.beginning import (
    AlreadyRunning,
    FileMissing,
    UnknownMapping,
    begin,
    begin_from_upload,
    note_failure,
    try_again,
)
from rapport.interactions.ingestion.commands.keeping import (
    MappingNameTaken,
    UploadTooLarge,
    drop_upload,
    keep_mapping,
    keep_upload,
    throw_away_old,
)
from rapport.interactions.ingestion.commands.loading import FileChanged
from rapport.interactions.ingestion.commands.retracting import AlreadyTakenBack, take_back
from rapport.interactions.ingestion.commands.running import ImportStopped, Watch, run

__all__ = [
    "AlreadyRunning",
    "AlreadyTakenBack",
    "FileChanged",
    "FileMissing",
    "ImportStopped",
    "MappingNameTaken",
    "UnknownMapping",
    "UploadTooLarge",
    "Watch",
    "begin",
    "begin_from_upload",
    "drop_upload",
    "keep_mapping",
    "keep_upload",
    "note_failure",
    "run",
    "take_back",
    "throw_away_old",
    "try_again",
]
