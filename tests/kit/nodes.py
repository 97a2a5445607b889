"""A capture node without sockets: it seals the packets of a spoken call as an ear does, and offers
them. It has public keys and a signing key of its own, and can open nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen import ids
from talteen.demo.material import SpokenCall
from talteen.engine.vault import bundle, intake, journal, journal_bodies
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey, Sealing
from talteen.engine.vault.journal_bodies import Body, End, Fact
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.ids import IntakeKeyId, RecordingId
from talteen.life.capture import sidecar as sidecars
from talteen.life.capture import told as node_told
from talteen.life.capture.rates import resampled
from talteen.life.capture.sidecar import Side, Sidecar
from talteen.life.capture.told import AgreedTold, CallTold, FormatTold, StreamTold
from talteen.life.seal import handover, rolling
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault
from tests.kit import houses, rtp
from tests.kit.rtp import Datagram

NAME = "north"
PCMA = FormatTold(8, "PCMA", 8_000)
_SLICE = 20


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a vault's house, with its journals in ``folder``."""

    vault: Vault
    journals: Journals
    signer: Ed25519PrivateKey
    name: str = NAME

    @property
    def intake_key(self) -> rows.IntakeKey:
        """The newest that it has heard of."""
        return rows.IntakeKey.objects.filter(node=self.name, closed_n=None).order_by("-born_n")[0]

    def seal(
        self, told: CallTold, media: Mapping[int, Sequence[Datagram]], extra: Sequence[Body] = ()
    ) -> RecordingId:
        """Seal a whole call; ``media`` by stream."""
        recording, segment = RecordingId(ids.new()), self.journals.new_segment()
        key = JournalKey(b"K" * 32, segment.id, 1)
        to = self.intake_key
        start = told.sidecar.started_at
        assert start is not None
        address = Address(self.vault.house, IntakeKeyId(to.id), self.name, recording, 0, start)
        envelope = intake.seal_journal_key(key, address, to=bytes(to.public), signer=self.signer)
        self.journals.keep(Enclosed(envelope, segment.id, 1))
        sealing = Sealing(key)
        for stream, datagrams in media.items():
            inbox = sorted((one.arrival_ns, one.data) for one in datagrams)
            for at in range(0, len(inbox), _SLICE):
                body = journal_bodies.media(inbox[at : at + _SLICE]).written()
                segment.append(sealing.seal(stream, body))
        for fact in node_told.facts(told):
            segment.append(sealing.seal(journal.CALL_STREAM, Fact(fact).written()))
        for one in (*extra, End(1)):
            segment.append(sealing.seal(journal.CALL_STREAM, one.written()))
        segment.close()
        return recording

    def offer(self, recording: RecordingId) -> str:
        """Put its bundle into the store; gives the key. The house hears which intake keys the node
        still needs, as its uplink tells it."""
        needed = sorted(str(one) for one in self.journals.intake_keys())
        rows.Node.objects.filter(name=self.name).update(needs=needed)
        key = handover.key_of(self.name, recording)
        self.vault.blobs.put(key, bundle.bundle(self.journals, recording))
        return key


def enrolled(vault: Vault, folder: Path, name: str = NAME) -> Node:
    """A node that the house believes from now on."""
    signer = Ed25519PrivateKey.generate()
    public = signer.public_key().public_bytes_raw()
    now = vault.row().rolled_at
    rows.Node.objects.create(name=name, public=public, seen_at=now)
    rolling.roll(vault, Changes(enrol={name: public}), now)
    return Node(vault, Journals(folder), signer, name)


def told_of(call: SpokenCall) -> CallTold:
    """What a node says of a spoken call: its sidecar, and a stream a side."""
    told = sidecars.read(call.files.with_suffix(".json").read_bytes(), name=call.name)
    return CallTold(
        replace(told, started_at=call.started_at),
        (
            StreamTold(1, "1", Side.AGENT, (AgreedTold(0, (PCMA,)),)),
            StreamTold(2, "2", Side.CALLER, (AgreedTold(0, (PCMA,)),)),
        ),
    )


def spoken(call: SpokenCall) -> dict[int, list[Datagram]]:
    """The packets of both sides, G.711 A-law, 20 ms each."""
    began_ns = _ns(told_of(call).sidecar)
    sides = {1: "agent", 2: "caller"}
    return {
        stream: rtp.spoken(
            _payloads(Path(f"{call.files}.{side}.opus")), began_ns=began_ns, ssrc=0xA0 + stream
        )
        for stream, side in sides.items()
    }


def caller_says(seconds: float = 3.0) -> list[bytes]:
    """The first seconds of a real caller, in packets."""
    call = houses.spoken("001", datetime(2026, 11, 24, 12, tzinfo=UTC), whole=True)
    return [one.data for one in spoken(call)[2][1_000 : 1_000 + int(seconds * 50)]]


def _ns(told: Sidecar) -> int:
    assert told.started_at is not None
    return (told.started_at - handover.EPOCH) // timedelta(microseconds=1) * 1_000


@lru_cache(maxsize=16)
def _payloads(path: Path) -> Sequence[bytes]:
    """One side of a spoken call as a telephone sends it: files of the demo do not change."""
    return tuple(rtp.encoded(samples(path), "pcm_alaw", rate=8_000, frame=160))


def samples(path: Path) -> rtp.Samples:
    """One side of a spoken call, 8,000 a second."""
    with av.open(str(path)) as container:
        sound = resampled(container.decode(audio=0), "mono", 8_000)
        return np.concatenate([piece[0] for piece in sound])
