"""The moment at which customers write."""

from datetime import datetime

import pytest


@pytest.fixture
def now(noon: datetime) -> datetime:
    """Noon, as everywhere."""
    return noon
