"""Why somebody is erased, and how long what was made for them is kept."""

from datetime import timedelta

REASONS: dict[str, str] = {
    "asked": "they asked to be forgotten",
    "unneeded": "we have no more use for what we know",
    "objected": "they object to our keeping it",
    "mistake": "it should never have been kept",
}
"""Why somebody is erased. A choice, not a sentence: a sentence would name them."""

EXPORT_KEPT = timedelta(days=7)
"""How long an export can be fetched; then it is thrown away."""
