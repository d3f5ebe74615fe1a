import re
from pathlib import Path

import pytest
from django.utils import translation
from tests.web.conftest import Signing

import rapport
from rapport.customers.consent.rules import PURPOSES
from rapport.customers.directory.rules import IDENTIFIER_KINDS
from rapport.kernel.channels import CHANNELS
from rapport.kernel.kinds import GROUPS, KINDS
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
    }
    assert kept == titles.TITLES


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
    assert "Kunde finden" in page.text


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
