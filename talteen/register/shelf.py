"""Takes a register folder from the disk: texts, prompts with their sounds, old notices.

The only place where ``notice`` meets a file. Paths never leave it in a message: an error names the
file by its place in the folder. Sounds are measured here, so that a prompt cannot promise a length
that it has not.
"""

import hashlib
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from talteen.errors import ConfigError
from talteen.notice import findings, register_folder
from talteen.notice.adoption import Adopted
from talteen.notice.check import Facts
from talteen.notice.findings import LegacyNotice
from talteen.notice.register_folder import RegisterFolder
from talteen.notice.retention import STANDARD_MARGIN_DAYS


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a prompt: where it lies, what it is, how long it lasts."""

    path: Path
    sha256: bytes
    length_ms: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A register folder as it was read."""

    register: RegisterFolder
    sounds: Mapping[str, Sound]
    """By file name in the folder ``sounds``."""
    legacy: tuple[LegacyNotice, ...]
    """Notices from before this house, oldest first."""

    def facts(self, today: date, adopted: Mapping[str, Adopted] | None) -> Facts:
        """What a check can know from the folder, and from what was ``adopted`` of it, on the
        Helsinki date ``today``. None: no house stands on it yet."""
        lengths = {name: sound.length_ms for name, sound in self.sounds.items()}
        return Facts(today, MappingProxyType(lengths), adopted=adopted)


def read(folder: Path, *, least_margin_days: int = STANDARD_MARGIN_DAYS) -> Shelf:
    """The register in ``folder``. Raises ConfigError naming file, key and value."""
    texts = tuple((path, _text(folder, path)) for path in register_folder.paths())
    register = _assembled(texts, least_margin_days)
    named = {p.sound for prompts in register.prompts.values() for p in prompts.values() if p.sound}
    sounds = {name: _sound(folder, name) for name in sorted(named)}
    legacy = [
        _legacy(_text(folder, f"legacy/{path.name}"))
        for path in sorted(folder.glob("legacy/*.toml"))
    ]
    legacy.sort(key=lambda notice: notice.meta.valid_from)
    return Shelf(register, MappingProxyType(sounds), tuple(legacy))


@lru_cache(maxsize=8)
def _assembled(texts: tuple[tuple[str, str], ...], least_margin_days: int) -> RegisterFolder:
    """The same texts are the same register: a start asks for it several times."""
    return register_folder.assemble(dict(texts), least_margin_days=least_margin_days)


@lru_cache(maxsize=8)
def _legacy(text: str) -> LegacyNotice:
    return findings.read(text)


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{name}: is not in the register folder", remedy="put it there") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: is not text in UTF-8", remedy="save it as UTF-8") from None


def _sound(folder: Path, name: str) -> Sound:
    path = folder / "sounds" / name
    try:
        with wave.open(str(path), "rb") as sound:
            length_ms = round(sound.getnframes() * 1000 / sound.getframerate())
    except FileNotFoundError:
        raise ConfigError(
            f"sounds/{name}: is not in the register folder (REGISTER 6.8)",
            remedy="record the prompt, or take its sound out of announcements.toml",
        ) from None
    except (wave.Error, EOFError):
        raise ConfigError(
            f"sounds/{name}: is not a WAV sound", remedy="save it as PCM WAV"
        ) from None
    return Sound(path, hashlib.sha256(path.read_bytes()).digest(), length_ms)
