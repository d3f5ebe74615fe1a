from pathlib import Path

import pytest
from tests.simulation import simulated

from rapport.simulation.properties import PROPERTIES
from rapport.simulation.truths import Truth, planted_values

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/simulated-truths.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_property_is_documented_as_it_is_meant(page: str) -> None:
    for name, meaning in PROPERTIES.items():
        assert f"| `{name}` | {meaning} |" in page


def test_the_page_says_which_kinds_carry_which_properties(page: str) -> None:
    carried: dict[str, set[str]] = {}
    for entry, properties in simulated.wrenfield().entries:
        carried.setdefault(entry.kind, set()).update(properties)
    for kind, names in carried.items():
        listed = ", ".join(f"`{name}`" for name in sorted(names)) or "none"
        assert f"| `{kind}` | {listed} |" in page


def test_every_planted_figure_stands_on_the_page(page: str) -> None:
    for name, value in planted_values().items():
        figures = (
            {f"{name}.{part}": one for part, one in value.items()}
            if isinstance(value, dict)
            else {name: value}
        )
        for figure, one in figures.items():
            assert f"| `{figure}` | {one} |" in page


def test_every_truth_about_a_customer_is_explained(page: str) -> None:
    for name in Truth.__struct_fields__:
        assert f"`{name}`" in page
