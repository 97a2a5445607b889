"""A model of one's own runs only by an entry that names what permits it (REGISTER 16.6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest

from talteen import config, wiring
from talteen.config import Config
from talteen.errors import ConfigError, NotAllowed
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import acts, model_store, whisper
from talteen.life.transcribe.model_store import ModelFolder
from talteen.life.transcribe.models import Drafting
from talteen.life.transcribe.troubles import State, Trouble
from talteen.register.models import NoticeVersion
from talteen.register.states import Progress
from tests.kit import builders

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


@pytest.mark.parametrize("bent", ["model.bin", "tokenizer.json", "config.json"])
def test_a_folder_whose_files_are_broken_is_a_trouble_of_the_model_and_no_call_is_given_up(
    tmp_path: Path, small_model: ModelFolder, bent: str
) -> None:
    # Permitted as it lies there: a copy that broke off before its digest was taken.
    for file in small_model.path.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / bent).unlink()
    (tmp_path / bent).write_bytes((small_model.path / bent).read_bytes()[:100])
    broken = replace(small_model, path=tmp_path, name="own")
    recording = builders.recording_id(builders.recording(progress=Progress.SEALED))
    store, now = cast(Vault, None), datetime(2026, 11, 24, 12, tzinfo=UTC)

    acts.attempt(
        store,
        lambda: whisper.load(broken, whisper.How(device=whisper.Device.CPU)),
        tmp_path,
        recording,
        now,
        rewrite=lambda *_: None,
    )

    row = Drafting.objects.get(recording=recording)
    assert (State(row.state), Trouble(row.trouble)) == (State.WAITING, Trouble.MODEL)
    assert row.again_at == now + timedelta(minutes=10)


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
