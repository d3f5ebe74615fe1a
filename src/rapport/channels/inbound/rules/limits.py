"""How much of one mail is looked at. What lies beyond stays in the stored bytes; the reader says so in its faults."""

MOST_BYTES = 64 * 2**20
"""Bytes of a mail that are read at all."""

HEADER_BYTES = 512 * 2**10
"""Bytes of one block of header fields."""

MOST_FIELDS = 2_000
"""Header fields of one block."""

FIELD_BYTES = 64 * 2**10
"""Bytes of one field, folded lines included (RFC 5322 allows 998 a line)."""

MOST_ADDRESSES = 1_000
"""Addresses read from one kind of field."""

MOST_REFERENCES = 100
"""References kept: the first, which is the root of the conversation, and the newest."""

MOST_PARTS = 1_100
"""Parts of a mail."""

MOST_DEPTH = 40
"""Multiparts within multiparts. A deeper one is kept as it is written, unopened."""

MOST_DELIMITERS = 10_000
"""Lines that look like the border of a part, over the whole mail."""

TEXT_BYTES = 2 * 2**20
"""Bytes of all text parts together that are read as text, and the same again as HTML."""

HTML_CHARACTERS = 400_000
"""Characters of HTML that are turned into text or made safe."""

MOST_TAGS = 10_000
"""Beginnings of tags in that HTML; each costs more than a letter does."""

SPLIT_LINES = 4_000
"""Lines of a text in which a quotation is looked for; the rest goes with the last of them."""

SPLIT_CHARACTERS = 400_000
"""Characters of a text in which a quotation is looked for."""
