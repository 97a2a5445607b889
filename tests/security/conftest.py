"""The house of the screens' own tests."""

from tests.desk.conftest import desk

__all__ = ["desk"]
