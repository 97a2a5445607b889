"""What an ear does first: finish what the one before it was killed in.

In this order: records that were sealed and perhaps not written; packets that were taken from the
kernel and not sealed; the calls, from the logbook. Calls that were kept get a new key each, and
their packets stay in the kernel until its envelope is durable: another kill finds them there.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from talteen.engine.vault import journal, journal_bodies
from talteen.engine.vault import segment as segments
from talteen.engine.vault.journal_bodies import Media, Why, media
from talteen.engine.vault.journals import Journals
from talteen.ids import RecordingId, SegmentId
from talteen.life.capture.ears import losses
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.calls import Call
from talteen.life.capture.ears.drain import is_from
from talteen.life.capture.ears.logbook import Logbook
from talteen.life.capture.ears.requests import Calls
from talteen.life.capture.ears.slate import NAME_BYTES, SEALED_BYTES, Place, Slate


def write_what_was_sealed(slate: Slate, journals: Journals) -> None:
    """Write the records that stand in the slate, and end the segment that was being written, so
    that whoever reads there does not search the room that was reserved."""
    segment, unwritten = slate.segment(), slate.unwritten()
    if segment is None:
        return
    with _opened(journals, segment.id, os.O_RDWR) as file:
        if file is None:
            return
        if unwritten is not None:
            segments.write_at(file, unwritten.sealed, unwritten.at)
        os.ftruncate(file, segment.at + _last_written(file, segment))
        # Durable now: what comes next says that the generation before lacks nothing but its end.
        os.fsync(file)


@contextmanager
def _opened(journals: Journals, segment: SegmentId, flags: int) -> Iterator[int | None]:
    """The file of ``segment``; None where it is gone, for no call needs it."""
    try:
        file = os.open(segments.path_of(journals.folder, segment), flags | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield file
    finally:
        os.close(file)


def _last_written(file: int, segment: Place) -> int:
    """Bytes of whole records from ``segment.at`` on: the last write may be done, and not noted."""
    data = os.pread(file, SEALED_BYTES, segment.at)
    found = journal.records(data, segment.id, start=0)
    return max((record.at + record.size_bytes for record in found), default=0)


def keep_what_was_taken(slate: Slate, logbook: Logbook, ports: list[int]) -> None:
    """Put the packets that stand in the slate into the logbook. ``ports`` by index of socket."""
    unsealed = slate.unsealed()
    if unsealed is not None:
        slots = range(unsealed.count)
        came = media([(slate.arrival_ns(n), slate.packet(n, unsealed.shape)) for n in slots])
        names = b"".join(slate.name(n) for n in slots)
        logbook.append(say.write(say.Taken(ports[unsealed.socket], came.written(), names)))
    slate.commit(0)


def know_again(calls: Calls, entries: Iterable[bytes], now_ns: int) -> None:
    """The calls that the logbook tells of, as they were; those that were kept go on."""
    lines = [say.read(entry) for entry in entries]
    over = {line.call for line in lines if isinstance(line, say.Closed | say.Burnt)}
    calls.replaying = True
    taken: set[say.Message] = set()
    for line in lines:
        if _call_of(line) in over or line in taken:
            continue
        if isinstance(line, say.Taken):
            taken.add(line)  # again: an ear was killed that had entered it and not wiped the slate
        _replay(calls, line)
    calls.replaying = False
    generations = calls.scribe.journals.listed().last_generations()
    for call in list(calls.open.values()):
        call.generation = generations.get(call.id, -1) + 1
        _take_up(calls, call, now_ns)


_DONE_AGAIN = (
    say.Burn, say.Open, say.Listen, say.Pause, say.Resume, say.Fact, say.SendReports,
)  # fmt: skip


def _replay(calls: Calls, line: say.Message) -> None:
    if isinstance(line, _DONE_AGAIN):
        calls.act(line)
    elif isinstance(line, say.Taken):
        _take_over(calls, line)
        return
    named = _call_of(line)
    if named is None or (call := calls.open.get(named)) is None:
        return
    match line:
        case say.Kept():
            _goes_on(call)
        case say.Poured() if _stands(line, calls.scribe.journals):
            _goes_on(call)
        case say.Missing(_, _, Why.NO_ROOM, _, since):
            call.no_room_since = since or None
        case say.Missing(_, number, _, told, _) if number in call.streams:
            call.streams[number].dropped_before = told
        case say.Keep(_, from_ns):
            call.spans.begin(from_ns)
        case say.Leave(_, number) if number in call.streams:
            call.streams[number].leaving = True
        case say.Close(_, at_ns):
            call.close_ns = at_ns


def _goes_on(call: Call) -> None:
    call.resuming = True
    for stream in (*call.streams.values(), *call.moved):
        stream.waiting.take()
        stream.last_ns = 0  # later packets came: no gap begins there any more


def _stands(line: say.Poured, journals: Journals) -> bool:
    """Whether the record was written that an ear had announced."""
    with _opened(journals, line.segment, os.O_RDONLY) as file:
        frame = b"" if file is None else os.pread(file, journal.FRAME_BYTES, line.at)
    return journal.begins(frame, line.segment, line.number, line.n)


def _call_of(line: say.Message) -> RecordingId | None:
    return getattr(line, "call", None)


def _take_over(calls: Calls, taken: say.Taken) -> None:
    """Packets of a call that was kept go on with it; before evidence, all is lost."""
    stream = calls.on_port.get(taken.port)
    came = journal_bodies.read(taken.media)
    if stream is None or not stream.call.resuming or not isinstance(came, Media):
        return
    names = [taken.names[n : n + NAME_BYTES] for n in range(0, len(taken.names), NAME_BYTES)]
    wanted = [
        is_from(stream, name) and arrival >= stream.from_ns
        for name, arrival in zip(names, came.arrivals, strict=True)
    ]
    if kept := came.only(wanted):
        stream.last_ns = kept.arrivals[-1]
        stream.waiting.bring(kept)


def _take_up(calls: Calls, call: Call, now_ns: int) -> None:
    if not call.resuming:
        call.lost_before = now_ns
    if call.resuming or call.told_to_keep:
        calls.enclose(call)
        return
    losses.in_memory(calls.drain, call, now_ns)
    for number in [n for n, stream in call.streams.items() if stream.leaving]:
        calls.act(say.Leave(call.id, number))
    if call.close_ns is not None:
        calls.act(say.Close(call.id, call.close_ns))
