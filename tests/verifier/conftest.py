"""The verifier's own functions for all tests of this folder."""

from types import ModuleType

import pytest

from tests.verifier.process import load


@pytest.fixture(scope="session")
def program() -> ModuleType:
    """For what one process each would be too slow to try."""
    return load()
