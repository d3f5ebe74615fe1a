import re
from pathlib import Path

import pytest
from django.utils import translation
from tests.web.conftest import Signing

import rapport
from rapport.channels.contact.rules import REASONS
from rapport.customers.consent.rules import PURPOSES
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import GROUPS, KINDS
from rapport.staff.keys.rules import SCOPES
from rapport.staff.roles.rules import ROLES
from rapport.web import titles, words
from rapport.web.settings import audit


def test_every_word_that_plain_python_keeps_can_be_translated() -> None:
    kept = {
        *(kind.title for kind in KINDS.values()),
        *GROUPS.values(),
        *CHANNELS.values(),
        *ROLES.values(),
        *(kind.title for kind in IDENTIFIER_KINDS.values()),
        *PURPOSES.values(),
        *(scope.title for scope in SCOPES.values()),
        *REASONS.values(),
    }
    assert kept == titles.TITLES


def test_on_a_phone_a_cell_is_called_what_its_column_is_called() -> None:
    folders: dict[Path, list[str]] = {}
    for file in (Path(rapport.__file__).parent / "web/templates").rglob("*.html"):
        folders.setdefault(file.parent, []).append(file.read_text("utf-8"))
    for folder, texts in folders.items():
        text = "\n".join(texts)
        heads = set(re.findall(r'<th scope="col"[^>]*>\{% translate "([^"]+)"', text))
        labels = set(re.findall(r"data-label=\"\{% translate '([^']+)'", text))
        assert labels <= heads, folder.name


@pytest.mark.parametrize(
    ("one", "many"),
    [("patient", "patients"), ("Student", "students"), ("family", "families"), ("donor", "donors")],
)
def test_the_plural_of_a_chosen_word_is_guessed(one: str, many: str) -> None:
    assert words.plural(one) == many


def test_a_reader_of_german_reads_german(signed_in_as: Signing) -> None:
    page = signed_in_as("admin").get("/", headers={"Accept-Language": "de"})
    assert '<html lang="de"' in page.text
    assert "Kontaktpunkte" in page.text
    assert "Suche" in page.text


def test_the_compiled_words_are_those_of_the_list() -> None:
    folder = Path(rapport.__file__).parent / "locale/de/LC_MESSAGES"
    assert (folder / "django.mo").exists()
    with translation.override("de"):
        assert translation.gettext("Nothing needs you right now.") == "Gerade braucht Sie nichts."


def test_every_act_that_is_recorded_has_words() -> None:
    source = "".join(file.read_text() for file in Path(rapport.__file__).parent.rglob("commands*/**/*.py"))
    source += "".join(file.read_text() for file in Path(rapport.__file__).parent.rglob("commands.py"))
    recorded = set(re.findall(r"audit\.record\(\s*\"([a-z_.]+)\"", source))
    assert recorded
    assert recorded <= set(audit.ACTS)
