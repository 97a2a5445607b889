"""What stands in the folder of a node's journals, found by one reading of it.

Ten thousand calls may wait there for the house, and a folder tells nothing of one of them without
being read as a whole: whoever asks about many of them reads it once, and asks this value. It knows
nothing of what comes later.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from talteen import ids
from talteen.engine.vault.places import Index
from talteen.ids import RecordingId, SegmentId

_FILE = re.compile(r"([0-9a-f-]{36})\.([0-9]{1,9})\.(envelope|places)")

_INDEXES = 4
"""So many stay at hand: each has megabytes, and calls that are read in the order of their ends have
the same few segments."""

Numbers = Mapping[str, list[int]]
"""Recording, as names write it -> the generations of which there is a file."""


def envelope(folder: Path, recording: RecordingId, generation: int) -> Path:
    """Where the sealed key of one generation of a call stands."""
    return folder / f"{recording}.{generation}.envelope"


def places(folder: Path, recording: RecordingId, generation: int) -> Path:
    """Where it is noted where its records lie."""
    return folder / f"{recording}.{generation}.places"


def index(folder: Path, segment: SegmentId) -> Path:
    """Where it is noted where the records of all calls of a segment lie."""
    return folder / f"{segment}.index"


@dataclass(frozen=True, slots=True)
class Listing:
    """The envelopes and the places that were there."""

    folder: Path
    _envelopes: Numbers = field(repr=False)
    _places: Numbers = field(repr=False)
    _indexes: dict[SegmentId, Index] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, folder: Path, recording: RecordingId | None = None) -> "Listing":
        """Read ``folder``, for one call alone or for all."""
        found: dict[str, dict[str, list[int]]] = {"envelope": {}, "places": {}}
        wanted = "" if recording is None else f"{recording}."
        for name in os.listdir(folder):
            if name.startswith(wanted) and (match := _FILE.fullmatch(name)):
                found[match[3]].setdefault(match[1], []).append(int(match[2]))
        return cls(folder, found["envelope"], found["places"])

    def recordings(self) -> set[RecordingId]:
        """Every call that has an envelope."""
        return {_id(name) for name in self._envelopes}

    def last_generations(self) -> dict[RecordingId, int]:
        """Of every call, the number of its last generation."""
        return {_id(name): max(numbers) for name, numbers in self._envelopes.items()}

    def all_envelopes(self) -> list[Path]:
        """Those of all calls."""
        return [path for recording in self.recordings() for path in self.envelopes(recording)]

    def envelopes(self, recording: RecordingId) -> list[Path]:
        """Those of one call, by generation."""
        numbers = sorted(self._envelopes.get(str(recording), ()))
        return [envelope(self.folder, recording, number) for number in numbers]

    def places(self, recording: RecordingId) -> list[Path]:
        """Those of one call."""
        numbers = self._places.get(str(recording), ())
        return [places(self.folder, recording, number) for number in numbers]

    def index(self, segment: SegmentId) -> Index | None:
        """That of a segment, if it was asked for a short while ago."""
        return self._indexes.get(segment)

    def remember(self, segment: SegmentId, index: Index) -> None:
        """Have the index of a segment at hand, in place of the one that came first."""
        if len(self._indexes) == _INDEXES:
            del self._indexes[next(iter(self._indexes))]
        self._indexes[segment] = index


def _id(name: str) -> RecordingId:
    return RecordingId(ids.parse(name))
