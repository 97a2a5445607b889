"""The files of a capture node: where they are, and the small ones read and written whole.

    node/house-id       whose node it is
    node/house.json     what it knows of its house (``house_file``)
    node/prompts/       the sound of its announcements (``listening.prompts``)
    node/do-not-record  keyed hashes of those who objected (``unrecorded``)
    node/intake.json    the intake key of the hour, public half
    node/session-key    under which sessions are named in its notes (``naming``)
    node/intake-known   the intake key to which its ears seal by now
    node/notes          what the register must learn (``notes``)
    node/console.sock   where its signaller answers (``console``)
    node/journals/      sealed sound (``engine.vault.journals``)

Nothing in them opens anything.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from talteen.errors import ConfigError
from talteen.ids import HouseId, IntakeKeyId
from talteen.life.capture.ears.intake import Intake


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a node below ``path``."""

    path: Path

    @property
    def house(self) -> Path:
        """What the node knows of its house."""
        return self.path / "house.json"

    @property
    def prompts(self) -> Path:
        """The sound of the house's announcements."""
        return self.path / "prompts"

    @property
    def unrecorded(self) -> Path:
        """Whom it must not record."""
        return self.path / "do-not-record"

    @property
    def intake(self) -> Path:
        """The intake key of the hour."""
        return self.path / "intake.json"

    @property
    def name(self) -> Path:
        """The id of its house."""
        return self.path / "house-id"

    @property
    def session_key(self) -> Path:
        """Under which key sessions are named."""
        return self.path / "session-key"

    @property
    def known(self) -> Path:
        """The id of the intake key to which every ear seals by now."""
        return self.path / "intake-known"

    @property
    def notes(self) -> Path:
        """What the register must learn."""
        return self.path / "notes"

    @property
    def journals(self) -> Path:
        """Sealed sound."""
        return self.path / "journals"


def write_intake(folder: Folder, intake: Intake) -> None:
    """Put the intake key of the hour where the node finds it, whole or not at all."""
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder.path / f".intake.{os.getpid()}"
    unfinished.write_text(json.dumps({"id": str(intake.id), "public": intake.public.hex()}))
    unfinished.rename(folder.intake)


def read_intake(folder: Folder) -> Intake:
    """The intake key of the hour. Raises ConfigError where the node has never had one."""
    try:
        told = json.loads(folder.intake.read_text())
        return Intake(IntakeKeyId(UUID(told["id"])), bytes.fromhex(told["public"]))
    except (OSError, ValueError, KeyError):
        raise ConfigError(
            f"{folder.intake}: this node has no intake key",
            remedy="start 'talteen capture' once while the database answers",
        ) from None


def write_known(folder: Folder, key: IntakeKeyId) -> None:
    """Every ear seals to this key from now on: what is older may die when it is needed no more."""
    unfinished = folder.path / f".known.{os.getpid()}"
    unfinished.write_text(str(key))
    unfinished.rename(folder.known)


def read_known(folder: Folder) -> IntakeKeyId | None:
    """The newest key that every ear seals to; None where that is not sure."""
    try:
        return IntakeKeyId(UUID(folder.known.read_text()))
    except (OSError, ValueError):
        return None


def write_session_key(folder: Folder, key: bytes) -> None:
    """Give the node the key under which it names sessions to its house."""
    if read_session_key(folder) == key:
        return
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder.path / f".session-key.{os.getpid()}"
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(key)
    unfinished.rename(folder.session_key)


def read_session_key(folder: Folder) -> bytes:
    """The key under which sessions are named; empty where the house has given none yet."""
    try:
        return folder.session_key.read_bytes()
    except OSError:
        return b""


def house_of(folder: Folder) -> HouseId:
    """Whose node this is. Raises ConfigError where nobody has said so yet."""
    try:
        return HouseId(UUID(folder.name.read_text()))
    except (OSError, ValueError):
        raise ConfigError(
            f"{folder.path}: this node belongs to no house yet",
            remedy="start 'talteen capture' once while the database answers",
        ) from None
