"""All who listen at once: from the sound that comes to the prompts that were heard.

Words in, words out; the shell has the line and the clocks. Each stream of a waiting call has one
``Listener``. It asks for what is new every second, more often while a prompt is being played, and
once more when an answer does not come: the ear that was asked may have died.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from talteen.engine.vault import journal_bodies
from talteen.engine.vault.journal_bodies import Media
from talteen.ids import RecordingId
from talteen.life.capture import node_log as log
from talteen.life.capture.ears import messages as say
from talteen.life.capture.hearing import RATE, Extent, Heard, Listener, Repertoire
from talteen.life.capture.listening import words
from talteen.life.capture.listening.sound import StreamSound
from talteen.life.capture.told import StreamTold

ASK_EVERY_S = 1.0
ASK_SOON_S = 0.3
"""While a prompt is being played: its end is to be known before the caller hangs up."""
ANSWERED_WITHIN_S = 3.0
"""After so long without an answer the question is asked again."""

_SAMPLES_A_MS = RATE // 1_000


@dataclass(slots=True, eq=False)
class _Leg:
    """One stream that is listened to."""

    call: RecordingId
    told: StreamTold
    sound: StreamSound
    listener: Listener
    packets: list[tuple[int, bytes]] = field(default_factory=list)
    """Of an answer that is not whole yet."""
    last_ns: int = 0
    """Arrival of the last packet that was taken."""
    ask_at_s: float = 0.0
    over: bool = False
    """A prompt was heard to its end, or there was none in a minute."""


@dataclass(slots=True)
class Room:
    """The listeners of one process."""

    known: Callable[[], Repertoire]
    """The prompts to look for, as they are when somebody begins to listen."""
    _legs: dict[tuple[RecordingId, int], _Leg] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._legs)

    def told(self, message: say.Message, now_s: float) -> Iterator[say.Recognised]:
        """Take in what the signaller says."""
        match message:
            case say.Await():
                self._await(message)
            case say.Sampled(call, stream) if (call, stream) in self._legs:
                leg = self._legs[call, stream]
                try:
                    yield from self._sampled(leg, message, now_s)
                except Exception as broken:  # noqa: BLE001
                    # Sound that breaks its decoder costs this call its hearing, not all others.
                    leg.over = True
                    log.error("hearing.broken", recording=call, kind=type(broken).__name__.lower())

    def due(self, now_s: float) -> Iterator[say.Sample]:
        """The questions whose time has come."""
        for (call, stream), leg in self._legs.items():
            if not leg.over and leg.ask_at_s <= now_s:
                leg.ask_at_s = now_s + ANSWERED_WITHIN_S
                leg.packets.clear()
                yield say.Sample(call, stream, leg.last_ns)

    def _await(self, message: say.Await) -> None:
        """Whoever waits no more is forgotten, with the sound of the call."""
        wanted = {
            (one.call, told.stream): told for one in words.read(message) for told in one.streams
        }
        for gone in self._legs.keys() - wanted.keys():
            del self._legs[gone]
        for (call, stream), told in wanted.items():
            leg = self._legs.get((call, stream))
            # Another agreement makes another sound of it: what waits is asked for from the first.
            if leg is None or leg.told.agreed != told.agreed:
                self._legs[call, stream] = _Leg(
                    call, told, StreamSound(told), Listener(self.known())
                )

    def _sampled(self, leg: _Leg, message: say.Sampled, now_s: float) -> Iterator[say.Recognised]:
        if leg.over:
            return
        if message.more:
            body = journal_bodies.read(message.media)
            if isinstance(body, Media):
                leg.packets += body.each()
            return
        # An answer that was asked for twice comes twice.
        fresh = [(at, packet) for at, packet in leg.packets if at > leg.last_ns]
        leg.packets.clear()
        if fresh:
            leg.last_ns = max(at for at, _ in fresh)
            yield from self._hear(leg, leg.listener.feed(leg.sound.add(fresh)))
        leg.ask_at_s = now_s + (ASK_SOON_S if leg.listener.expects else ASK_EVERY_S)
        leg.over |= leg.listener.over

    def _hear(self, leg: _Leg, found: Iterable[Heard]) -> Iterator[say.Recognised]:
        for heard in found:
            full = heard.extent is Extent.FULL
            leg.over |= full
            end_ns = leg.sound.at_ns(heard.end_ms * _SAMPLES_A_MS)
            # Of a whole prompt the beginning is known by its length, whatever was lost of it.
            start_ms = heard.end_ms - heard.length_ms if full else heard.start_ms
            start_ns = end_ns - (heard.end_ms - start_ms) * 1_000_000
            yield say.Recognised(leg.call, heard.prompt, start_ns, end_ns, full)
