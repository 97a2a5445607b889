"""The folder of a node's journals: segments, the envelopes of their keys, and burn notes.

    SEGMENT.journal                   records of many calls
    RECORDING.GENERATION.envelope     the key of one call and generation, sealed to an intake key
    RECORDING.GENERATION.places       where its records lie, and SEGMENT.index of all: see places
    RECORDING.burn                    this call is refused: what follows is not finished yet

A refusal leaves nothing (REGISTER 6.5). The note is durable before the work begins, and goes last:
whoever starts here next finishes what a crash left. No name in the folder tells who called.
"""

import mmap
import os
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from talteen import ids
from talteen.engine.vault import intake, journal, places
from talteen.engine.vault import listing as listings
from talteen.engine.vault import segment as segments
from talteen.engine.vault.canonical import Reader, Writer
from talteen.engine.vault.intake import Address, Envelope
from talteen.engine.vault.journal import Record
from talteen.engine.vault.listing import Listing
from talteen.engine.vault.places import Index
from talteen.engine.vault.segment import Segment
from talteen.errors import Tampered
from talteen.ids import HouseId, IntakeKeyId, RecordingId, SegmentId

_MAGIC = b"talteen envelope file1"
_KEY_BYTES = 16 + 4 + 4
_UNFINISHED = ".unfinished-"
_BURN = ".burn"
_AT_ONCE = 256
"""Files that are open at the same time."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A journal key in its envelope, and where its records lie (which the key repeats, sealed)."""

    envelope: Envelope
    segment: SegmentId
    call: int

    @property
    def recording(self) -> RecordingId:
        """Whose it is."""
        return self.envelope.address.recording

    @property
    def generation(self) -> int:
        """0 for the first key of the call, then counting."""
        return self.envelope.address.segment

    def written(self) -> bytes:
        """The bytes of the envelope's file."""
        address, to = self.envelope.address, Writer()
        to.raw(_MAGIC)
        to.id(address.house)
        to.id(address.intake_key)
        to.text(address.node)
        to.id(address.recording)
        to.number(address.segment, 4)
        to.time(address.start)
        to.id(self.segment)
        to.number(self.call, 4)
        to.block(self.envelope.sealed)
        to.block(self.envelope.signature)
        return to.done()

    @classmethod
    def read(cls, data: bytes) -> "Enclosed":
        """The inverse of ``written``. Raises Tampered on anything else."""
        of = Reader(data)
        if of.raw(len(_MAGIC)) != _MAGIC:
            raise _not_an_envelope()
        address = Address(
            HouseId(of.id()),
            IntakeKeyId(of.id()),
            of.text(),
            RecordingId(of.id()),
            of.number(4),
            of.time(),
        )
        segment, call = SegmentId(of.id()), of.number(4)
        envelope = Envelope(address, of.block(), of.block())
        of.end()
        return cls(envelope, segment, call)

    def opened_key(self, *, seed: bytes, node_key: bytes) -> journal.JournalKey:
        """The key, if the node sealed it for just these records. Raises Tampered otherwise."""
        key = intake.unseal_journal_key(self.envelope, seed=seed, node_key=node_key)
        if (key.segment, key.call) != (self.segment, self.call):
            raise _not_an_envelope()
        return key


@dataclass(frozen=True, slots=True)
class Journals:
    """The journals below ``folder``, which is made if it is missing. Safe for many processes, as
    long as each call is written by one."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_segment(self) -> Segment:
        """A segment of its own for one ear and generation. Raises DiskFull or Unavailable."""
        return Segment.create(self.folder, SegmentId(ids.new()))

    def keep(self, *several: Enclosed) -> None:
        """Write envelopes, durable when this returns. One of the same generation is replaced, and
        what stood there is overwritten. Many at once cost little more than one."""
        files = {
            listings.envelope(self.folder, one.recording, one.generation): one.written()
            for one in several
        }
        _replace(files)

    def listed(self) -> Listing:
        """What stands here now, to be asked about many calls: the folder is read once for all."""
        return Listing.of(self.folder)

    def recordings(self) -> set[RecordingId]:
        """Every call that has an envelope here."""
        return self.listed().recordings()

    def generations(self, recording: RecordingId, listed: Listing | None = None) -> list[Enclosed]:
        """The envelopes of ``recording`` by generation; those that were ``listed``, where the
        folder is not to be read for this call alone. Raises Tampered on one that is broken."""
        listed = listed or Listing.of(self.folder, recording)
        return [Enclosed.read(path.read_bytes()) for path in listed.envelopes(recording)]

    def intake_keys(self) -> dict[IntakeKeyId, int]:
        """The intake keys that may not die yet, each with how many envelopes need it."""
        needed: dict[IntakeKeyId, int] = {}
        for enclosed in self._all_enclosed():
            key = enclosed.envelope.address.intake_key
            needed[key] = needed.get(key, 0) + 1
        return needed

    def records(self, enclosed: Enclosed, listed: Listing | None = None) -> list[Record]:
        """The records under one envelope, in their order. No key is needed. Who asks for those of
        many calls has the folder ``listed``: an index is read once for all then."""
        noted = listings.places(self.folder, enclosed.recording, enclosed.generation)
        return self._records(noted, enclosed.segment, enclosed.call, listed)

    def place(self, recording: RecordingId, generation: int, offsets: "array[int]") -> None:
        """Note where all records of a generation begin. Not flushed: it only saves a search."""
        path = listings.places(self.folder, recording, generation)
        self._note(path, places.packed(offsets))

    def burn(self, recording: RecordingId) -> int:
        """Let nothing of ``recording`` be left here; gives the number of records overwritten.

        The writer of the call has stopped before. Durable when it returns; a crash on the way is
        finished by ``finish_burns``.
        """
        note, listed = self.folder / f"{recording}{_BURN}", Listing.of(self.folder, recording)
        if not note.exists():
            keys = [
                one.segment.bytes + one.call.to_bytes(4) + one.generation.to_bytes(4)
                for one in self.generations(recording, listed)
            ]
            _replace({note: b"".join(keys)})
        return self._finish(note, recording, listed)

    def finish_burns(self) -> list[RecordingId]:
        """Finish every burn that a crash interrupted, and sweep what was half written."""
        _drop(self._named(lambda name: name.startswith(_UNFINISHED)))
        found = []
        for note in sorted(self._named(lambda name: name.endswith(_BURN))):
            recording = RecordingId(ids.parse(note.stem))
            self._finish(note, recording, Listing.of(self.folder, recording))
            found.append(recording)
        return found

    def forget(self, *recordings: RecordingId) -> None:
        """The house holds ``recordings`` in a roll file: their envelopes go. ``sweep`` takes the
        segments that nobody needs any more. Many at once cost little more than one.

        Envelopes go last: by them it is known, after a crash, what is still to be forgotten.
        """
        if not recordings:
            return
        listed = self.listed()
        for recording in recordings:
            for path in listed.places(recording):
                path.unlink(missing_ok=True)
        _drop(path for recording in recordings for path in listed.envelopes(recording))
        segments.flush_folder(self.folder)

    def sweep(self) -> int:
        """Unlink the segments that no envelope needs and no ear writes; gives how many.

        Whoever is not locked gets no further envelope: an ear that was killed goes on in a segment
        of its own. So they are locked first, and then it is asked which are needed.
        """
        with ExitStack() as locked:
            idle = []
            for path in self.folder.glob(f"*{segments.SUFFIX}*"):
                if (file := segments.lock(path)) is not None:
                    locked.callback(os.close, file)
                    idle.append(path)
            needed = {one.segment for one in self._all_enclosed()} if idle else set()
            dead = [path for path in idle if _id_of(path) not in needed]
            for path in dead:
                listings.index(self.folder, _id_of(path)).unlink(missing_ok=True)
                path.unlink(missing_ok=True)
        if dead:
            segments.flush_folder(self.folder)
        return len(dead)

    def _finish(self, note: Path, recording: RecordingId, listed: Listing) -> int:
        keys = note.read_bytes()
        _drop(listed.envelopes(recording))
        segments.flush_folder(self.folder)
        burnt = 0
        for at in range(0, len(keys), _KEY_BYTES):
            segment = SegmentId(UUID(bytes=keys[at : at + 16]))
            call, generation = (int.from_bytes(keys[at + o : at + o + 4]) for o in (16, 20))
            burnt += self._burn_records(recording, segment, call, generation)
        _drop(listed.places(recording))
        segments.flush_folder(self.folder)
        note.unlink()
        segments.flush_folder(self.folder)
        return burnt

    def _burn_records(
        self, recording: RecordingId, segment: SegmentId, call: int, generation: int
    ) -> int:
        noted = listings.places(self.folder, recording, generation)
        try:
            dead = self._records(noted, segment, call)
        except FileNotFoundError:
            return 0
        return segments.burn(segments.path_of(self.folder, segment), segment, dead)

    def _records(
        self, noted: Path, segment: SegmentId, call: int, listed: Listing | None = None
    ) -> list[Record]:
        """Those of a call: where its ear ``noted`` them, where the index of its segment has them,
        or by a search. None is missed: in a burn, what is missed speaks for ever."""
        with self._mapped(segment) as data:
            where = places.unpacked(places.read(noted))
            found = journal.at_places(data, segment, call, where)
            if found is not None:
                return found
            start = journal.HEAD_BYTES
            if index := self._index(segment, data, listed):
                found = journal.at_places(data, segment, call, index.of_call(call))
                start = start if found is None else index.reaches
            later = journal.records(data, segment, start=start)
            return [*(found or ()), *(record for record in later if record.call == call)]

    def _index(self, segment: SegmentId, data: mmap.mmap, listed: Listing | None) -> Index | None:
        """The index of a segment, made by the first who asks; None while an ear writes there."""
        if listed and (known := listed.index(segment)):
            return known
        index = self._index_on_the_disk(segment, data)
        if listed and index:
            listed.remember(segment, index)
        return index

    def _index_on_the_disk(self, segment: SegmentId, data: mmap.mmap) -> Index | None:
        path = listings.index(self.folder, segment)
        index = Index.read(places.read(path))
        if index is None and (file := segments.lock(segments.path_of(self.folder, segment))):
            # Locked, so that no sweep takes the segment away and leaves its index.
            try:
                index = Index.of(data, segment)
                self._note(path, index.written())
            finally:
                os.close(file)
        return index

    def _note(self, path: Path, data: bytes) -> None:
        """A hint: whole or absent, not flushed, and left alone if somebody sweeps it away, or if
        there is no room for it."""
        unfinished = path.parent / f"{_UNFINISHED}{path.name}.{os.getpid()}"
        try:
            unfinished.write_bytes(data)
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def _mapped(self, segment: SegmentId) -> Iterator[mmap.mmap]:
        with segments.path_of(self.folder, segment).open("rb") as file:
            yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def _named(self, wanted: Callable[[str], bool]) -> list[Path]:
        return [self.folder / name for name in os.listdir(self.folder) if wanted(name)]

    def _all_enclosed(self) -> Iterator[Enclosed]:
        for path in self.listed().all_envelopes():
            with suppress(FileNotFoundError):
                yield Enclosed.read(path.read_bytes())


def _replace(files: Mapping[Path, bytes]) -> None:
    """Put bytes at paths of one folder, durable; what stood there is overwritten.

    All are written before the first is flushed: then one commit of the file system carries them,
    and the other flushes find nothing to do.
    """
    unfinished, old = {}, []
    try:
        for path, data in files.items():
            unfinished[path] = _begin(path, data)
        for path, (file, hidden) in unfinished.items():
            os.fsync(file)
            with suppress(FileNotFoundError):
                old.append(os.open(path, os.O_WRONLY | os.O_CLOEXEC))
            hidden.rename(path)
        for folder in {path.parent for path in files}:
            segments.flush_folder(folder)
        _zero(old)
    except OSError as error:
        raise segments.refused(error) from None
    finally:
        for file in (*old, *(file for file, _ in unfinished.values())):
            os.close(file)


def _begin(path: Path, data: bytes) -> tuple[int, Path]:
    """Write ``data`` beside ``path`` and let the disk begin with it."""
    hidden = path.parent / f"{_UNFINISHED}{path.name}"
    file = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        segments.write_at(file, data, 0)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    except BaseException:
        os.close(file)
        raise
    return file, hidden


def _drop(paths: Iterable[Path]) -> None:
    """Zeros over the files, then their names away. One that is gone already is no error."""
    rest = iter(paths)
    while several := list(islice(rest, _AT_ONCE)):
        files = []
        try:
            for path in several:
                with suppress(FileNotFoundError):
                    files.append(os.open(path, os.O_WRONLY | os.O_CLOEXEC))
            _zero(files)
            for path in several:
                path.unlink(missing_ok=True)
        finally:
            for file in files:
                os.close(file)


def _zero(files: Collection[int]) -> None:
    """Zeros over all of ``files``, durable when this returns. All are on their way before the first
    is waited for."""
    for file in files:
        segments.write_at(file, bytes(os.fstat(file).st_size), 0)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    for file in files:
        os.fsync(file)


def _id_of(path: Path) -> SegmentId:
    return SegmentId(ids.parse(path.name.partition(".")[0]))


def _not_an_envelope() -> Tampered:
    return Tampered(
        "the envelope of a journal key is not what its node wrote",
        remedy="check the disk of this capture node; the recording stays closed",
    )
