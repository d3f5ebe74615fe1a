"""No mail of any shape takes longer than 100 ms a megabyte, from its bytes to the reply in it and what it reports."""

import gc

import pytest
from tests.corpus.mails import MEGABYTE, shapes
from tests.pace import paced_seconds

from rapport.channels.inbound.rules import automatic, bouncing, reading, safe_html, splitting

MOST_SECONDS = 0.1
"""For a megabyte; a smaller mail is given what a quarter of one may take."""

SHAPES = shapes()


def take_apart(raw: bytes) -> None:
    mail = reading.read(raw)
    splitting.split_mail(mail)
    bouncing.bounces(mail)
    automatic.why_automatic(mail)
    for attachment in mail.attachments:
        assert attachment.sha256


@pytest.mark.parametrize("name", SHAPES)
def test_a_megabyte_of_any_shape_is_read_within_100_ms(name: str) -> None:
    raw = SHAPES[name]()
    most = MOST_SECONDS * max(0.25, len(raw) / MEGABYTE)
    gc.collect()
    took = paced_seconds(lambda: take_apart(raw), enough=most)
    assert took < most, f"{took * 1000:.0f} ms"


@pytest.mark.parametrize("name", [name for name in SHAPES if name.startswith(("HTML", "noise of HTML"))])
def test_html_of_any_shape_is_made_safe_within_100_ms(name: str) -> None:
    html = reading.read(SHAPES[name]()).html
    took = paced_seconds(lambda: safe_html.safe(html), enough=MOST_SECONDS)
    assert took < MOST_SECONDS, f"{took * 1000:.0f} ms"
