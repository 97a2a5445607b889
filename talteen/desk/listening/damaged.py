"""Damage that is met while a call is served: the bytes are named, people are told, nothing is sent.

What was read until then is worth nothing: the stream breaks off, and the page says that the house
cannot show it. The register of damage has the range a moment later, without waiting for a drill.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from talteen.desk.page.visit import VisitRequest
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.oversight import integrity


@contextmanager
def watched(request: VisitRequest, recording: RecordingId) -> Iterator[None]:
    """Note what is damaged of ``recording`` if the block meets it; the error goes on."""
    try:
        yield
    except Tampered:
        met(request, recording)
        raise


def met(request: VisitRequest, recording: RecordingId) -> None:
    """Damage of ``recording`` was met: look at it, note the bytes, sound the alarm."""
    visit = request.visit
    integrity.met(visit.house.vault, recording, visit.house.register, visit.now)


def sent(request: VisitRequest, recording: RecordingId, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """``blocks``, watched as they are sent."""
    with watched(request, recording):
        yield from blocks
