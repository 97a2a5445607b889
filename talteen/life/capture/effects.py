"""What follows from what a switchboard is told: answers, words to ears, notes to the register."""

from dataclasses import dataclass
from enum import Enum

from talteen.ids import RecordingId
from talteen.life.capture.ears.messages import Request
from talteen.life.capture.note import Note

RETRY_AFTER_S = 30


class Trouble(Enum):
    """Why a new call is not taken now: the answer is 503 with Retry-After."""

    DRAINING = "draining"
    NO_ROOM = "no room"
    NO_EAR = "no ear"
    NO_INTAKE_KEY = "no intake key"


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
