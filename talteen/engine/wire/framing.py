"""Messages cut out of a TCP or TLS stream (RFC 3261 18.3) and its keep-alive (RFC 5626 3.5.1).

Content-Length says where a message ends; without one it has no body. What cannot be cut breaks the
stream for good, since nothing says where the next message would begin. What is kept of a stream
that never completes anything is bounded by ``Limits``, however slowly it comes.
"""

import re
from dataclasses import dataclass
from enum import Enum

from talteen.engine.wire.malformed import Malformed
from talteen.engine.wire.sip import LIMITS, Limits, Request, head_end, parse

_LENGTH = re.compile(
    rb"^(?:content-length|l)[ \t]*+:(?:[ \t]|\r?\n[ \t])*+([^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
_BEGINS = re.compile(rb"[\w.!%*+`'~/-]")
_START_LINE = re.compile(rb"SIP/\d|.*[ \t]SIP/\d+\.\d+[ \t]*\r?$", re.IGNORECASE)
_BREAK = b"\r\n"
_LENGTH_DIGITS = 9


class Ping(Enum):
    """The peer asks whether the connection lives; it is answered with one line break."""

    PING = b"\r\n\r\n"

    @property
    def pong(self) -> bytes:
        """The answer."""
        return _BREAK


@dataclass(frozen=True, slots=True)
class Broken:
    """The stream cannot be read on: answer ``error.request`` if it is there, then close."""

    error: Malformed


Piece = bytes | Ping | Broken
"""A whole message, a keep-alive, or the end of all reading."""


class Framer:
    """One direction of one connection."""

    __slots__ = ("_breaks", "_broken", "_buffer", "_limits", "_needed", "_scanned")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._scanned = 0
        self._needed = 0
        self._breaks = 0
        self._broken = False

    @property
    def partial(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """What ``data`` completes, in order. After Broken nothing comes any more."""
        pieces: list[Piece] = []
        if self._broken:
            return pieces
        self._buffer += data
        try:
            while self._buffer and (piece := self._next(pieces)):
                pieces.append(piece)
        except Malformed as error:
            self._broken = True
            self._buffer.clear()
            pieces.append(Broken(error))
        return pieces

    def _next(self, pieces: list[Piece]) -> bytes | None:
        """The next whole message. Keep-alives before it go to ``pieces``."""
        if not self._needed:
            self._skip_breaks(pieces)
            self._needed = self._measured()
        if not self._needed or len(self._buffer) < self._needed:
            return None
        message = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        self._needed = self._scanned = 0
        return message

    def _skip_breaks(self, pieces: list[Piece]) -> None:
        """Drop line breaks between messages; each two of them are a Ping."""
        if self._scanned:
            return
        buffer, at = self._buffer, 0
        while (bare := buffer[at : at + 1] == b"\n") or buffer[at : at + 2] == _BREAK:
            at += 1 if bare else 2
            self._breaks += not bare  # peers that end their lines in LF ask nothing by it
            if self._breaks == 2:
                pieces.append(Ping.PING)
                self._breaks = 0
        del buffer[:at]
        if buffer and buffer != b"\r":
            self._breaks = 0

    def _measured(self) -> int:
        """How long the message at the start of the buffer is; 0 while its head goes on."""
        buffer = self._buffer
        if not buffer or buffer == b"\r":
            return 0
        if not self._scanned:
            self._check_start()
        window = max(0, self._scanned - 3)
        end, blank = head_end(buffer[window:])
        if not blank:
            self._scanned = len(buffer) if b"\n" in buffer else 0
            if len(buffer) <= self._limits.head_bytes:
                return 0
        if window + end > self._limits.head_bytes:
            raise Malformed(513, "Message Too Large")
        return window + end + blank + self._body_length(bytes(buffer[: window + end + blank]))

    def _check_start(self) -> None:
        """Malformed as soon as it can be no SIP: another protocol, a scan, noise."""
        line, found, _ = bytes(self._buffer[: self._limits.line_characters]).partition(b"\n")
        too_long = not found and len(line) == self._limits.line_characters
        if too_long or not _BEGINS.match(line) or (found and not _START_LINE.match(line)):
            raise Malformed(400, "Not SIP")

    def _body_length(self, head: bytes) -> int:
        """Content-Length of a whole head."""
        stated = {value.strip() for value in _LENGTH.findall(head)}
        if not stated:
            return 0
        value = stated.pop()
        if stated or not value.isdigit() or len(value.lstrip(b"0")) > _LENGTH_DIGITS:
            raise Malformed(400, "Bad Content-Length", _request(head))
        if int(value) > self._limits.body_bytes:
            raise Malformed(413, "Request Entity Too Large", _request(head))
        return int(value)


def _request(head: bytes) -> Request | None:
    """The request that a head begins, so that it can be answered."""
    try:
        message = parse(head)
    except Malformed as error:
        return error.request
    return message if isinstance(message, Request) else None
