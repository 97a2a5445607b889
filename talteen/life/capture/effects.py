"""What follows from what a switchboard is told: answers, words to ears, notes to the register."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from talteen.ids import RecordingId
from talteen.life.capture.ears.messages import Request

RETRY_AFTER_S = 30


class Trouble(Enum):
    """Why a new call is not taken now: the answer is 503 with Retry-After."""

    DRAINING = "draining"
    NO_ROOM = "no room"
    NO_EAR = "no ear"
    NO_INTAKE_KEY = "no intake key"


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


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the request of this dialog that waits."""

    dialog: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Tell:
    """Send this to an ear."""

    ear: int
    request: Request


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a request of ours within the dialog: a snapshot of the metadata is missing."""

    dialog: str
    method: str
    content_type: str
    body: bytes


class Wished(Enum):
    """What the exchange is to do (J12); the value is the name of the operator's command."""

    ANNOUNCE = "announce"
    """Somebody joined who has not been told (6.5): nothing is kept until they are."""
    TONE = "tone"
    """Both hear that recording goes on by itself (8.1), or that it was destroyed (15.3)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Let the exchange do something in a call. Whether anybody can is not known here."""

    call: RecordingId
    what: Wished
    announcement: str = ""
    language: str = ""


Effect = Note | Answer | Tell | Ask | Wish
