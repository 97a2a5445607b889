"""What is missing of a call is told: a packet that came is sealed, unwanted, or in one of these.

Kernel drops are counted exactly, and what an ear's memory held when it died, or what was let go
before its word came, is a stretch of time. Told twice, a gap of the same beginning takes the place
of the first; told never, a packet is lost silently, and no code here may leave that possible.
"""

from talteen.engine.vault import journal
from talteen.engine.vault.journal_bodies import Gap, Media, Why
from talteen.life.capture.ears import messages as say
from talteen.life.capture.ears.calls import Call, Stream
from talteen.life.capture.ears.drain import Drain
from talteen.life.capture.ears.slate import Slate


def told_drops(stream: Stream) -> bytes:
    """The entry by which the next ear knows how many drops of a stream are told."""
    told = stream.dropped_before + stream.dropped
    return say.write(say.Missing(stream.call.id, stream.number, Why.DROPPED, told, 0))


def last_drops(drain: Drain, stream: Stream) -> None:
    """What was dropped behind the last packet: nothing comes any more that would tell of it."""
    told = stream.dropped_before + stream.dropped
    drops = drain.dropped_on(stream.port, control=stream.control) - told
    if drops > 0:
        stream.dropped += drops
        gap = Gap(Why.DROPPED, stream.last_ns or stream.from_ns, None, drops)
        drain.gap(stream.call, stream.number, gap)


def in_memory(drain: Drain, call: Call, now_ns: int) -> None:
    """What waited for evidence is gone with the ear that held it."""
    gap = Gap(Why.BEFORE_RESTART, call.start_ns, now_ns, 0)
    drain.tell.missing(call, journal.CALL_STREAM, gap)


def before_restart(drain: Drain, call: Call) -> None:
    """The same, once it is known from when on the call is kept."""
    if call.lost_before is not None:
        since = max(call.spans.begun_ns, call.start_ns)
        if since < call.lost_before:
            gap = Gap(Why.BEFORE_RESTART, since, call.lost_before, 0)
            drain.gap(call, journal.CALL_STREAM, gap)
        call.lost_before = None


def let_go(drain: Drain, call: Call) -> None:
    """What came behind the end of a pause, and was let go before anybody here knew of that end, or
    was in the memory of an ear that died."""
    for number, last_ns in list(call.let_go.items()):
        since = call.spans.since(last_ns)
        if since is not None:
            drain.gap(call, number, Gap(Why.OVERRAN, since, last_ns + 1, 0))
            del call.let_go[number]


def inherit(slate: Slate, stream: Stream, *, anew: bool) -> None:
    """What was let go of the stream is known on all of its ports, and by whoever is started next;
    ``anew``: it begins at a port, where something is known of somebody else."""
    let_go, index = stream.call.let_go, stream.port.index
    last_ns = let_go.get(stream.number, 0)
    if anew:
        slate.pause(index, last_ns)
    elif known_ns := max(last_ns, slate.paused(index)):
        let_go[stream.number] = known_ns


def overran(drain: Drain, stream: Stream, waited: list[Media]) -> None:
    """What waited for evidence for more than its minute, and is wanted by it; ``waited``: the
    rest."""
    begun, over = stream.call.spans.begun_ns, stream.waiting.overran_ns
    if stream.waiting.overran and begun <= over:
        until = waited[0].arrivals[0] if waited else over + 1
        gap = Gap(Why.OVERRAN, begun, until, stream.waiting.overran)
        drain.gap(stream.call, stream.number, gap)
