"""Taking a file from a browser piece by piece, no further than its limit."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from rapport.interactions.ingestion import commands
from rapport.interactions.ingestion.commands import keeping


def limit() -> int:
    """The most bytes that may be brought through a page."""
    return int(getattr(settings, "IMPORT_LARGEST_UPLOAD", keeping.LARGEST_UPLOAD))


_FORM_AROUND_IT = 65_536


def check(size: int) -> None:
    """Refuse a file that is larger than may be brought through a page."""
    most = limit()
    if size > most + _FORM_AROUND_IT:
        raise commands.UploadTooLarge(
            _("The file is larger than %(most)s MB; import it with `rapport import`.")
            % {"most": f"{most / 1024**2:,.0f}"},
            field="file",
            value=size,
        )


class Bounded(TemporaryFileUploadHandler):
    """Writes to disk as it comes and stops at the limit."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        check(start + len(raw_data))
        super().receive_data_chunk(raw_data, start)
