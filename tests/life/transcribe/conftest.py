"""A day's words, and the small model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from talteen.life.transcribe import model_store
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.model_store import ModelFolder
from tests.life.transcribe.shards import KEY


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """Joined once for all of these tests: 145 MB are written and read three times."""
    return model_store.packaged_whisper(tmp_path_factory.mktemp("models"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "2026-11-24.words"


@pytest.fixture
def shard(path: Path) -> Iterator[Shard]:
    with Shard.create(path, KEY) as shard:
        yield shard
