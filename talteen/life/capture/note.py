"""What a node tells the register of a call: one note. ``notes`` is the file that they stand in."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from talteen.ids import RecordingId


class About(Enum):
    """What a note tells the register; the value is what it writes."""

    PROMISED = "promised"
    KEPT = "kept"
    ENDED = "ended"
    REFUSED_CALL = "refused_call"
    """The recording session itself was not taken; ``reason`` is the status."""
    UNBELIEVED = "unbelieved"
    """Evidence of an announcement does not count; ``reason`` says where it came from."""
    SILENT = "silent"
    """A stream brings nothing while its call is recorded; ``reason`` says whose voice it is."""
    SPEAKS = "speaks"
    """It brings something again, or nothing is expected of it any more."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the register must learn. Holds no caller data (decision 080)."""

    about: About
    at: datetime
    call: RecordingId | None
    line: str = ""
    direction: str = ""
    agent: str = ""
    fate: str = ""
    reason: str = ""
    packets: int = 0
    """Kept by the ear that ended the call; what ears before it kept, only the journal knows."""
    dropped: int = 0
    strangers: int = 0
    """Packets from an address that the client had not named: none of them was kept."""
    names: tuple[str, ...] = ()
    """Keyed hashes of the session, in hexadecimal digits: another node may have it (``naming``)."""
    started_at: datetime | None = None
    """With KEPT: when the call's first leg began, what its due is counted from (13.1)."""
    kept_from: datetime | None = None
    """With KEPT: the end of the announcement, before which nothing is kept (I9)."""
    announcement: str = ""
    """With KEPT: the version whose end opened the recording."""
    language: str = ""


class Fate(Enum):
    """What became of a call on this node; the value is what a note writes."""

    ENDED = "ended"
    """Its journal is whole: to be handed over."""
    NOT_ANNOUNCED = "not_announced"
    REFUSED = "refused"
    OTHER = "nothing"
    """Lawfully not kept for another reason, which the note names."""
