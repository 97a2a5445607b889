"""The small model, joined once for all of these tests: 145 MB are written and read three times."""

import pytest

from talteen.life.transcribe import model_store
from talteen.life.transcribe.model_store import ModelFolder


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    return model_store.packaged_whisper(tmp_path_factory.mktemp("models"))
