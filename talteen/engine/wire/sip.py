"""SIP messages as values (RFC 3261 7 and 25): bytes in, Request or Response out, and back.

One pass finds the header fields; what stands in them is read when asked. Peers are as they are, so
what can be understood is taken and told as a warning (a wrong Content-Length in a datagram, lines
that end in LF, a line that is no header field: RFC 3261 8.2 wants it passed over); only what cannot
is refused, with the status that RFC 3261 21.4 gives it. Everything is bounded by ``Limits``.

Warnings: ``content-length-wrong``, ``lf-only``, ``not-utf-8``, ``header-line-ignored``.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from talteen.engine.wire.fields import CSeq, NameAddr, Via
from talteen.engine.wire.headers import Headers, read_fields
from talteen.engine.wire.malformed import Malformed

__all__ = ["Headers", "Limits", "Malformed", "NameAddr", "Request", "Response", "parse"]

VERSION = "SIP/2.0"

_HEAD_ENDS = b"\r\n\r\n"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+")
_TOKEN = re.compile(r"[\w.!%*+`'~-]+", re.ASCII)
_VERSION_OF_ANY_KIND = re.compile(r"SIP/\d+\.\d+", re.IGNORECASE)
_STATUS = re.compile(r"SIP/2\.0[ \t]+([1-6]\d\d)(?:[ \t]+(.*))?", re.IGNORECASE)
_CSEQ_DIGITS = 10
"""Fewer digits than this are below 2**31 in any case."""
_LENGTH = ("content-length", "l")
_ONE_EACH = ("from", "to", "call-id", "cseq")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one message is read before it is refused."""

    head_bytes: int = 64 * 1024
    """Start line and header fields together: 513."""
    line_characters: int = 8 * 1024
    """One field, unfolded: 513."""
    uri_characters: int = 2 * 1024
    """The Request-URI: 414."""
    fields: int = 256
    """Number of header fields: 513."""
    body_bytes: int = 1024 * 1024
    """413. Metadata of 300 kB have been seen."""

    @property
    def message_bytes(self) -> int:
        """What one message may take in all."""
        return self.head_bytes + self.body_bytes


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Message:
    """What requests and responses have in common."""

    headers: Headers
    body: bytes
    warnings: tuple[str, ...]
    """What was wrong and did not matter, as codes."""
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read of the fields: every layer asks for the same four, again and again."""

    @property
    def call_id(self) -> str:
        """Compared byte by byte (RFC 3261 20.8)."""
        return self.headers.get("Call-ID") or ""

    @property
    def cseq(self) -> CSeq:
        """Malformed without one."""
        known = self._known.get("cseq")
        if known is None:
            known = self._known["cseq"] = CSeq.parse(self.headers.get("CSeq") or "")
        return known

    @property
    def from_(self) -> NameAddr:
        """Who began the dialog or asked. Malformed where it is no address."""
        return self._address("From")

    @property
    def to(self) -> NameAddr:
        """Who was asked. Malformed where it is no address."""
        return self._address("To")

    @property
    def via(self) -> Via:
        """The nearest hop. Malformed where it cannot be read."""
        known = self._known.get("via")
        if known is None:
            first = next(iter(self.headers.values("Via")), "")
            known = self._known["via"] = Via.parse(first)
        return known

    @property
    def vias(self) -> tuple[Via, ...]:
        """All hops, the nearest first."""
        return tuple(map(Via.parse, self.headers.values("Via")))

    def _address(self, name: str) -> NameAddr:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = NameAddr.parse(self.headers.get(name) or "")
        return known


@dataclass(frozen=True, slots=True)
class Request(Message):
    """``INVITE sip:srs@example SIP/2.0`` and what follows."""

    method: str
    uri: str

    def to_bytes(self) -> bytes:
        """The message as it is sent, with the right Content-Length."""
        return _printed(f"{self.method} {self.uri} {VERSION}", self.headers, self.body)

    def as_received(self) -> bytes:
        """What ``parse`` made it of, or would: to be read again as it was read."""
        raw: bytes | None = self._known.get("raw")
        return self.to_bytes() if raw is None else raw


@dataclass(frozen=True, slots=True)
class Response(Message):
    """``SIP/2.0 200 OK`` and what follows."""

    status: int
    reason: str

    def to_bytes(self) -> bytes:
        """The message as it is sent, with the right Content-Length."""
        return _printed(f"{VERSION} {self.status} {self.reason}", self.headers, self.body)


def parse(raw: bytes, limits: Limits = LIMITS) -> Request | Response:
    """The message in one datagram, or in one piece that ``framing`` cut from a stream.

    Line breaks before it are passed over (RFC 3261 7.5). Raises Malformed(status, reason), whose
    ``request`` is set where an answer can be written; nothing else leaves this function.
    """
    raw = raw.lstrip(b"\r\n") if raw[:1] in b"\r\n" else raw
    end, blank = raw.find(_HEAD_ENDS), len(_HEAD_ENDS)
    if end < 0:
        end, blank = head_end(raw)
    if end > limits.head_bytes:
        raise Malformed(513, "Message Too Large")
    lines, warnings = _lines(raw[:end])
    if "lf-only" in warnings:  # then the head may have ended before
        end, blank = head_end(raw)
        lines, warnings = _lines(raw[:end])
    headers, ignored = read_fields(lines[1 : limits.fields + 1])
    body, told = _body(raw[end + blank :], headers)
    if ignored:
        warnings = (*warnings, "header-line-ignored")
    message = _started(lines[0], headers, body, warnings + told)
    too_large = len(lines) > limits.fields + 1 or (
        end > limits.line_characters
        and max((len(value) for _, value in headers), default=0) > limits.line_characters
    )
    _check(message, limits, too_large=too_large)
    message._known["raw"] = raw
    return message


def head_end(raw: bytes | bytearray) -> tuple[int, int]:
    """Where the head ends, and how many bytes part it from the body.

    A head that never ends is one without a body; the break after its last field is no matter.
    """
    crlf = raw.find(b"\n\r\n")
    lf = raw.find(b"\n\n", 0, crlf + 1 if crlf >= 0 else len(raw))
    if lf >= 0:
        return lf, 2
    if crlf >= 0:
        return crlf, 3
    return len(raw), 0


def _lines(head: bytes) -> tuple[list[str], tuple[str, ...]]:
    """The start line and the lines of the fields."""
    warnings: tuple[str, ...] = ()
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("utf-8", "surrogateescape")
        warnings = ("not-utf-8",)
    text = text.removesuffix("\r")
    lines = text.split("\r\n")
    breaks = len(lines) - 1
    if text.count("\n") == text.count("\r") == breaks:
        return lines, warnings
    text = "\n".join(lines)
    if text.count("\n") > breaks:
        warnings = (*warnings, "lf-only")
    # Never let through: what we echo must not grow lines.
    return text.replace("\r", " ").split("\n"), warnings


def _body(rest: bytes, headers: Headers) -> tuple[bytes, tuple[str, ...]]:
    """The body, and a warning where Content-Length states another length.

    The datagram wins: border controllers rewrite bodies after they were counted, and cutting one
    would lose a call (RFC 3261 18.3 would cut). Without a Content-Type the rest says nothing and
    is dropped as 18.3 wants it.
    """
    stated = headers.get("Content-Length")
    if stated is None or stated == str(len(rest)):
        return rest, ()
    if stated.isdecimal() and stated.isascii() and stated.lstrip("0") == str(len(rest) or ""):
        return rest, ()
    if rest and "Content-Type" not in headers:
        return b"", ("content-length-wrong",)
    return rest, ("content-length-wrong",)


def _started(
    line: str, headers: Headers, body: bytes, warnings: tuple[str, ...]
) -> Request | Response:
    """The message that the start line begins."""
    if line[:4].upper() == "SIP/":
        status = _STATUS.fullmatch(line)
        if status is None:
            raise Malformed(400, "Bad Status Line")
        return Response(headers, body, warnings, int(status[1]), status[2] or "")
    method, _, rest = line.partition(" ")
    uri, _, version = rest.rpartition(" ")
    if version != VERSION:
        uri, _, version = rest.strip().rpartition(" ")
        if not _VERSION_OF_ANY_KIND.fullmatch(version):
            raise Malformed(400, "Bad Request Line")
    if not (method.isalpha() and method.isascii()) and not _TOKEN.fullmatch(method):
        raise Malformed(400, "Bad Request Line")
    request = Request(headers, body, warnings, method, uri.strip())
    if version.upper() != VERSION:
        raise Malformed(505, "Version Not Supported", request)
    return request


def _check(message: Request | Response, limits: Limits, *, too_large: bool) -> None:
    """Malformed unless an answer can be routed and every part is within its bounds."""
    request = message if isinstance(message, Request) else None
    found = message.headers.by_key
    if "via" not in found:
        raise Malformed(400, "Missing Via")
    for name in _ONE_EACH:
        if len(found.get(name, ())) != 1:  # two of them: RFC 4475 3.3.8
            raise Malformed(400, f"Not One {name}", request if name in found else None)
    if too_large:
        raise Malformed(513, "Message Too Large", request)
    if len(message.body) > limits.body_bytes:
        raise Malformed(413, "Request Entity Too Large", request)
    if request is None:
        _ = message.cseq
    else:
        _check_request(request, limits)


def _check_request(request: Request, limits: Limits) -> None:
    if len(request.uri) > limits.uri_characters:
        raise Malformed(414, "Request-URI Too Long", request)
    if not _URI.fullmatch(request.uri):
        raise Malformed(400, "Bad Request-URI", request)
    number, _, method = request.headers.by_key["cseq"][0].partition(" ")
    if method == request.method and len(number) < _CSEQ_DIGITS and number.isdecimal():
        return  # nearly always; what is written otherwise is read with care
    try:
        cseq = request.cseq
    except Malformed as bad:
        raise Malformed(bad.status, bad.reason, request) from None
    if cseq.method != request.method:  # RFC 3261 8.1.1.5
        raise Malformed(400, "CSeq Names Another Method", request)


def _printed(start_line: str, headers: Headers, body: bytes) -> bytes:
    lines = [start_line]
    length = f"Content-Length: {len(body)}"
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _LENGTH]
    head = "\r\n".join([*lines, length, "", ""])
    if not head.count("\n") == head.count("\r") == len(lines) + 2:
        raise ValueError("a start line or header name must not hold a line break")
    return head.encode("utf-8", "surrogateescape") + body


def with_headers(request: Request, headers: Headers) -> Request:
    """The same request with other header fields."""
    return replace(request, headers=headers)
