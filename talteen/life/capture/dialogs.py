"""What the switchboard keeps of one SIP dialog: its recording session, its ports, its calls."""

from dataclasses import dataclass, field

from talteen.engine.wire.answer import Here
from talteen.ids import RecordingId
from talteen.life.capture.ears import messages as say
from talteen.life.capture.effects import RETRY_AFTER_S, Answer
from talteen.life.capture.live import LiveCall
from talteen.life.capture.reply import Reply
from talteen.life.capture.session import RecordingSession


@dataclass(slots=True)
class SessionDialog:
    """One recording session and what belongs to it here."""

    id: str
    session: RecordingSession
    ear: int
    called: str
    peer: str = ""
    """The address from which its first INVITE came."""
    ports: dict[int, int] = field(default_factory=dict)
    """By slot."""
    keys: dict[int, bytes] = field(default_factory=dict, repr=False)
    """By slot what our own SRTP key and salt are taken from: for the RTCP that we send
    (RFC 4568)."""
    calls: dict[int, LiveCall] = field(default_factory=dict)
    """By identity of the session's call."""
    heard: dict[tuple[RecordingId, int], tuple[int, str]] = field(default_factory=dict)
    """Call and stream -> what was told to the ear: its port, and whence media come."""
    reports: dict[tuple[RecordingId, int], say.SendReports] = field(default_factory=dict)
    """What the ear was told of RTCP."""
    waits_for: set[tuple[RecordingId, int]] = field(default_factory=set)
    waiting: Reply | None = None
    answered: Answer | None = None
    """What was answered last."""
    refused: bool = False
    snapshot_asked: bool = False
    number: int = 0
    version: int = 0
    described: bytes = field(default=b"", repr=False)

    def describe(self, reply: Reply, address: str) -> bytes:
        """The SDP of an answer. It has another version where it says something else, and only
        there: by the same one a client that refreshes its session knows that nothing changed (RFC
        4028 7.4, RFC 3264 8)."""

        def written() -> bytes:
            return reply.description(
                self.ports, Here(address, self.number, self.version), self.keys
            )

        if not self.described or written() != self.described:
            self.version += 1
            self.described = written()
        return self.described


def unavailable(dialog: str) -> Answer:
    """No new call is taken now."""
    return Answer(dialog, 503, (("Retry-After", str(RETRY_AFTER_S)),))
