"""The body of a SIP message: one part, or many between boundaries (RFC 2046 5.1, RFC 5621).

Recording clients write multiparts in every way there is: quoted boundaries with blanks in them, a
preamble, parts inside parts, lines that end in LF, binary parts, no end. Bytes are cut at the
boundary lines and nowhere else: a part's own Content-Length is not believed. Reading is total; what
was odd is told as a warning.
"""

from dataclasses import dataclass

from talteen.engine.wire import fields

SDP = "application/sdp"
METADATA = "application/rs-metadata+xml"
METADATA_LEGACY = "application/rs-metadata"
"""As RFC 7866 writes it in places; RFC 9806 settles on the name with ``+xml``."""
METADATA_REQUEST = "application/rs-metadata-request"
MULTIPART = "multipart/mixed"

DEPTH_AT_MOST = 4
PARTS_AT_MOST = 64

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a body that is no multipart itself."""

    type: str
    """Media type in lower case without parameters; empty where nothing tells it."""
    content: bytes
    disposition: str = ""
    """``session``, ``recording-session`` …, in lower case; empty where none is stated."""
    headers: Headers = ()
    """All headers of the part, names in lower case."""


@dataclass(frozen=True, slots=True)
class Body:
    """The parts in their order, those of inner multiparts in place, and what was odd."""

    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = ()


def read(content_type: str, content: bytes, *, disposition: str = "") -> Body:
    """The parts of ``content``, of a message with these Content-Type and Content-Disposition.

    Empty content has no parts. Warnings: ``lf-only``, ``multipart-unclosed``.
    """
    if not content.strip():
        return Body(())
    reading = _Reading()
    reading.take((("content-type", content_type), ("content-disposition", disposition)), content, 0)
    return Body(tuple(reading.parts), tuple(dict.fromkeys(reading.warnings)))


class _Reading:
    """Parts and warnings as they are found."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.warnings: list[str] = []

    def take(self, headers: Headers, content: bytes, depth: int) -> None:
        stated = dict(headers)
        kind, found = fields.media_type(stated.get("content-type"))
        kind = kind or _sniffed(content)
        if kind.startswith("multipart/") and depth < DEPTH_AT_MOST:
            stated_boundary = (found.get("boundary") or "").encode(errors="surrogateescape")
            if boundary := stated_boundary or _first_boundary(content):
                return self._take_multipart(boundary, content, depth)
        disposition, _ = fields.parse_with_params(stated.get("content-disposition", ""))
        if len(self.parts) < PARTS_AT_MOST:
            self.parts.append(Part(kind, content, disposition.lower(), headers))
        return None

    def _take_multipart(self, boundary: bytes, content: bytes, depth: int) -> None:
        pieces, warnings = _pieces(b"--" + boundary, content)
        self.warnings += warnings
        for piece in pieces[:PARTS_AT_MOST]:
            self.take(*_headers_and_content(piece), depth + 1)


def _pieces(delimiter: bytes, content: bytes) -> tuple[list[bytes], list[str]]:
    """What stands between the delimiter lines; what stands before and after them is dropped."""
    pieces: list[bytes] = []
    warnings: list[str] = []
    begun, at = -1, content.find(delimiter)
    while at >= 0:
        end = _end_of_line(content, at + len(delimiter))
        rest = content[at + len(delimiter) : end]
        last = rest.rstrip() == b"--"
        if (at and content[at - 1] != 0x0A) or (rest.strip() and not last):
            at = content.find(delimiter, at + 1)  # it only looks like the delimiter
            continue
        if begun >= 0:
            pieces.append(_without_line_end(content[begun:at]))
        if rest[-1:] != b"\r" and end < len(content):
            warnings.append("lf-only")
        if last:
            return pieces, warnings
        begun, at = end + 1, content.find(delimiter, end)
    if begun >= 0:
        pieces.append(content[begun:])
    return pieces, [*warnings, "multipart-unclosed"]


def _headers_and_content(piece: bytes) -> tuple[Headers, bytes]:
    """A part begins with its headers, if it has any, and an empty line (RFC 2046 5.1)."""
    for nothing in (b"\r\n", b"\n"):
        if piece.startswith(nothing):
            return (), piece[len(nothing) :]
    ends = [(at, len(gap)) for gap in (b"\r\n\r\n", b"\n\n") if (at := piece.find(gap)) >= 0]
    if not ends:
        return (), piece
    at, gap = min(ends)
    return _headers(piece[:at]), piece[at + gap :]


def _headers(lines: bytes) -> Headers:
    unfolded = lines.decode(errors="replace").replace("\r\n", "\n")
    unfolded = unfolded.replace("\n ", " ").replace("\n\t", " ")
    pairs = (line.partition(":") for line in unfolded.split("\n"))
    return tuple((name.strip().lower(), value.strip()) for name, colon, value in pairs if colon)


def _end_of_line(content: bytes, at: int) -> int:
    end = content.find(b"\n", at)
    return len(content) if end < 0 else end


def _without_line_end(content: bytes) -> bytes:
    # RFC 2046 5.1.1: the line end before a delimiter belongs to the delimiter.
    for end in (b"\r\n", b"\n"):
        if content.endswith(end):
            return content[: -len(end)]
    return content


def _first_boundary(content: bytes) -> bytes:
    """A multipart that names no boundary still shows it in its first line."""
    line = content.lstrip()[: _end_of_line(content.lstrip(), 0)].rstrip()
    return line[2:] if line.startswith(b"--") else b""


def _sniffed(content: bytes) -> str:
    """Some clients forget the type; two kinds of body cannot be mistaken."""
    begin = content.lstrip()[:5]
    if begin.startswith(b"v=0"):
        return SDP
    return METADATA if begin in (b"<?xml", b"<reco") else ""
