"""An export for people: one page that needs nothing else, with every value escaped."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.customers.privacy.commands.labels import LABELS, TITLES
from rapport.customers.privacy.commands.writing import facts
from rapport.kernel.persons import Handler, Person

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{display:grid;grid-template-columns:12rem 1fr;gap:.1rem 1rem;border-top:1px solid #8884;padding:.6rem 0;"
    "margin:0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}"
    "@media(max-width:40rem){dl{grid-template-columns:1fr}}:root{color-scheme:light dark}"
)


def as_page(person: Person, handlers: Sequence[Handler], *, at: datetime, language: str) -> Iterator[str]:
    """The text of the page, piece by piece."""
    with translation.override(language):
        heading, lead = _("Everything we know of you"), _("As it was on %(day)s.") % {"day": _moment(at)}
        words = _Words(_("yes"), _("no"), {name: _(label) for name, label in LABELS.items()})
        titles = {section: _(title) for section, title in TITLES.items()}
    yield (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(heading)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(heading)}</h1><p>{escape(lead)}</p>\n"
    )
    for section, found in groupby(facts(person, handlers), key=lambda fact: fact.section):
        yield f"<h2>{escape(titles.get(section, section))}</h2>\n"
        for fact in found:
            yield _listed(fact.values, words)
    yield "</body></html>\n"


class _Words(NamedTuple):
    yes: str
    no: str
    labels: Mapping[str, str]


def _listed(values: Mapping[str, Any], words: _Words) -> str:
    lines = (
        f"<dt>{escape(words.labels.get(name, name))}</dt><dd>{escape(_said(value, words))}</dd>"
        for name, value in values.items()
        if value not in ("", None, [], {})
    )
    return f"<dl>{''.join(lines)}</dl>\n"


def _said(value: Any, words: _Words) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_said(one, words)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_said(one, words) for one in value)
    return str(value)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
