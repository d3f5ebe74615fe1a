"""A lake of the simulated company, made once."""

from datetime import datetime
from pathlib import Path

import pytest

from rapport.interactions.lake import commands
from rapport.interactions.lake.queries import state
from rapport.simulation import writing
from rapport.simulation.plan import Plan


@pytest.fixture
def company_lake(db: None, noon: datetime, tmp_path: Path) -> Path:  # noqa: ARG001 - for its effect
    """The lake of 120 customers over two years."""
    folder = tmp_path / "company"
    folder.mkdir()
    writing.write(Plan(120, 2.0, 5, noon), folder, at=noon, progress=lambda _: None)
    commands.refresh(at=noon)
    return state.folder()
