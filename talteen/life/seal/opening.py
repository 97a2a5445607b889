"""A bundle, opened by the house: what its node says of the call, its packets, and its silences.

The node could not open what it recorded; here the house does, with the intake keys of its root page
(DESIGN 5). Nothing is decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from talteen import ids
from talteen.engine.vault import bundle as bundles
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import Why
from talteen.engine.wire import rtp, sdes
from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.errors import KeyGone, TalteenError, Tampered
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import naming
from talteen.life.capture import told as node_told
from talteen.life.capture.facts import Happening
from talteen.life.capture.sidecar import Sidecar
from talteen.life.capture.told import AgreedTold, CallTold, StreamTold
from talteen.life.seal.received import Captured
from talteen.life.seal.vault import Vault
from talteen.life.seal.witness import FOREVER_NS, Copy, Witness

PREFIX = "intake/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SILENCES = {
    Why.PAUSE: GapKind.PAUSE,
    Why.HOLD: GapKind.HOLD,
    Why.CONSULT: GapKind.HOLD,
}


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call as one node had it."""

    recording: RecordingId
    mac: bytes
    """By which its promise is known."""
    sidecar: Sidecar
    names: tuple[bytes, ...]
    """By which another node's call of the same session is known."""
    streams: tuple[Captured, ...] = field(repr=False)
    silences: tuple[Silence, ...]
    cut_off: bool = False
    """Its node lost its power while it ran: the journal has no end of it."""

    @property
    def began_ns(self) -> int | None:
        """The start that its sidecar says, on the clock of the node: source time 0."""
        return ns(self.sidecar.started_at) if self.sidecar.started_at else None

    def witness(self) -> Witness:
        """All that the node has, its packets in clear."""
        copies = tuple(
            Copy(_without_keys(one.facts), one.side, _one(one.opened())) for one in self.streams
        )
        return Witness(copies, self.silences, self.over_ns)

    def sounds(self, key: bytes) -> tuple[bytes, ...]:
        """By which the same sound is known on another node, whatever ids its client told it."""
        payloads = (one for copy in self.witness().streams for one in rtp.payloads(copy.slots))
        return naming.names_of_sound(payloads, key)

    @property
    def over_ns(self) -> int:
        """When it ended for this node, on its clock."""
        ends = (one.at_ms for one in self.sidecar.events if one.type is Happening.HANGUP)
        ended_ms = next(ends, None)
        if ended_ms is None or self.began_ns is None:
            return FOREVER_NS
        return self.began_ns + ended_ms * 1_000_000


class NothingSealed(TalteenError):
    """A call has its key and neither sound nor a word of what it is."""

    slug = "nothing-sealed"

    def __init__(self) -> None:
        super().__init__("a call was lost before anything of it was sealed", remedy="leave it")


def key_of(node: str, recording: RecordingId) -> str:
    """Where ``node`` puts the bundle of a call."""
    return f"{PREFIX}{node}/{recording}"


def parts_of(key: str) -> tuple[str, RecordingId]:
    """The node and the recording of a bundle's key. InputError where it is no such key."""
    node, _, recording = key.removeprefix(PREFIX).partition("/")
    return node, RecordingId(ids.parse(recording))


def waiting(vault: Vault) -> list[str]:
    """The keys of the bundles that lie in the store."""
    return sorted(vault.blobs.keys(PREFIX))


def bundle_of(vault: Vault, recording: RecordingId) -> str | None:
    """The bundle of ``recording``, whichever node put it into the store; None where none is."""
    wanted = (key_of(node, recording) for node in sorted(vault.root().nodes))
    return next((key for key in wanted if any(True for _ in vault.blobs.keys(key))), None)


def opened(vault: Vault, key: str) -> Call:
    """The call whose bundle lies at ``key``.

    Raises KeyGone where its intake key has died (nobody may open it any more), NothingSealed where
    its node lost its power before it had sealed anything, Tampered where it is not what the node
    sealed.
    """
    node, recording = parts_of(key)
    heard = _heard(vault, node, vault.blobs.read(key))
    if heard.recording != recording:
        raise Tampered("a bundle lies under another call's name", remedy="delete it")
    told = node_told.read(heard.facts())
    if told is None and not heard.streams():
        raise NothingSealed
    if told is None:
        raise Tampered(
            "a bundle does not say what call it is", remedy="look for the node's burn notes"
        )
    return Call(
        recording,
        vault.origin_mac(recording.bytes),
        told.sidecar,
        naming.names(told.session, vault.session_key()),
        tuple(_captured(heard, stream) for stream in told.streams),
        tuple(_silences(heard, told)),
        cut_off=heard.cut_off,
    )


def ns(at: datetime) -> int:
    """Nanoseconds since 1970 of the aware instant ``at``."""
    return (at - EPOCH) // timedelta(microseconds=1) * 1_000


def _heard(vault: Vault, node: str, data: bytes) -> Heard:
    root = vault.root()
    seeds = {key.id: key.seed for key in root.intake}
    public = root.nodes.get(node)
    if public is None:
        raise Tampered("a bundle is of no enrolled node", remedy="enrol the node, or delete it")

    def seed_of(key: IntakeKeyId) -> bytes:
        try:
            return seeds[key]
        except KeyError:
            raise KeyGone(
                "the intake key of a call has died", remedy="nobody may open it; delete the bundle"
            ) from None

    return bundles.heard(data, seed_of=seed_of, node_key=public)


def _captured(heard: Heard, told: StreamTold) -> Captured:
    packets = heard.packets(told.stream)
    slots = rtp.slots([packet for _, packet in packets], [at for at, _ in packets])
    facts = StreamFacts(told.label, tuple(map(_agreed, told.agreed)))
    return Captured(facts, told.side, [slots])


def _agreed(told: AgreedTold) -> Agreed:
    return Agreed(
        told.since_ns,
        {
            one.payload_type: Format(one.name, one.clock_hz, one.channels, one.fmtp)
            for one in told.formats
        },
        tuple(key for crypto in told.crypto for key in sdes.keys(crypto)),
    )


def _silences(heard: Heard, told: CallTold) -> Iterable[Silence]:
    found = {
        (kind, gap.from_ns, gap.until_ns or FOREVER_NS)
        for one in told.streams
        for gap in heard.gaps(one.stream)
        if (kind := _SILENCES.get(gap.why)) is not None
    }
    return (Silence(*one) for one in sorted(found, key=lambda one: one[1:]))


def _without_keys(facts: StreamFacts) -> StreamFacts:
    return replace(facts, agreed=tuple(replace(one, keys=()) for one in facts.agreed))


def _one(batches: Iterable[rtp.Slots]) -> rtp.Slots:
    """Every datagram of a stream in one arena."""
    parts = list(batches)
    datagrams = [part.bytes_of(row) for part in parts for row in range(len(part))]
    return rtp.slots(datagrams, list(chain.from_iterable(p.arrival_ns.tolist() for p in parts)))
