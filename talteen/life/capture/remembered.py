"""What a signaller must know again when it is killed: every input, in memory that outlives it.

The switchboard is a fold: the same inputs in the same order give the same calls. So what is written
into the logbook is what came in, and a restarted signaller folds it anew. Only what the last inputs
asked for and may not have been done (``settle``) is done again; notes and ears take that. Ids and
random bytes that an input draws come from a seed that stands beside it, and so do the ports that it
took: entries of dialogs that are over are let go when they are many, and must not be missed.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import shake_256
from itertools import accumulate, dropwhile, pairwise
from struct import Struct
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.pool import QUARANTINE

GATHER_AFTER_BYTES = 1 << 20
"""So much of dialogs that are over may stand in the logbook."""

_SEED_BYTES = 32


class What(Enum):
    """What came in. An entry writes its place here."""

    BEGINS = "begins"
    ASKED = "asked"
    LOST = "lost"
    REPORTED = "reported"
    TICK = "tick"
    HEARD = "heard"
    """Evidence from elsewhere (``heard``): by API, by the exchange, by its sound."""
    DIALOG = "dialog"
    """Not an input: the dialog's value, as the user agent last had it."""
    OVER = "over"
    """Not an input: nothing of the dialog need be known any more, but that its ports rest."""


_WHATS = tuple(What)
_NUMBERS = {what: number for number, what in enumerate(_WHATS)}
_DIALOG, _OVER = _NUMBERS[What.DIALOG], _NUMBERS[What.OVER]
_HEAD = Struct("<BI?BIIBBH")
"""Which input, which ear, over TLS or not; then the lengths of time, dialog, To, peer, seed, ports.
An entry is read by the same version of the program: it lives no longer than the holder."""
_TIME_AND_DIALOG = Struct("<6xBI")
"""Of that head, the lengths of time and dialog."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that came in."""

    what: What
    at: datetime
    dialog: str = ""
    data: bytes = field(default=b"", repr=False)
    """A SIP message, a report of an ear, evidence from elsewhere, or a dialog."""
    ear: int = 0
    secure: bool = False
    called: str = field(default="", repr=False)
    peer: str = ""
    seed: bytes = field(default=b"", repr=False)
    """Of the ids and random bytes that it draws; empty where it draws none."""
    ports: tuple[int, ...] = ()
    """The media ports that it took, in order."""

    def written(self) -> bytes:
        """The entry: lengths, texts, and ``data`` as it came."""
        texts = (self.at.isoformat(), self.dialog, self.called, self.peer)
        parts = [text.encode("utf-8", "surrogateescape") for text in texts]
        parts += [self.seed, b"".join(port.to_bytes(2) for port in self.ports)]
        head = _HEAD.pack(_NUMBERS[self.what], self.ear, self.secure, *map(len, parts))
        return b"".join((head, *parts, self.data))

    @classmethod
    def read(cls, entry: bytes) -> "Input":
        """The input that ``written`` wrote."""
        number, ear, secure, *sizes = _HEAD.unpack_from(entry)
        ends = list(accumulate(sizes, initial=_HEAD.size))
        *texts, seed, took = (entry[start:end] for start, end in pairwise(ends))
        at, dialog, called, peer = (text.decode("utf-8", "surrogateescape") for text in texts)
        what, data = _WHATS[number], entry[ends[-1] :]
        begun = datetime.fromisoformat(at)
        ports = tuple(int.from_bytes(took[n : n + 2]) for n in range(0, len(took), 2))
        return cls(what, begun, dialog, data, ear, secure, called, peer, seed, ports)


def _dialog_in(entry: bytes) -> bytes:
    """The dialog of which an entry tells, without reading all of it."""
    time, dialog = _TIME_AND_DIALOG.unpack_from(entry)
    return entry[_HEAD.size + time : _HEAD.size + time + dialog]


@dataclass(slots=True)
class Draws:
    """Where ids and random bytes come from: the seed of the input that is folded.

    One seed an input, so that it can be written down before the input is folded or behind it, and
    the same input draws the same again. ``new_id`` and ``random`` are handed to the switchboard.
    """

    fresh: Callable[[int], bytes]
    """So many unpredictable bytes."""
    _seed: bytes = b""
    _count: int = 0

    def begin(self, seed: bytes = b"") -> bytes:
        """What is drawn until ``taken`` comes from ``seed``, or else from a fresh one; gives it."""
        self._seed, self._count = seed or self.fresh(_SEED_BYTES), 0
        return self._seed

    def random(self, size: int) -> bytes:
        """``size`` bytes."""
        if not self._seed:
            self.begin()
        self._count += 1
        return shake_256(self._seed + self._count.to_bytes(4)).digest(size)

    def new_id(self) -> RecordingId:
        """The id of a recording that may be born."""
        return RecordingId(UUID(bytes=self.random(16), version=4))

    def taken(self) -> bytes:
        """The seed of what was drawn since the last time; empty where nothing was."""
        seed, self._seed = self._seed, b""
        return seed


@dataclass(slots=True)
class _Known:
    """What stands of one dialog."""

    size_bytes: int = 0
    """Of all that still counts."""
    dialog_bytes: int = 0
    """Of the dialog's value among it."""
    ear: int = 0
    ports: tuple[int, ...] = ()


@dataclass(slots=True)
class Memory:
    """The inputs of a signaller, in its logbook."""

    logbook: Logbook
    dead_bytes: int = 0
    """How much of the logbook may be of no use any more."""
    _known: dict[str, _Known] = field(default_factory=dict)

    def keep(self, one: Input) -> None:
        """Write ``one`` down. It is there for the next signaller when this returns."""
        entry = one.written()
        self.logbook.append(entry)
        self._count(one, len(entry))

    def over(self, dialog: str, at: datetime) -> None:
        """Nothing of this dialog need be known any more, but that its ports rest from now on."""
        if known := self._known.pop(dialog, None):
            entry = Input(What.OVER, at, dialog, ear=known.ear, ports=known.ports).written()
            self.logbook.append(entry)
            self.dead_bytes += known.size_bytes + len(entry)

    def inputs(self) -> Iterator[tuple[Input, bool]]:
        """All that is remembered, in order, each with whether all that follows from it is done. Of
        a dialog that is over, and that owes nothing, its ``OVER`` alone."""
        entries = self.logbook.entries()
        settled = len(entries) - len(self.logbook.unsettled())
        ended = _ended(entries, settled)
        for n, entry in enumerate(entries):
            end = ended.get(_dialog_in(entry), -1)
            if n <= end:
                self.dead_bytes += len(entry)
            if n >= end:
                one = Input.read(entry)
                if n > end:
                    self._count(one, len(entry))
                yield one, n < settled

    def settle(self, alive: Container[str]) -> None:
        """All that follows from what came in is done. Only dialogs that are ``alive`` count."""
        self.logbook.settle()
        if self.dead_bytes > GATHER_AFTER_BYTES:
            self._gather(alive)

    def _count(self, one: Input, size_bytes: int) -> None:
        if not one.dialog:
            self.dead_bytes += size_bytes
            return
        known = self._known.setdefault(one.dialog, _Known())
        known.size_bytes += size_bytes
        if one.what is What.DIALOG:
            # It stands for the one before it.
            known.size_bytes -= known.dialog_bytes
            self.dead_bytes += known.dialog_bytes
            known.dialog_bytes = size_bytes
        known.ports += one.ports
        if one.what is What.BEGINS:
            known.ear = one.ear

    def _gather(self, alive: Container[str]) -> None:
        """Leave only what still counts: no dialog that is over, unless its ports may rest still; of
        the others the last value; no time before the first dialog."""
        entries = self.logbook.entries()
        resting, replaced = _resting(entries), _replaced(entries)
        kept = [
            entry
            for n, entry in enumerate(entries)
            if n not in replaced
            and (not (dialog := _dialog_in(entry)) or dialog.decode() in alive or entry in resting)
        ]
        self.logbook.replace(dropwhile(lambda entry: not _dialog_in(entry), kept))
        self.dead_bytes = 0


def _ended(entries: Sequence[bytes], settled: int) -> dict[bytes, int]:
    """Where each dialog ended that owes nothing; asked for anew, it begins behind that."""
    owing = {_dialog_in(entry) for entry in entries[settled:]}
    ends = (n for n, entry in enumerate(entries) if entry[0] == _OVER)
    return {of: n for n in ends if (of := _dialog_in(entries[n])) not in owing}


def _resting(entries: Iterable[bytes]) -> set[bytes]:
    """The ends of those dialogs that were over when the last one was, or shortly before."""
    ends = [(Input.read(entry).at, entry) for entry in entries if entry[0] == _OVER]
    last = max((at for at, _ in ends), default=None)
    return {entry for at, entry in ends if last and at > last - QUARANTINE}


def _replaced(entries: Sequence[bytes]) -> set[int]:
    """Where values of dialogs stand of which there is a later one."""
    values = [(_dialog_in(entry), n) for n, entry in enumerate(entries) if entry[0] == _DIALOG]
    return {n for _, n in values} - set(dict(values).values())
