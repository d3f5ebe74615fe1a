"""Pages of privacy are asked for like all pages."""

from tests.web.conftest import house, signed_in_as

__all__ = ["house", "signed_in_as"]
