"""Names that only we can have given (A02, A06): reply addresses, Message-IDs and marks in a text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.channels.outbound.rules import names
from rapport.channels.outbound.rules.names import Reply, Return

KEY, OTHER = b"k" * 32, b"o" * 32
HELP = "help@shop.example"
numbers = st.integers(0, 2**40 - 1)


@given(numbers, numbers)
def test_every_name_opens_as_what_it_was_made_of(first: int, second: int) -> None:
    assert names.opened_address(KEY, names.reply_address(KEY, first, second, HELP)) == Reply(first, second)
    assert names.opened_address(KEY, names.return_address(KEY, first, second, HELP)) == Return(first, second)
    assert names.opened_name(KEY, names.message_name(KEY, first, "shop.example")) == first
    assert names.opened_marks(KEY, f"> {names.mark(KEY, first, second)}\n") == [Reply(first, second)]


@given(st.text(max_size=120))
def test_what_we_did_not_give_opens_as_nothing(text: str) -> None:
    assert names.opened_address(KEY, text) is None
    assert names.opened_name(KEY, text) is None
    assert names.opened_marks(KEY, text) == []


@given(st.integers(0, names.LENGTH - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_letter_changed_opens_nothing(place: int, letter: str) -> None:
    address = names.reply_address(KEY, 7, 12, HELP)
    local, _at, domain = address.partition("@")
    token = local.removeprefix("help+r")
    changed = token[:place] + letter + token[place + 1 :]
    opened = names.opened_address(KEY, f"help+r{changed}@{domain}")
    assert opened is None or opened == Reply(7, 12)
    assert opened is not None if changed == token else place == names.LENGTH - 1 or opened is None


def test_a_name_of_one_sort_does_not_open_as_another() -> None:
    token = names.message_name(KEY, 7, "x").partition("@")[0][2:]
    assert names.opened_address(KEY, f"help+r{token}@shop.example") is None
    assert names.opened_marks(KEY, f"[#k{token}]") == []


def test_another_installation_opens_none_of_ours() -> None:
    assert names.opened_address(OTHER, names.reply_address(KEY, 7, 12, HELP)) is None


def test_neighbours_have_nothing_in_common() -> None:
    tokens = [
        names.reply_address(KEY, number, 12, "shop.example").partition("@")[0][1:] for number in range(50)
    ]
    alike = max(
        sum(one == other for one, other in zip(first, second, strict=True))
        for first, second in pairwise(tokens)
    )
    assert len(set(tokens)) == 50
    assert alike < 12, "no more letters alike than chance has it"


@pytest.mark.parametrize("place", [HELP, "reply.shop.example", "a-quite-long-name-for-it@shop.example"])
def test_an_address_is_never_longer_than_mail_allows(place: str) -> None:
    local = names.reply_address(KEY, 2**39, 2**39, place).rpartition("@")[0]
    assert len(local) <= 64


def test_a_mailbox_whose_name_leaves_no_room_is_given_as_it_is() -> None:
    assert names.reply_address(KEY, 1, 2, "a-quite-long-name-for-it@shop.example").startswith(
        "a-quite-long-name-for-it@"
    )


def test_servers_that_change_the_case_change_nothing() -> None:
    assert names.opened_address(KEY, names.reply_address(KEY, 7, 12, HELP).upper()) == Reply(7, 12)
    assert names.opened_name(KEY, names.message_name(KEY, 7, "shop.example").upper()) == 7


def test_a_text_full_of_marks_is_read_only_so_far() -> None:
    text = "".join(names.mark(KEY, number, 1) for number in range(100))
    assert len(names.opened_marks(KEY, text)) == 20
