"""What the user agent server wants done, and what it tells of, as values."""

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from talteen.engine.wire.dialog import Dialog
from talteen.engine.wire.flow import Flow
from talteen.engine.wire.sip import Request, Response

TransactionId = NewType("TransactionId", str)
"""A request that waits for ``respond``."""
RequestId = NewType("RequestId", str)
"""A request of ours that waits for its answer."""


class Why(Enum):
    """How a dialog came to its end."""

    BYE = "bye"
    """The peer hung up."""
    OURS = "ours"
    """``end`` was called."""
    EXPIRED = "expired"
    """Nobody refreshed the session (RFC 4028 10)."""
    UNACKNOWLEDGED = "unacknowledged"
    """No ACK came in 64 * T1 (RFC 3261 13.3.1.4)."""
    GONE = "gone"
    """The peer knows the dialog no more: it answered 481."""


@dataclass(frozen=True, slots=True)
class Send:
    """Put ``data`` on the wire: one datagram, or a piece of the stream."""

    flow: Flow
    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection after what was sent on it. ``closed`` need not be called for it."""

    flow: Flow


@dataclass(frozen=True, slots=True)
class Asked:
    """``respond(transaction, ...)`` must be called: now, or within moments.

    INVITE, re-INVITE, UPDATE, INFO and OPTIONS come here; ``dialog`` is None outside of one.
    """

    transaction: TransactionId
    dialog: Dialog | None
    request: Request
    warnings: tuple[str, ...]
    flow: Flow


@dataclass(frozen=True, slots=True)
class Kept:
    """The dialog has this value now: write it where a restarted server finds it."""

    dialog: Dialog
    transaction: TransactionId | None = None
    """The INVITE that began it, the first time."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The ACK of our 2xx came; after a late offer its body is the answer."""

    dialog: Dialog
    ack: Request


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The peer took back what ``Asked`` asked. It was answered; ``respond`` does nothing now."""

    transaction: TransactionId


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialog is over, and answered: forget it."""

    dialog: Dialog
    why: Why
    request: Request | None = None
    """The BYE, which may carry metadata."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A request of ours has its final answer; None: none came (RFC 3261 8.1.3.1 reads 408)."""

    request: RequestId
    dialog: Dialog
    response: Response | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An INVITE was refused before anybody was asked. It stays a call in the balance.

    One that could not be read, or came in a flood, leaves no transaction, so each copy of it is
    told anew: Call-ID and CSeq say that they are one.
    """

    request: Request
    status: int
    flow: Flow


@dataclass(frozen=True, slots=True)
class RefreshDue:
    """The session wants a refresh, and the peer takes no UPDATE: send a re-INVITE with our SDP."""

    dialog: Dialog


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to count: ack-missing, malformed, stranger, flood, stalled, contact-missing,
    request-timeout, require-unknown."""

    code: str
    flow: Flow | None = None
    dialog: Dialog | None = None


Effect = (
    Send
    | Close
    | Asked
    | Kept
    | Confirmed
    | Cancelled
    | Ended
    | Answered
    | Refused
    | RefreshDue
    | Warned
)
