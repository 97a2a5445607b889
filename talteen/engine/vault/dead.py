"""Who died in a roll, and why: by day and reason, as columns.

A whole day dies at once, thousands of recordings with one reason. They go from page to roll file as
slices; a ``Destroyed`` is made only for whoever looks at one.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from struct import pack, unpack
from uuid import UUID

from talteen.engine.vault.canonical import ID_BYTES, Reader, Writer, from_ms, to_ms, torn
from talteen.engine.vault.entries import MAC_BYTES, Entries
from talteen.ids import RecordingId


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A recording that no key of this generation opens any more."""

    recording: RecordingId
    reason: str
    day: date
    due: datetime
    mac: bytes
    """Keyed hash of what came in, so that it is known when it comes back."""


@dataclass(frozen=True, slots=True)
class Group:
    """The dead of one day and reason, in ascending order of id."""

    reason: str
    day: date
    recordings: bytes
    """16 bytes each."""
    dues: bytes
    """8 bytes each: milliseconds."""
    macs: bytes
    """32 bytes each."""

    def __len__(self) -> int:
        return len(self.recordings) // ID_BYTES

    def __iter__(self) -> Iterator[Destroyed]:
        for index, due_ms in enumerate(unpack(f">{len(self)}q", self.dues)):
            recording = RecordingId(UUID(bytes=self.id(index)))
            mac = self.macs[MAC_BYTES * index : MAC_BYTES * (index + 1)]
            yield Destroyed(recording, self.reason, self.day, from_ms(due_ms), mac)

    def __contains__(self, recording: object) -> bool:
        if not isinstance(recording, UUID):
            return False
        index = bisect_left(range(len(self)), recording.bytes, key=self.id)
        return self.id(index) == recording.bytes

    def id(self, index: int) -> bytes:
        """The 16 bytes of one id; empty behind the last."""
        return self.recordings[ID_BYTES * index : ID_BYTES * (index + 1)]

    def joined(self, other: "Group") -> "Group":
        """Both, in order. Pages of a day follow one another, so mostly nothing is to be sorted."""
        if self.recordings[-ID_BYTES:] < other.recordings[:ID_BYTES]:
            return Group(
                self.reason,
                self.day,
                self.recordings + other.recordings,
                self.dues + other.dues,
                self.macs + other.macs,
            )
        return _group(sorted({gone.recording: gone for gone in (*self, *other)}.items()))

    def write(self, to: Writer) -> None:
        """The canonical form."""
        to.text(self.reason)
        to.day(self.day)
        to.number(len(self), 4)
        for column in (self.recordings, self.dues, self.macs):
            to.raw(column)

    @classmethod
    def read(cls, of: Reader) -> "Group":
        """The inverse of ``write``. Raises Tampered on anything that ``write`` never wrote."""
        reason, day, count = of.text(), of.day(), of.number(4)
        group = cls(
            reason, day, of.raw(ID_BYTES * count), of.raw(8 * count), of.raw(MAC_BYTES * count)
        )
        in_order = [group.id(index) for index in range(count)]
        if not count or sorted(set(in_order)) != in_order:
            raise torn()
        return group


@dataclass(frozen=True, slots=True)
class Dead:
    """All who died in a roll, in ascending order of reason and day. Iterates over ``Destroyed``."""

    groups: tuple[Group, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.groups))

    def __iter__(self) -> Iterator[Destroyed]:
        for group in self.groups:
            yield from group

    def __contains__(self, recording: object) -> bool:
        return any(recording in group for group in self.groups)


def of_page(entries: Entries, reason: str, day: date) -> Group:
    """Everyone on a page."""
    return Group(reason, day, entries.ids, *entries.dues_and_macs())


def dead(groups: Iterable[Group], single: Iterable[Destroyed]) -> Dead:
    """The dead of ``groups`` and ``single``, in their one order."""
    by_key: dict[tuple[str, date], Group] = {}
    for group in (*groups, *(_group([(one.recording, one)]) for one in single)):
        if len(group):
            key = (group.reason, group.day)
            by_key[key] = by_key[key].joined(group) if key in by_key else group
    return Dead(tuple(by_key[key] for key in sorted(by_key)))


def _group(sorted_dead: list[tuple[RecordingId, Destroyed]]) -> Group:
    everyone = [gone for _, gone in sorted_dead]
    return Group(
        everyone[0].reason,
        everyone[0].day,
        b"".join(gone.recording.bytes for gone in everyone),
        pack(f">{len(everyone)}q", *(to_ms(gone.due) for gone in everyone)),
        b"".join(gone.mac for gone in everyone),
    )
