"""The index: what is found by which words, in which order, by whom; and what is never found."""

from itertools import pairwise

import pytest

from rapport.search.index import commands, engines, queries, rules
from rapport.search.index.rules import Document

pytestmark = pytest.mark.django_db


def everything(permission: str, department: str) -> bool:  # noqa: ARG001 - as every asker's
    return True


def put(*texts: str, department: str = "", first: int = 1) -> None:
    documents = [
        Document(number, text, "cases.view", department) for number, text in enumerate(texts, start=first)
    ]
    commands.put("case", documents)


def find(text: str, **more: object) -> tuple[int, ...]:
    return queries.search(text, **{"kind": "case", "covers": everything, **more}).numbers  # type: ignore[arg-type]


def test_words_are_found_by_their_beginnings_in_any_order_newest_first() -> None:
    put("Late delivery in Leeds", "Delivery on time", "Deliver it late, please")

    assert find("de") == (3, 2, 1)
    assert find("late deliv") == (3, 1)
    assert find("delivery LATE") == (1,)
    assert find("elivery") == ()


@pytest.mark.parametrize("typed", ["zoe", "ZOË", "Zoe\u0308", "zo"])
def test_case_and_accents_make_no_difference(typed: str) -> None:
    put("Letter from Zoë Größe")

    assert find(typed) == (1,)


def test_words_of_scripts_without_spaces_are_found_within() -> None:
    put("東京都の店")

    assert find("京都") == (1,)
    assert find("大阪") == ()


@pytest.mark.parametrize("typed", ["", "a", "  ", '"', "*", "'';--", "\x00", "🙂"])
def test_too_little_to_go_by_finds_nothing(typed: str) -> None:
    put("a word or two")

    assert find(typed) == ()


HOSTILE = [
    '"', "'", '" OR "', "word*", "NEAR(a b)", "words : late", "^late", "-late", "NOT late", "late AND", "(late",
    "late)", "{late}", "late:*", "late & !x", "late | x", "'late'::tsquery", "_a0", "_c17592186", "\\", "\x00late",
    "%s", "{}", "rowid:1", "search_words", "'); DROP TABLE search_document;--", "late\u202e", "\ud800", "x" * 100_000,
    "ﬀ" * 5000, "e" + "\u0301" * 3000, "ÿ" * 100_000, "late " * 20_000, "٣٤", "İstanbul", "ﷺ" * 200,
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_words_and_never_a_command(typed: str) -> None:
    put("nothing of the kind", typed, "nothing of the kind")

    found = find(typed)

    assert set(found) <= {2}
    assert found == ((2,) if rules.asked(typed) else ())
    assert queries.count("case") in {2, 3}


def test_more_shows_everything_once() -> None:
    put(*["late delivery"] * 25, department="Retail")
    put(*["late delivery"] * 25, department="Online", first=26)

    seen, before = [], None
    while True:
        hits = queries.search("late", kind="case", covers=everything, before=before, limit=7)
        seen += hits.numbers
        if hits.before is None:
            break
        before = hits.before

    assert seen == list(range(50, 0, -1))


def test_what_is_hidden_shows_nowhere() -> None:
    put("late delivery", department="Retail")
    put("late delivery", department="Online", first=2)

    assert find("late", covers=lambda permission, department: department == "Retail") == (1,)  # noqa: ARG005
    assert find("late", covers=lambda permission, department: False) == ()  # noqa: ARG005


def test_a_thing_that_changed_is_found_by_its_new_words_alone() -> None:
    put("Anna Berg")
    put("Anna Hill", department="Retail")

    assert find("berg") == ()
    assert find("hill") == (1,)
    assert queries.count("case") == 1


def test_what_is_removed_is_gone_at_once() -> None:
    put("Anna Berg", "Anna Hill")

    assert commands.remove("case", [1, 17]) == 1
    assert find("anna") == (2,)


def test_kinds_are_apart() -> None:
    put("Anna Berg")
    commands.put("article", [Document(1, "Anna Hill", "articles.view")])

    assert find("anna") == (1,)
    assert commands.remove("article", [1]) == 1
    assert find("anna") == (1,)


def test_the_same_documents_have_the_same_fingerprint_however_they_came_in() -> None:
    put("one thing", "another", department="Retail")
    put("a third", first=3)
    before = queries.fingerprint()
    commands.empty()
    assert find("thing") == ()
    put("a third", first=3)
    put("one thing", "what was there before", department="Retail")
    assert queries.fingerprint() != before
    put("one thing", "another", department="Retail")

    assert queries.fingerprint() == before


def test_a_long_look_is_cut_and_goes_on_where_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    far = (1 << 21) + 5
    put("late one")
    put("late two", first=far)
    monkeypatch.setattr(queries, "BUDGET_SECONDS", -1)

    first = queries.search("late tw", kind="case", covers=everything)
    seen, hits = list(first.numbers), first
    while hits.before is not None:
        hits = queries.search("late on", kind="case", covers=everything, before=hits.before)
        seen += hits.numbers

    assert first.is_cut
    assert first.before is not None
    assert seen == [far, 1]


@pytest.mark.parametrize("top", [0, 1, 4095, 4096, 70_000, 3_000_000, (1 << 20) - 1, 1 << 20, 20_000_000])
def test_windows_cover_everything_once_without_a_gap(top: int) -> None:
    windows = list(engines.current().windows(top, ["late", "tw"]))

    assert (windows[0].high, windows[-1].low) == (top, 0)
    assert all(above.low == below.high + 1 for above, below in pairwise(windows))


def test_what_stands_far_apart_is_found_in_order() -> None:
    numbers = [1, 4095, 4096, 65_536, 1 << 20, (1 << 20) + 1, 5 << 20, 30 << 20]
    for at, number in enumerate(numbers):
        put("late indeed", department=f"Department {at % 3}", first=number)

    assert find("late ind") == tuple(sorted(numbers, reverse=True))
    assert queries.search("late", kind="case", covers=everything, before=1 << 20, limit=2).numbers == (
        65_536,
        4096,
    )
