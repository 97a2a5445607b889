"""What the tests of a call's life share."""

from pathlib import Path

import pytest

from tests.kit import houses
from tests.kit.houses import Built


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A house that lives now. A module whose calls are of another day has its own."""
    return houses.of_now(tmp_path / "house")
