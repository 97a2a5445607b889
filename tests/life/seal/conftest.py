"""Older copies of the database, for tests of what comes back from the past."""

from collections.abc import Iterator

import pytest

from talteen.engine.postgres.cluster import Cluster
from tests.kit import copies as kit
from tests.kit.copies import Copies


@pytest.fixture
def copies(postgres: Cluster, transactional_db: None) -> Iterator[Copies]:
    """Makes copies of this test's database; they are gone afterwards."""
    with kit.copies(postgres) as made:
        yield made
