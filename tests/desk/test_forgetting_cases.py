"""Somebody who is erased leaves no case behind; what others said to us stays theirs."""

from datetime import datetime

import pytest
from django.apps import apps
from tests.desk.shop import AMINA, MINUTE, answer, asked, colleague, customer_of
from tests.desk.test_side_threads import CARRIER, carrier_answers, forwarded
from tests.privacy.people import erase, export_of

from rapport.channels.threads import commands as threads
from rapport.service.desk import commands as desk
from rapport.service.desk import queries
from rapport.service.desk.models import Case, SideThread
from rapport.service.desk.rules.acts import Note
from rapport.staff.roles.rules import EVERYTHING

pytestmark = pytest.mark.django_db(transaction=True)


def everything_stored() -> str:
    return "\n".join(
        str(row) for model in apps.get_models() if model._meta.managed for row in model.objects.values_list()
    ).lower()


def test_nothing_of_somebody_erased_is_left_at_the_desk(now: datetime) -> None:
    ben = colleague("Ben")
    case = asked(now, "amina-canary-words", subject="amina-canary-subject")
    other = asked(now, "my own words", sender="tom@mail.example", author_name="Tom")
    desk.note(case.pk, Note(text="amina-canary-note"), by=ben, at=now)
    desk.mark_refusal(case.pk, why="amina-canary-reason", by=ben, at=now)
    desk.save_draft(case.pk, "note", {"text": "amina-canary-draft"}, version=0, by=ben, at=now)
    part = desk.split(case.pk, [case.last_word_id], "amina-canary-part", by=ben, at=now).to_case
    desk.merge(part.pk, case.pk, by=ben, at=now)
    desk.claim(case.pk, by=ben, at=now)
    desk.be_present(case.pk, is_writing=True, by=ben, at=now)
    desk.reply(case.pk, answer("amina-canary-answer", to=case), by=ben, at=now)

    told, _ = export_of(customer_of(f"email={AMINA}"), now)
    sections = told["sections"]
    assert [one["text"] for one in sections["drafts"]] == ["amina-canary-draft"]
    assert [one["subject"] for one in sections["cases"]] == ["amina-canary-subject", "amina-canary-part"]
    threads.index_new()
    erase(customer_of(f"email={AMINA}"), now + MINUTE)

    assert "canary" not in everything_stored()
    assert list(Case.objects.all()) == [other]
    assert queries.search("canary", reach=EVERYTHING)[0] == []


def test_what_was_asked_of_somebody_else_about_them_loses_its_words(now: datetime) -> None:
    ben, case = colleague("Ben"), asked(now)
    forwarded(case, ben, now)
    erase(customer_of(f"email={AMINA}"), now + MINUTE)
    assert "parcel 7" not in everything_stored()
    assert SideThread.objects.count() == 0


def test_who_was_asked_about_a_case_can_be_erased_from_it(now: datetime) -> None:
    ben, case = colleague("Ben"), asked(now)
    forwarded(case, ben, now)
    carrier_answers(now + MINUTE)
    erase(customer_of(f"email={CARRIER}"), now + 2 * MINUTE)
    assert "carrier.example" not in everything_stored()
    assert len(queries.conversation(case.pk, reach=EVERYTHING)) == 1
