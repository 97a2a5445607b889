"""Where calls come from. A source hands over what it found, and names what it could not match.

Handing over is no capture: ``capture.rules`` decides what is kept of each. A source never decodes,
copies or moves the sound.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from talteen.errors import InputError


@dataclass(frozen=True, slots=True)
class Sides:
    """The sound of a call as one file a side, one channel each."""

    agent: Path
    caller: Path


@dataclass(frozen=True, slots=True)
class Stereo:
    """The sound of a call as one file with two channels; the sidecar says which is whose."""

    path: Path


Sound = Sides | Stereo


@dataclass(frozen=True, slots=True)
class Found:
    """One call: its sound and its sidecar, not yet opened."""

    name: str
    """How the call is called in messages: its place below the given folder, without an ending."""
    sound: Sound
    sidecar: Path
    modified_at: datetime
    """When the oldest of the files was last written: a call cannot have begun later (13.2)."""

    @property
    def files(self) -> tuple[Path, ...]:
        match self.sound:
            case Sides(agent, caller):
                return (self.sidecar, agent, caller)
            case Stereo(path):
                return (self.sidecar, path)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Something that is not a whole call, and what to do about it."""

    name: str
    why: InputError
