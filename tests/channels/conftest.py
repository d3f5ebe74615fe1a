"""The moment at which things arrive."""

from datetime import datetime

import pytest
from tests.web.conftest import house, signed_in_as  # noqa: F401 - fixtures of pages


@pytest.fixture
def now(noon: datetime) -> datetime:
    """Noon, as everywhere."""
    return noon
