"""What became of the files that a call came from: the house deletes its own copy, or their owner
does (J13). It stands in the call's promise.
"""

from collections.abc import Collection
from uuid import UUID

from talteen.life.capture.models import Promise, Source


def deleted(mac: bytes) -> None:
    """The house has deleted the files that the call came from (J13)."""
    waiting = Promise.objects.filter(mac=mac, source=Source.TO_DELETE.value)
    waiting.update(source=Source.DELETED.value)


def gone(drop: UUID, still_there: Collection[bytes]) -> int:
    """All of ``drop`` was looked through and only ``still_there`` were met: the files of every
    other call are gone, be it that a crash came between deleting and saying so. How many."""
    waiting = Promise.objects.filter(drop=drop, source=Source.TO_DELETE.value)
    return waiting.exclude(mac__in=list(still_there)).update(source=Source.DELETED.value)


def of(recording: UUID) -> Source | None:
    """What becomes of the files that ``recording`` came from; None if its promise is forgotten."""
    row = Promise.objects.filter(recording=recording).only("source").first()
    return Source(row.source) if row else None
