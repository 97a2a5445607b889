"""The node's notes: what the register must learn, on this node's disk until it has learnt it.

One JSON line a note, appended and flushed before anything is answered. No caller data. A line that
a crash cut short was never acknowledged: it is cut off at the next start. What the register has
long known leaves a hole (``let_go``): places in the file stay what they were.
"""

import ctypes
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from talteen.engine.vault.segment import refused
from talteen.ids import RecordingId
from talteen.life.capture.note import About, Note

_JSON = json.JSONEncoder(separators=(",", ":"))
_CHUNK_BYTES = 1 << 16
_AHEAD_BYTES = 4 << 20
"""Of some ten thousand notes."""
_KEEP_SIZE, _PUNCH_HOLE = 0x01, 0x02
"""Of fallocate(2)."""


@dataclass(slots=True)
class Notes:
    """The notes file at ``path``, which is made if it is missing. One writer, any readers."""

    path: Path
    _file: int = field(init=False, repr=False)
    _reserved_to: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        whole = _end_of_the_last(self._file)
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)
        self._reserve(whole)

    def close(self) -> None:
        """Nothing is noted after it."""
        os.close(self._file)

    def append_owed(self, *notes: Note) -> None:
        """Make ``notes`` durable that a killed writer may have made durable as its last ones."""
        lines = [written(note) for note in notes]
        size, most = os.fstat(self._file).st_size, sum(map(len, lines))
        there = os.pread(self._file, most, max(0, size - most))
        done = next(n for n in range(len(lines), -1, -1) if there.endswith(b"".join(lines[:n])))
        self.append(*notes[done:])

    def append(self, *notes: Note) -> None:
        """Make ``notes`` durable. Where the disk refuses that (DiskFull, Unavailable), nothing of
        them stands here."""
        data = b"".join(written(note) for note in notes)
        begins = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            self._write(data)
        except OSError as error:
            os.ftruncate(self._file, begins)
            os.lseek(self._file, begins, os.SEEK_SET)
            raise refused(error) from None
        self._reserve(begins + len(data))

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)

    def _reserve(self, end: int) -> None:
        """Have room behind the last note: when others have filled the disk, the calls that run must
        still be told of. A disk that has none to give is told of by the ears."""
        if end + _AHEAD_BYTES // 2 > self._reserved_to:
            self._reserved_to = end + _AHEAD_BYTES
            _fallocate(self._file, _KEEP_SIZE, end, _AHEAD_BYTES)


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
            start = _begin(file.fileno(), start)
            file.seek(start)
            for line in file:
                start += len(line)
                if not line.endswith(b"\n") or (until is not None and start > until):
                    return
                yield start, noted(line)
    except FileNotFoundError:
        return


def begin_of_a_note(path: Path, at: int) -> int:
    """Where the first note begins that stands wholly behind byte ``at``; 0 stays 0."""
    if at <= 0:
        return 0
    with path.open("rb") as file:
        file.seek(at - 1)
        return at - 1 + len(file.readline())


def let_go(path: Path, before: datetime, until: int) -> int:
    """Overwrite the notes of before an instant that stand before byte ``until``; gives how many.

    The disk has their room again where its file system knows holes. The writer may go on meanwhile.
    """
    count, end = 0, 0
    for behind, note in read(path, 0, until):
        if note.at >= before:
            break
        count, end = count + 1, behind
    if count:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            _empty(file, _begin(file, 0), end)
        finally:
            os.close(file)
    return count


def _empty(file: int, start: int, end: int) -> None:
    for at in range(start, end, _CHUNK_BYTES):
        os.pwrite(file, bytes(min(_CHUNK_BYTES, end - at)), at)
    os.fdatasync(file)
    _fallocate(file, _KEEP_SIZE | _PUNCH_HOLE, 0, end)


def _fallocate(file: int, mode: int, start: int, size: int) -> None:
    ctypes.CDLL(None).fallocate(file, mode, ctypes.c_int64(start), ctypes.c_int64(size))


def _begin(file: int, start: int) -> int:
    """Where the first note from byte ``start`` on begins: behind what was let go."""
    try:
        at = os.lseek(file, start, os.SEEK_DATA)
    except OSError:
        return start  # nothing but a hole, or nothing at all
    while chunk := os.pread(file, _CHUNK_BYTES, at):
        if rest := chunk.lstrip(b"\0"):
            return at + len(chunk) - len(rest)
        at += len(chunk)
    return at


def _end_of_the_last(file: int) -> int:
    """Where the last whole note ends, or what was let go."""
    end = os.fstat(file).st_size
    while end > 0:
        start = max(0, end - _CHUNK_BYTES)
        chunk = os.pread(file, end - start, start)
        found = max(chunk.rfind(b"\n"), chunk.rfind(b"\0"))
        if found >= 0:
            return start + found + 1
        end = start
    return 0


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
