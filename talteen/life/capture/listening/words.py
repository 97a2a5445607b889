"""Which calls wait for their announcement, as the signaller tells the process that hears."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from talteen.ids import RecordingId
from talteen.life.capture.ears.messages import LONGEST_BYTES, Await
from talteen.life.capture.told import StreamTold, read_streams, written_streams

LISTED_BYTES = LONGEST_BYTES - 1024


@dataclass(frozen=True, slots=True)
class Awaited:
    """One call that waits."""

    call: RecordingId
    streams: tuple[StreamTold, ...]
    """Those that the caller hears, or may hear."""


def listed(calls: Iterable[Awaited]) -> Await:
    """The list as one message. Where it would be too long, the last ones wait for their turn."""
    entries: list[bytes] = []
    size = 2
    for one in calls:
        entry = json.dumps([str(one.call), written_streams(one.streams).decode()]).encode()
        size += len(entry) + 1
        if size > LISTED_BYTES:
            break
        entries.append(entry)
    return Await(b"[" + b",".join(entries) + b"]")


def read(message: Await) -> tuple[Awaited, ...]:
    """The calls of ``message``."""
    return tuple(
        Awaited(RecordingId(UUID(call)), read_streams(streams))
        for call, streams in json.loads(message.listed)
    )
