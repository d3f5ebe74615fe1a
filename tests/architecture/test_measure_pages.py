"""The page of each measure says what the register says."""

from pathlib import Path

from rapport.analytics.measures import pages

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference" / "measures"


def test_every_measure_has_a_page_and_none_is_stale() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}

    assert written == pages.pages(), "run: python -m rapport.analytics.measures.pages docs/reference/measures"
