"""What a signaller must know again when it is killed: every input, in memory that outlives it.

The switchboard is a fold: the same inputs in the same order give the same calls. So what is written
into the logbook is what came in, and a restarted signaller folds it anew without doing any of it a
second time. Ids and random bytes that an input drew stand beside it. Entries of dialogs that are
over are let go when they are many.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.capture.ears.logbook import Logbook

GATHER_AFTER_BYTES = 4 << 20
"""So much of dialogs that are over may stand in the logbook."""


class What(Enum):
    """What came in; the value is what an entry writes."""

    BEGINS = "begins"
    ASKED = "asked"
    LOST = "lost"
    REPORTED = "reported"
    TICK = "tick"
    HEARD = "heard"
    """Evidence from elsewhere (``heard``): by API, by the exchange, by its sound."""
    DIALOG = "dialog"
    """Not an input: the dialog's value, as the user agent last had it."""


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
    drawn: tuple[str, ...] = field(default=(), repr=False)
    """Ids and random bytes that it took, in order, in hexadecimal digits."""

    def written(self) -> bytes:
        """The entry."""
        told: dict[str, Any] = {
            "what": self.what.value,
            "at": self.at.isoformat(),
            "dialog": self.dialog,
            "data": self.data.decode("latin-1"),
            "ear": self.ear,
            "secure": self.secure,
            "called": self.called,
            "drawn": self.drawn,
        }
        return json.dumps(told, separators=(",", ":")).encode()

    @classmethod
    def read(cls, entry: bytes) -> "Input":
        """The input that ``written`` wrote."""
        told = json.loads(entry)
        return cls(
            What(told["what"]),
            datetime.fromisoformat(told["at"]),
            told["dialog"],
            told["data"].encode("latin-1"),
            told["ear"],
            told["secure"],
            told["called"],
            tuple(told["drawn"]),
        )


@dataclass(slots=True)
class Draws:
    """Where ids and random bytes come from: fresh ones, or those of an input that is folded anew.

    ``new_id`` and ``random`` are handed to the switchboard.
    """

    fresh: Callable[[int], bytes]
    """So many unpredictable bytes."""
    drawn: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def random(self, size: int) -> bytes:
        """``size`` bytes."""
        got = bytes.fromhex(self.again.pop(0)) if self.again else self.fresh(size)
        self.drawn.append(got.hex())
        return got

    def new_id(self) -> RecordingId:
        """The id of a recording that may be born."""
        return RecordingId(UUID(bytes=self.random(16), version=4))

    def taken(self) -> tuple[str, ...]:
        """What was drawn since the last time."""
        drawn, self.drawn = tuple(self.drawn), []
        return drawn


@dataclass(slots=True)
class Memory:
    """The inputs of a signaller, in its logbook."""

    logbook: Logbook
    dead_bytes: int = 0
    _sizes: dict[str, int] = field(default_factory=dict)
    _dead: set[str] = field(default_factory=set)

    def keep(self, one: Input) -> None:
        """Write ``one`` down. It is there for the next signaller when this returns."""
        entry = one.written()
        self.logbook.append(entry)
        self._sizes[one.dialog] = self._sizes.get(one.dialog, 0) + len(entry)

    def over(self, dialog: str) -> None:
        """Nothing of this dialog need be known any more."""
        self._dead.add(dialog)
        self.dead_bytes += self._sizes.pop(dialog, 0)
        if self.dead_bytes > GATHER_AFTER_BYTES:
            self.gather()

    def inputs(self) -> Iterator[Input]:
        """All that is remembered, in order."""
        yield from map(Input.read, self.logbook.entries())

    def gather(self) -> None:
        """Leave only what still counts."""
        kept = [
            entry for entry in self.logbook.entries() if Input.read(entry).dialog not in self._dead
        ]
        self.logbook.replace(kept)
        self._dead.clear()
        self.dead_bytes = 0
