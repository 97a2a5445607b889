"""Where calls come from. A source hands over what it found, and names what it could not match.

Handing over is no capture: ``capture.rules`` decides what is kept of each. A source never decodes,
copies or moves the sound.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

from talteen.errors import InputError
from talteen.life.capture.sidecar import Sidecar


class Readable(Protocol):
    """What can be read as often as one likes: a path, or what came by network."""

    @property
    def name(self) -> str:
        """How messages call it."""

    def open(self, mode: Literal["rb"], /) -> BufferedReader:
        """From its first byte on; it can seek. Raises OSError."""

    def read_bytes(self) -> bytes:
        """All of it."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The sound of a call as one file a side, one channel each."""

    agent: Readable
    caller: Readable


@dataclass(frozen=True, slots=True)
class Stereo:
    """The sound of a call as one file with two channels; the sidecar says which is whose."""

    path: Readable


Sound = Sides | Stereo


@dataclass(frozen=True, slots=True)
class Found:
    """One call: its sound and what is told of it, not yet opened."""

    name: str
    """How the call is called in messages: its place below the given folder, without an ending."""
    sound: Sound
    sidecar: Readable | Sidecar
    """The file that tells of the call, or what a source learnt without one."""
    modified_at: datetime
    """When the oldest of the files was last written: a call cannot have begun later (13.2)."""
    drop: UUID | None = None
    """The watched folder out of which the house is to delete the files once the call is safe."""

    @property
    def sounds(self) -> tuple[Readable, ...]:
        match self.sound:
            case Sides(agent, caller):
                return (agent, caller)
            case Stereo(path):
                return (path,)

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that stand in a folder."""
        return tuple(one for one in (self.sidecar, *self.sounds) if isinstance(one, Path))


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Something that is not a whole call, and what to do about it."""

    name: str
    why: InputError
