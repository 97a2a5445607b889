"""RTCP of a secured stream (RFC 3711 3.4): each side's is protected under its own key.

Unlike media this is done while the call runs: a packet every few seconds. A key of ours protects
reports of one SSRC only, and whoever starts anew takes a new SSRC: so no keystream is used twice.
"""

from pylibsrtp import Error, Policy, Session

from talteen.engine.wire import sdes
from talteen.engine.wire.sdes import SHAPES, Suite
from talteen.errors import InputError


class Lock:
    """Both directions of one stream's RTCP."""

    def __init__(self, suite: str, own: bytes, crypto: str) -> None:
        """``own``: our key and salt for ``suite``. ``crypto``: what the sender offered.

        Raises InputError where either is none.
        """
        shape = SHAPES[Suite(suite)] if suite in Suite.__members__ else None
        if shape is None or len(own) != shape.master_bytes:
            raise InputError("this is no key of that SRTP suite", remedy="offer another suite")
        (theirs, *_) = sdes.keys(crypto)
        out = Policy(own, Policy.SSRC_ANY_OUTBOUND, 0, shape.profile)
        self._out = Session(out)
        profile = SHAPES[theirs.suite].profile
        self._in = Session(Policy(theirs.master, Policy.SSRC_ANY_INBOUND, 0, profile))

    def protect(self, compound: bytes) -> bytes:
        """A compound packet of ours as it goes out."""
        return bytes(self._out.protect_rtcp(compound))

    def open(self, packet: bytes) -> bytes | None:
        """What came, in clear; None where it is not of the sender's key, or came before."""
        try:
            return bytes(self._in.unprotect_rtcp(packet))
        except (Error, ValueError):
            return None
