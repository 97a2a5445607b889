"""A recording client of ours on this machine: places one call at the node, speaks it, hangs up.

Real SIP over UDP, real packets at the pace of a telephone. Only ever spoken to is the node that the
house's own settings name, from its own address.
"""

import contextlib
import random
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from talteen.engine.wire import sdp
from talteen.engine.wire.dialog import contact_of
from talteen.engine.wire.sip import Malformed, Request, Response, parse
from talteen.errors import Unavailable
from talteen.operations.synthetic import offer
from talteen.operations.synthetic.offer import Asker, Dialog
from talteen.operations.synthetic.sound import PACKET, Spoken

ANSWER_S = 8.0
"""How long a final answer may take."""
_AGAIN_S = 0.5
"""After so long without an answer a request is sent again (RFC 3261 17.1.1.2)."""
_PACKET_S = 0.02
_RTP = struct.Struct("!BBHII")
_PCMA = 8
_BYTES = 1 << 16


@dataclass(slots=True)
class Call:
    """One call that was answered."""

    signalling: socket.socket
    media: tuple[socket.socket, socket.socket]
    dialog: Dialog

    def speak(self, sound: Spoken, progress: Callable[[int, int], None]) -> None:
        """Send all of ``sound`` in real time. ``progress`` is told how many packets went."""
        sides = sound.packets()
        heads = [(random.getrandbits(32), random.getrandbits(15)) for _ in sides]
        began, count = time.monotonic(), len(sides[0])
        for number in range(count):
            time.sleep(max(0.0, began + number * _PACKET_S - time.monotonic()))
            for line, side, (ssrc, first) in zip(self.media, sides, heads, strict=True):
                line.send(_packet(side[number], number, first, ssrc))
            if not number % 25:
                progress(number, count)
                self._answer_what_is_asked()
        progress(count, count)

    def hang_up(self) -> None:
        """BYE, and wait for its answer."""
        _asked(self.signalling, offer.bye(self.dialog))

    def _answer_what_is_asked(self) -> None:
        self.signalling.setblocking(False)
        with contextlib.suppress(BlockingIOError, Malformed):
            while True:
                message = parse(self.signalling.recv(_BYTES))
                if isinstance(message, Request) and message.method != "ACK":
                    self.signalling.send(offer.ok(message).to_bytes())


@contextlib.contextmanager
def placed(host: str, port: int, make: Callable[[int], Asker], at: datetime) -> Iterator[Call]:
    """A call at the node ``host``:``port``; its sockets go with the block. ``make``: who asks,
    given the port where answers are awaited.

    Unavailable where the node does not answer, or refuses.
    """
    with contextlib.ExitStack() as opened:
        signalling, first, second = (opened.enter_context(_bound(host)) for _ in range(3))
        signalling.connect((host, port))
        asker = make(signalling.getsockname()[1])
        ports = (first.getsockname()[1], second.getsockname()[1])
        answer = _asked(signalling, offer.invite(asker, ports, at))
        if answer.status >= 300:
            signalling.send(offer.refused(asker, answer).to_bytes())
            raise Unavailable(
                f"the node answered {answer.status} to a call from this machine",
                remedy=f"add '{host}/{_whole(host)}' to capture.peers and restart 'talteen capture'"
                if answer.status in (403, 488)
                else "see the log of 'talteen capture'",
            )
        dialog = offer.answered(asker, answer, contact_of(answer.headers))
        signalling.send(offer.ack(dialog).to_bytes())
        for line, media in zip((first, second), _media(answer), strict=True):
            line.connect(media)
        yield Call(signalling, (first, second), dialog)


def _media(answer: Response) -> list[tuple[str, int]]:
    described = sdp.parse(answer.body)
    return [(one.address, one.port) for one in described.media]


def _asked(line: socket.socket, request: Request) -> Response:
    """The final answer to ``request``. Unavailable where none comes."""
    end = time.monotonic() + ANSWER_S
    while time.monotonic() < end:
        line.send(request.to_bytes())
        for message in _heard(line, min(time.monotonic() + _AGAIN_S, end)):
            if message.cseq == request.cseq and message.status >= 200:
                return message
    raise Unavailable(
        "the node does not answer a call from this machine",
        remedy="see that 'talteen capture' runs and capture.peers holds this machine's address",
    )


def _heard(line: socket.socket, until: float) -> Iterator[Response]:
    while (left := until - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            message = parse(line.recv(_BYTES))
        except (TimeoutError, Malformed):
            continue
        except ConnectionRefusedError:
            time.sleep(min(left, _AGAIN_S))
            return
        if isinstance(message, Response):
            yield message


def _bound(host: str) -> socket.socket:
    """From the node's own address: whence signalling comes, sound is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    made.bind((host, 0))
    return made


def _packet(payload: bytes, number: int, first: int, ssrc: int) -> bytes:
    marker = 0x80 if not number else 0
    return (
        _RTP.pack(0x80, marker | _PCMA, (first + number) & 0xFFFF, number * PACKET, ssrc) + payload
    )


def _whole(host: str) -> int:
    return 128 if ":" in host else 32
