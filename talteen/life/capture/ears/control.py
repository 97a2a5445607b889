"""The socket between signaller and ear, and how nothing said on it is lost.

It is a pair of SOCK_SEQPACKET ends that the holder made and keeps: what the one said while the
other was dead waits in the kernel. An ear looks at a request, enters it in its logbook and only
then takes it off the socket: killed in between, it meets the request a second time, never not at
all.
"""

import socket
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from talteen.life.capture.ears import messages
from talteen.life.capture.ears.messages import LONGEST_BYTES, Message

BUFFER_BYTES = 4 << 20
BUNDLE_BYTES = 1 << 15
"""So much goes in one datagram at most."""
_TOGETHER = frozenset({1, 4, 7, 18, 19, 66, 76})
"""What may go in a bundle: Open, Keep, Fact, Listen, SendReports, Kept, Listening. A bundle said
twice changes nothing (of facts the last one counts); a pause told again behind its end would
burn."""
_BUNDLE = b"\xff"
"""How a bundle begins: no message has this number."""
_SIZE_BYTES = 4
WAITING = 100_000
"""Reports that wait for a signaller that does not listen; then the oldest go."""


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends, for an ear and its signaller."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    return ends


def _bundled(waiting: deque[bytes]) -> bytes:
    """The first of those that wait, taken out, as one datagram: each behind its length, or one as
    it is."""
    size, count = 1, 0
    for one in waiting:
        size += _SIZE_BYTES + len(one)
        if one[0] not in _TOGETHER or size > BUNDLE_BYTES:
            break
        count += 1
    if count < 2:
        return waiting.popleft()
    parts = [_BUNDLE]
    for _ in range(count):
        one = waiting.popleft()
        parts += [len(one).to_bytes(_SIZE_BYTES), one]
    return b"".join(parts)


def _parted(data: bytes) -> list[bytes]:
    if data[:1] != _BUNDLE:
        return [data]
    found, at = [], 1
    while at < len(data):
        begin = at + _SIZE_BYTES
        at = begin + int.from_bytes(data[at:begin])
        found.append(data[begin:at])
    return found


@dataclass(slots=True)
class Line:
    """One end. Both sides use it; neither ever waits for the other."""

    end: socket.socket
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=WAITING))
    _room: memoryview = field(
        default_factory=lambda: memoryview(bytearray(LONGEST_BYTES)), init=False, repr=False
    )
    """One for all messages: nearly all are small, and the longest would be pages to make anew."""
    _next: bytes = field(default=b"", init=False, repr=False)
    """The datagram that is sent as soon as the other side has room."""

    def say(self, message: Message) -> None:
        """Send ``message``, in its turn behind what waits."""
        self.add(message)
        self.push()

    def add(self, message: Message) -> None:
        """Let ``message`` wait for the next ``push``: what is said together goes together."""
        self.waiting.append(messages.write(message))

    def push(self) -> bool:
        """Send what waits, as far as the other side has room; gives whether all is gone."""
        try:
            while self._next or self.waiting:
                self._next = self._next or _bundled(self.waiting)
                self.end.send(self._next, socket.MSG_DONTWAIT)
                self._next = b""
        except (BlockingIOError, ConnectionError):
            return False
        return True

    def heard(self, enter: Callable[[bytes], None] | None = None) -> Iterator[Message]:
        """What the other side said, each handed to ``enter`` before it is taken off the socket.

        Of a bundle each is handed over and given before the next; the last one takes the bundle
        off. Killed in it, one hears all of it again, and each may come twice.
        """
        while data := self._peek():
            *before, last = _parted(data)
            for one in before:
                if enter is not None:
                    enter(one)
                yield messages.read(one)
            message = messages.read(last)
            if enter is not None:
                enter(last)
            self.end.recv(1, socket.MSG_DONTWAIT)
            yield message

    def _peek(self) -> bytes:
        try:
            size = self.end.recv_into(self._room, 0, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except (BlockingIOError, ConnectionError):
            return b""
        return bytes(self._room[:size])
