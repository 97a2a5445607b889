"""What a recording session is told and what it answers, as values.

The shell parses messages, adds to every answer what the dialog carries (Contact with ``+sip.srs``,
Supported, Session-Expires), and gives ports to the slots that a reply names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from talteen.engine.wire import answer, body
from talteen.engine.wire.answer import Here, Line
from talteen.life.capture.evidence import Published
from talteen.life.capture.parties import HeaderFields, OwnSide

ACCEPTED = (body.SDP, body.METADATA, body.METADATA_LEGACY, body.MULTIPART)
"""Media types that we take, for ``Accept``."""
SNAPSHOT_REQUEST = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<requestsnapshot xmlns="urn:ietf:params:xml:ns:recording:1">\r\n'
    b"  <requestreason>unknown ids in a partial update</requestreason>\r\n"
    b"</requestsnapshot>\r\n"
)
"""The body of a request for complete metadata, of type application/rs-metadata-request."""


class Received(Protocol):
    """A SIP request or ACK, as ``engine.wire.sip`` parses it."""

    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> HeaderFields: ...
    @property
    def body(self) -> bytes: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the house and its configuration say, for all sessions of one recording client."""

    own: OwnSide = field(default_factory=OwnSide)
    published: Published = field(default_factory=dict)
    """Announcements in force, by version, with their languages."""
    needs_evidence: bool = True
    """False where the caller is known to be informed in another way, before this session."""
    trusted: bool = True
    """Whether this client's evidence counts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be answered. The shell adds what every answer of the dialog carries."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    """Of the SDP to send; empty: the answer has no SDP."""
    slots: tuple[int | None, ...] = ()
    """For each line the slot whose port receives it; None for a line that needs none. A slot that
    is no longer named here is free."""
    is_offer: bool = False
    """The SDP is an offer of ours: its answer comes in the ACK."""

    def description(
        self, ports: Mapping[int, int], here: Here, keys: Mapping[int, bytes] | None = None
    ) -> bytes:
        """The SDP as bytes. ``ports``: by slot; ``keys``: SRTP key and salt by slot."""
        by_line = [ports[slot] if slot is not None else 0 for slot in self.slots]
        own = {
            number: keys[slot]
            for number, slot in enumerate(self.slots)
            if keys and slot is not None and slot in keys
        }
        return answer.write(self.lines, by_line, here, keys=own)


OK = Reply(200)
NO_CODEC = Reply(488, (("Warning", '305 talteen "no usable codec or transport"'),))
BAD_SDP = Reply(400, (("Warning", '399 talteen "unreadable session description"'),))
WRONG_TYPE = Reply(415, (("Accept", ", ".join(ACCEPTED)),))
