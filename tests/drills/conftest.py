"""What the drills of backup and restore share."""

from collections.abc import Iterator

import pytest

from talteen.engine.postgres.cluster import Cluster
from tests.kit import recoveries as kit
from tests.kit.recoveries import Recoveries


@pytest.fixture
def recoveries(postgres: Cluster, transactional_db: None) -> Iterator[Recoveries]:
    """Backups of this test's house, restored into databases that are gone afterwards."""
    with kit.recoveries(postgres) as made:
        yield made
