"""What a signaller must know again when it is killed: every input, in memory that outlives it.

The switchboard is a fold: the same inputs in the same order give the same calls. So what is written
into the logbook is what came in, and a restarted signaller folds it anew. Only what the last inputs
asked for and may not have been done (``settle``) is done again; notes and ears take that. Ids and
random bytes that an input draws come from a seed that stands beside it, and so do the ports that it
took: entries of dialogs that are over are let go when they are many, and must not be missed.
"""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import shake_256
from itertools import accumulate, dropwhile, pairwise
from struct import Struct
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.capture.ears.logbook import Logbook

GATHER_AFTER_BYTES = 4 << 20
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


_WHATS = tuple(What)
_NUMBERS = {what: number for number, what in enumerate(_WHATS)}
_HEAD = Struct("<BI?BIIBBH")
"""Which input, which ear, over TLS or not; then the lengths of time, dialog, To, peer, seed, ports.
An entry is read by the same version of the program: it lives no longer than the holder."""


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
class Memory:
    """The inputs of a signaller, in its logbook."""

    logbook: Logbook
    dead_bytes: int = 0
    """How much of the logbook may be of no use any more."""
    _sizes: dict[str, int] = field(default_factory=dict)

    def keep(self, one: Input) -> None:
        """Write ``one`` down. It is there for the next signaller when this returns."""
        entry = one.written()
        self.logbook.append(entry)
        if one.dialog:
            self._sizes[one.dialog] = self._sizes.get(one.dialog, 0) + len(entry)
        else:
            self.dead_bytes += len(entry)

    def over(self, dialog: str) -> None:
        """Nothing of this dialog need be known any more."""
        self.dead_bytes += self._sizes.pop(dialog, 0)

    def inputs(self) -> Iterator[tuple[Input, bool]]:
        """All that is remembered, in order, each with whether all that follows from it is done."""
        entries, unsettled = self.logbook.entries(), len(self.logbook.unsettled())
        self.dead_bytes += self.logbook.size_bytes
        for n, entry in enumerate(entries, 1):
            yield Input.read(entry), n <= len(entries) - unsettled

    def settle(self, alive: Container[str]) -> None:
        """All that follows from what came in is done. Only dialogs that are ``alive`` count."""
        self.logbook.settle()
        if self.dead_bytes > GATHER_AFTER_BYTES:
            self._gather(alive)

    def _gather(self, alive: Container[str]) -> None:
        """Leave only what still counts: no dialog that is over, no time before the first one."""
        kept = [
            entry
            for entry in self.logbook.entries()
            if (dialog := Input.read(entry).dialog) in alive or not dialog
        ]
        self.logbook.replace(dropwhile(lambda entry: not Input.read(entry).dialog, kept))
        self.dead_bytes = 0
