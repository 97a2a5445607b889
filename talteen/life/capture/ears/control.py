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
WAITING = 100_000
"""Reports that wait for a signaller that does not listen; then the oldest go."""


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends, for an ear and its signaller."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
    return ends


@dataclass(slots=True)
class Line:
    """One end. Both sides use it; neither ever waits for the other."""

    end: socket.socket
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=WAITING))
    _room: memoryview = field(
        default_factory=lambda: memoryview(bytearray(LONGEST_BYTES)), init=False, repr=False
    )
    """One for all messages: nearly all are small, and the longest would be pages to make anew."""

    def say(self, message: Message) -> None:
        """Send ``message``, in its turn behind what waits."""
        self.waiting.append(messages.write(message))
        self.push()

    def push(self) -> bool:
        """Send what waits, as far as the other side has room; gives whether all is gone."""
        try:
            while self.waiting:
                self.end.send(self.waiting[0], socket.MSG_DONTWAIT)
                self.waiting.popleft()
        except (BlockingIOError, ConnectionError):
            return False
        return True

    def heard(self, enter: Callable[[bytes], None] | None = None) -> Iterator[Message]:
        """What the other side said, each handed to ``enter`` before it is taken off the socket."""
        while data := self._peek():
            message = messages.read(data)
            if enter is not None:
                enter(data)
            self.end.recv(1, socket.MSG_DONTWAIT)
            yield message

    def _peek(self) -> bytes:
        try:
            size = self.end.recv_into(self._room, 0, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except (BlockingIOError, ConnectionError):
            return b""
        return bytes(self._room[:size])
