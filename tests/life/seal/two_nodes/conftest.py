"""A house, its two nodes, and a call that both of them record."""

from pathlib import Path

import pytest

from talteen.demo.material import SpokenCall
from tests.kit import houses, nodes
from tests.kit.houses import Built
from tests.kit.nodes import Node
from tests.life.seal.two_nodes.pairs import BORN, NEWEST


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return houses.build(tmp_path / "house", born_at=BORN)


@pytest.fixture
def pair(built: Built, tmp_path: Path) -> tuple[Node, Node]:
    vault = built.house.vault
    return tuple(nodes.enrolled(vault, tmp_path / name, name) for name in ("north", "south"))  # type: ignore[return-value]


@pytest.fixture
def call(built: Built) -> SpokenCall:
    spoken = houses.spoken("001", NEWEST, whole=True)
    built.clock.at = spoken.ends_at
    return spoken
