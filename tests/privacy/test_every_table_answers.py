"""Every table of the house is answered for: somebody exports and erases it, or it holds nothing of customers."""

from django.apps import apps

from rapport.wiring.privacy import HANDLERS, NOBODYS


def tables() -> set[str]:
    return {model._meta.label for model in apps.get_models(include_auto_created=False)}


def covered() -> set[str]:
    return {label for handler in HANDLERS for label in handler.covers}


def test_every_table_is_answered_for() -> None:
    unanswered = tables() - covered() - NOBODYS.keys()
    assert unanswered == set(), "say in wiring/privacy.py who exports and erases these, or why nobody need"


def test_no_answer_is_given_for_a_table_that_is_not_there() -> None:
    assert (covered() | NOBODYS.keys()) - tables() == set()
    assert covered() & NOBODYS.keys() == set()


def test_every_reason_says_something() -> None:
    assert [label for label, reason in NOBODYS.items() if len(reason) < 5] == []


def test_handlers_have_names_of_their_own_and_the_directory_is_last() -> None:
    names = [handler.name for handler in HANDLERS]
    assert len(set(names)) == len(names)
    assert names[-1] == "directory"
