"""The node's notes: what the register must learn, on this node's disk until it has learnt it.

One JSON line a note, appended and flushed before anything is answered. No caller data. A line that
a crash cut short was never acknowledged: it is cut off at the next start.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.capture.effects import About, Note

_JSON = json.JSONEncoder(separators=(",", ":"))


@dataclass(slots=True)
class Notes:
    """The notes file at ``path``, which is made if it is missing. One writer, any readers."""

    path: Path
    _file: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        whole = self.path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)

    def append_owed(self, *notes: Note) -> None:
        """Make ``notes`` durable that a killed writer may have made durable as its last ones."""
        lines = [written(note) for note in notes]
        there = self.path.read_bytes()
        done = next(n for n in range(len(lines), -1, -1) if there.endswith(b"".join(lines[:n])))
        self.append(*notes[done:])

    def append(self, *notes: Note) -> None:
        """Make ``notes`` durable."""
        data = b"".join(written(note) for note in notes)
        while data:
            data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)


def end(path: Path) -> int:
    """How many bytes of notes there are by now; the last of them may not be whole."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def read(path: Path, start: int = 0, until: int | None = None) -> Iterator[tuple[int, Note]]:
    """Every whole note from byte ``start`` on, each with the offset behind it; none that reaches
    behind ``until``."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            for line in file:
                start += len(line)
                if not line.endswith(b"\n") or (until is not None and start > until):
                    return
                yield start, noted(line)
    except FileNotFoundError:
        return


def written(note: Note) -> bytes:
    """``note`` as a line."""
    told = {
        "about": note.about.value,
        "at": note.at.isoformat(),
        "call": str(note.call) if note.call else None,
        "line": note.line,
        "direction": note.direction,
        "agent": note.agent,
        "fate": note.fate,
        "reason": note.reason,
        "packets": note.packets,
        "dropped": note.dropped,
        "strangers": note.strangers,
        "names": note.names,
        "started_at": note.started_at and note.started_at.isoformat(),
        "kept_from": note.kept_from and note.kept_from.isoformat(),
        "announcement": note.announcement,
        "language": note.language,
    }
    return _JSON.encode(told).encode() + b"\n"


def noted(line: bytes) -> Note:
    """The note that ``written`` wrote."""
    told = json.loads(line)
    return Note(
        **told
        | {
            "about": About(told["about"]),
            "at": datetime.fromisoformat(told["at"]),
            "call": RecordingId(UUID(told["call"])) if told["call"] else None,
            "names": tuple(told.get("names", ())),
            "started_at": _instant(told.get("started_at")),
            "kept_from": _instant(told.get("kept_from")),
        }
    )


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
