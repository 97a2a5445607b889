"""From a node's bundle to a sealed recording: the same law and the same sealing as an import.

The node could not open what it recorded; here the house does, with the intake keys of its root page
(DESIGN 5). What the journal says of the call is judged as a sidecar is, its packets become two
aligned sides, and one transaction makes the recording. A bundle may be offered any number of times:
the first one makes the recording, whatever comes later is known by its id and lets itself be
deleted once a roll file holds what it brought.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from talteen import ids
from talteen.engine.vault import bundle as bundles
from talteen.engine.vault.bundle import Heard
from talteen.engine.vault.journal_bodies import Why
from talteen.engine.wire import rtp, sdes
from talteen.engine.wire.jitter import GapKind, Silence
from talteen.engine.wire.media import Agreed, Format, StreamFacts
from talteen.errors import KeyGone, Tampered
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture import told as node_told
from talteen.life.capture.acts import Judged
from talteen.life.capture.rules import Capture, Mark, MarkKind
from talteen.life.capture.told import AgreedTold, CallTold, StreamTold
from talteen.life.seal import models as rows
from talteen.life.seal import received
from talteen.life.seal.acts import Outcome, Progressed, Then, What, keep, nobody, silent
from talteen.life.seal.received import Captured, Kept, Received
from talteen.life.seal.vault import Vault
from talteen.register import do_not_record
from talteen.register.ledger_kinds import Origin

PREFIX = "intake/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SILENCES = {
    Why.PAUSE: GapKind.PAUSE,
    Why.HOLD: GapKind.HOLD,
    Why.CONSULT: GapKind.HOLD,
}
_FOREVER_NS = 1 << 62


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


def let_go(vault: Vault) -> int:
    """Delete the bundles whose call a roll file holds, or of which nothing is kept (J13).

    Returns how many. A bundle whose recording waits for its roll stays: it is the only other copy.
    """
    done = [key for key in waiting(vault) if _is_done(vault, parts_of(key)[1])]
    vault.blobs.delete(done)
    return len(done)


def _is_done(vault: Vault, recording: RecordingId) -> bool:
    promise = capture.seen(vault.origin_mac(recording.bytes))
    if promise is None:
        return False
    folding = rows.Envelope.objects.filter(recording=recording, done_n=None, rejected=False)
    return not folding.exists()


def take_in(
    vault: Vault,
    key: str,
    now: datetime,
    *,
    then: Then = nobody,
    progress: Progressed = silent,
) -> Outcome:
    """Take in the call whose bundle lies at ``key``.

    Raises KeyGone where its intake key has died (nobody may open it any more), Tampered where it is
    not what the node sealed. Neither leaves anything behind.
    """
    node, recording = parts_of(key)
    mac = vault.origin_mac(recording.bytes)
    before = capture.seen(mac)
    if before is not None:
        same = RecordingId(before.recording) if before.recording else None
        return Outcome(What.DUPLICATE, before.outcome, same)
    heard = _opened(vault, node, vault.blobs.read(key))
    if heard.recording != recording:
        raise Tampered("a bundle lies under another call's name", remedy="delete it")
    told = node_told.read(heard.facts())
    if told is None:
        raise Tampered(
            "a bundle does not say what call it is", remedy="look for the node's burn notes"
        )
    sound = _sound(heard, told)
    judged = capture.judge(
        told.sidecar,
        name=node_told.NAME,
        agent_ms=sound.agent_ms,
        caller_ms=sound.caller_ms,
        now=now,
        do_not_record=do_not_record.listed(vault.do_not_record_key()),
    )
    if judged.capture is None:
        return Outcome(What.NOTHING, capture.leave(judged, mac, origin=Origin.SIPREC))
    judged = with_losses(judged, sound)
    return keep(
        vault,
        judged,
        sound,
        mac,
        recording=recording,
        origin=Origin.SIPREC,
        then=then,
        progress=progress,
    )


def _opened(vault: Vault, node: str, data: bytes) -> Heard:
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


# --- its sound -----------------------------------------------------------------------------


def _sound(heard: Heard, told: CallTold) -> Received:
    """Both sides, on the clock of the node. Source time 0 is the start that the sidecar says."""
    started_at = told.sidecar.started_at
    began_ns = _ns(started_at) if started_at else None
    streams = [_captured(heard, stream) for stream in told.streams]
    silences = tuple(_silences(heard, told.streams))
    # The gate let nothing earlier into the journal; the rules say it once more, to the sample.
    return received.lay(streams, Kept(0, silences), began_ns=began_ns)


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


def _silences(heard: Heard, streams: Iterable[StreamTold]) -> Iterable[Silence]:
    found = {
        (kind, gap.from_ns, gap.until_ns or _FOREVER_NS)
        for told in streams
        for gap in heard.gaps(told.stream)
        if (kind := _SILENCES.get(gap.why)) is not None
    }
    return (Silence(*one) for one in sorted(found, key=lambda one: one[1:]))


def with_losses(judged: Judged, sound: Received) -> Judged:
    """``judged``, with what is missing from the sound marked in recording time."""
    kept = judged.capture
    lost = [mark for mark in sound.marks if mark.kind is MarkKind.LOST]
    if kept is None or not lost:
        return judged
    marked = replace(kept, marks=(*kept.marks, *_within(kept, lost)), incomplete=True)
    return judged.having(marked)


def _within(kept: Capture, marks: Collection[Mark]) -> Iterable[Mark]:
    for mark in marks:
        start = max(mark.start_ms, kept.kept.start_ms) - kept.kept.start_ms
        end = min(mark.end_ms, kept.kept.end_ms) - kept.kept.start_ms
        if start < end:
            yield Mark(mark.kind, start, end)


def _ns(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1_000
