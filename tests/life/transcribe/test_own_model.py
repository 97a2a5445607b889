"""A model of one's own runs only by an entry that names what permits it (REGISTER 16.6)."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from talteen import config, wiring
from talteen.config import Config
from talteen.errors import ConfigError, NotAllowed
from talteen.life.transcribe import model_store
from talteen.register.models import NoticeVersion

pytestmark = pytest.mark.django_db

ENTRY = """
[speech]
model_dir = "{model}"
[[speech.models]]
name = "own"
task = "{task}"
digest = "{digest}"
assessment = "DPIA-2026-2"
notice = "{notice}"
"""


@pytest.fixture
def model(home: Path) -> Path:
    folder = home / "model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    return folder


@pytest.fixture(autouse=True)
def notice(db: None) -> None:
    for number, valid_from in (("2026-1", date(2026, 1, 1)), ("2999-1", date(2999, 1, 1))):
        NoticeVersion.objects.create(
            number=number,
            valid_from=valid_from,
            retention_months=3,
            margin_days=7,
            sha256=bytes(32),
            text={},
        )


def configured(
    home: Path, model: Path, *, task: str = "speech-to-text", notice: str = "2026-1"
) -> Config:
    digest = model_store.digest_of({"model.bin": sha256(b"weights").hexdigest()})
    text = ENTRY.format(model=model, task=task, digest=digest, notice=notice)
    (home / "talteen.toml").write_text(text)
    return config.load()


def test_a_permitted_model_is_opened_and_its_entry_is_part_of_the_config(
    home: Path, model: Path
) -> None:
    read = configured(home, model)

    found = wiring.speech_model(read)

    assert (found.path, found.name) == (model, "own")
    assert hash(read) == hash(config.load())


def test_without_an_entry_it_is_refused(home: Path, model: Path) -> None:
    read = configured(home, model)
    alone = replace(read, speech=read.speech.model_copy(update={"models": ()}))

    with pytest.raises(NotAllowed):
        wiring.speech_model(alone)


def test_another_file_in_the_folder_is_another_model(home: Path, model: Path) -> None:
    read = configured(home, model)
    (model / "extra.bin").write_bytes(b"more")

    with pytest.raises(NotAllowed):
        wiring.speech_model(read)


@pytest.mark.parametrize("number", ["2026-9", "2999-1"])
def test_a_notice_that_is_not_in_force_permits_nothing(
    home: Path, model: Path, number: str
) -> None:
    with pytest.raises(ConfigError, match=r"speech\.models\.notice"):
        wiring.speech_model(configured(home, model, notice=number))


@pytest.mark.parametrize("task", ["emotion", "speaker-id", ""])
def test_a_task_that_has_no_place_here_is_refused(home: Path, model: Path, task: str) -> None:
    with pytest.raises(ConfigError, match=r"speech\.models\.task"):
        wiring.speech_model(configured(home, model, task=task))
