"""An export of call records on its way through: read as it comes, sorted by hours, never whole.

Rows of one call may stand anywhere in a file, and a verdict needs the calls that ran at the same
time. So the rows are sorted twice: by what the rows of one call share, to be joined, and the calls
by the hour in which they begin. Both piles have a bound in memory; what is more lies sealed.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

from pydantic import TypeAdapter

from talteen.errors import DiskFull
from talteen.oversight import drawers
from talteen.oversight.balance.running import call_slot
from talteen.oversight.drawers import Drawers
from talteen.oversight.records import reading
from talteen.oversight.records.mapping import Mapping
from talteen.oversight.records.reading import Export
from talteen.oversight.records.values import CallRecord, Unreadable

PARTS = 64
"""In so many parts the calls are joined: of a file of 1 GiB each has some 16 MiB of rows."""


@dataclass(slots=True)
class Handed:
    """A file that was read, its calls by the hours in which they begin, until ``close``."""

    shape: str
    tells_refusals: bool
    unreadable: tuple[Unreadable, ...]
    sha256: bytes
    _hours: Drawers[int]

    @property
    def hours(self) -> list[int]:
        """The hours in which calls begin, in order (``running.call_slot``)."""
        return sorted(self._hours.names)

    def calls(self, hour: int) -> list[CallRecord]:
        """The calls that begin in it, consultations among them. They are given once."""
        return [_of_call().validate_json(line) for line in self._hours.take(hour)]

    def close(self) -> None:
        """Nothing of it is left."""
        self._hours.close()


def read(
    pieces: Iterable[bytes], mapping: Mapping, folder: Path, room: int = drawers.ROOM
) -> Handed:
    """A file that comes in ``pieces``, none of which is kept. ``room`` bytes of it stand in memory
    at most, twice over; the rest is sealed in ``folder``. Raises as ``reading.export``, and
    DiskFull where the disk is full."""
    hashed = hashlib.sha256()
    found = reading.export(_seen(pieces, hashed), mapping)
    rows, hours = Drawers[int](folder, room), Drawers[int](folder, room)
    try:
        _sort(found, rows, hours)
    except OSError as error:
        hours.close()
        raise DiskFull(
            f"the call records do not fit on the disk ({error.strerror})",
            remedy="make room at TALTEEN_HOME, or hand over fewer days at once",
        ) from None
    except BaseException:
        hours.close()
        raise
    finally:
        rows.close()
    bad = tuple(sorted(found.unreadable, key=lambda one: one.row))
    return Handed(found.shape.name, found.shape.tells_refusals, bad, hashed.digest(), hours)


def _seen(pieces: Iterable[bytes], hashed: "hashlib._Hash") -> Iterator[bytes]:
    for piece in pieces:
        hashed.update(piece)
        yield piece


def _sort(found: Export, rows: Drawers[int], hours: Drawers[int]) -> None:
    for key, (number, line) in found.keyed():
        rows.put(crc32(key.encode()) % PARTS, b"%d %b" % (number, line.encode()))
    for part in sorted(rows.names):
        for call in found.calls(map(_numbered, rows.take(part))):
            hours.put(call_slot(call), _of_call().dump_json(call))


def _numbered(row: bytes) -> tuple[int, str]:
    number, _, line = row.partition(b" ")
    return int(number), line.decode()


@cache
def _of_call() -> TypeAdapter[CallRecord]:
    return TypeAdapter(CallRecord)
