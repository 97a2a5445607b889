"""The one form of HTTP Range that a player sends, and the piece that we answer (RFC 9110 14).

A sound is never answered whole: every answer is a range that the log knows, of at most 1 MiB. RFC
9110 14.2 lets a server send less than was asked, and browsers ask on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import StreamingHttpResponse

LARGEST = 1 << 20

_FORM = re.compile(r"\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes ``start`` (included) to ``stop`` (not included) of a whole of ``size``."""

    start: int
    stop: int
    size: int

    @property
    def content_range(self) -> str:
        """The value of Content-Range."""
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


def asked(header: str, size: int) -> Piece | None:
    """The piece that ``header`` asks of ``size`` bytes, cut to 1 MiB; None if it cannot be given
    (416).

    A list of ranges is not given: a player has no use for one.
    """
    form = _FORM.fullmatch(header)
    if form is None or not any(form.groups()) or size <= 0:
        return None
    first, last = form.groups()
    if not first:  # the last n bytes
        length = int(last)
        start, stop = max(0, size - length), size
    else:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    if start >= size or stop <= start:
        return None
    return Piece(start, min(stop, start + LARGEST), size)


def answer(piece: Piece, blocks: Iterator[bytes]) -> StreamingHttpResponse:
    """The answer with one piece of a sound, which nobody on the way keeps."""
    told = StreamingHttpResponse(blocks, status=206, content_type="audio/wav")
    told["Content-Length"] = str(piece.stop - piece.start)
    told["Content-Range"] = piece.content_range
    told["Accept-Ranges"] = "bytes"
    told["Cache-Control"] = "no-store"
    return told
