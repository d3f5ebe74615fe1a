"""An import as pages show it: its state in a word, how far it is, how long it will take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from rapport.interactions.ingestion.models import Import

_SILENT = timedelta(seconds=90)
"""A running import that was not heard of for this long is said to have stopped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How an import stands. `share` is 0 to 100, None while nothing is known."""

    state: str
    is_open: bool
    is_failed: bool
    label: str
    done: str
    left: str
    share: int | None


def progress(one: "Import", now: datetime) -> Progress:
    """How the import stands at this moment."""
    if one.taken_back_at:
        return Progress(
            state=_("taken back"),
            is_open=False,
            is_failed=False,
            label=_("Taken back"),
            done="",
            left="",
            share=100,
        )
    if one.finished_at:
        return Progress(
            state=_("done"),
            is_open=False,
            is_failed=False,
            label=_("Done"),
            done=_lines(one.rows),
            left="",
            share=100,
        )
    if one.failed_at:
        return Progress(
            state=_("stopped"),
            is_open=False,
            is_failed=True,
            label=_("Stopped"),
            done=_lines(one.rows_done),
            left="",
            share=_share(one),
        )
    return _open(one, now)


def _open(one: "Import", now: datetime) -> Progress:
    if one.seen_alive_at is None:
        return Progress(
            state=_("waiting"),
            is_open=True,
            is_failed=False,
            label=_("Waiting for its turn"),
            done="",
            left="",
            share=None,
        )
    if now - one.seen_alive_at > _SILENT:
        return Progress(
            state=_("interrupted"),
            is_open=True,
            is_failed=False,
            label=_("Interrupted; it goes on by itself"),
            done="",
            left="",
            share=_share(one),
        )
    if "place" not in one.checkpoint:
        return Progress(
            state=_("reading"),
            is_open=True,
            is_failed=False,
            label=_("Reading the file"),
            done=_lines(one.rows),
            left="",
            share=_share(one),
        )
    done = _("%(done)s of %(all)s lines") % {"done": f"{one.rows_done:,}", "all": f"{one.rows:,}"}
    return Progress(
        state=_("running"),
        is_open=True,
        is_failed=False,
        label=_("Taking in"),
        done=done,
        left=_left(one, now),
        share=_share(one),
    )


def _lines(count: int) -> str:
    return ngettext("%(count)s line", "%(count)s lines", count) % {"count": f"{count:,}"}


def _share(one: "Import") -> int:
    """Reading is the first fifth of the work, recording the rest."""
    if "place" not in one.checkpoint:
        return 20 * one.bytes_read // max(one.bytes_total, 1)
    return 20 + 80 * min(one.rows_done, one.rows) // max(one.rows, 1)


def _left(one: "Import", now: datetime) -> str:
    spent = (now - one.started_at).total_seconds()
    if not one.rows_done or spent < 2:
        return ""
    seconds = spent * max(one.rows - one.rows_done, 0) / one.rows_done
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}
