"""The one error that leaves the readers of the wire."""

from typing import TYPE_CHECKING

from talteen.errors import InputError

if TYPE_CHECKING:
    from talteen.engine.wire.sip import Request


class Malformed(InputError):
    """What came cannot be read as the message that it claims to be.

    ``status`` and ``reason`` are what a SIP server would answer; the reason is one of our own
    phrases and holds nothing of the message. ``request`` is set where so much of it could be read
    that an answer can be written.
    """

    slug = "malformed"

    def __init__(self, status: int, reason: str, request: "Request | None" = None) -> None:
        super().__init__(
            f"a message from the wire was refused with {status} {reason}",
            remedy="compare it with RFC 3261 at the peer that sends it",
        )
        self.status = status
        self.reason = reason
        self.request = request
