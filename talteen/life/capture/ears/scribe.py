"""What an ear lets others do, so that its rounds never wait for a disk: a flush, an envelope.

Two threads. One only flushes: everything sealed is durable at most a drain and a flush later. The
other makes keys and their envelopes, keeps room ahead and burns, one after another, so that a burn
comes after the envelope that it destroys.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake, journal
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.engine.vault.segment import Segment
from talteen.ids import HouseId, IntakeKeyId, RecordingId, SegmentId
from talteen.life.capture.ears.calls import Key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """Who seals."""

    house: HouseId
    name: str
    signer: Ed25519PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Intake:
    """To whom it is sealed: an intake key of this node and hour."""

    id: IntakeKeyId
    public: bytes = field(repr=False)


@dataclass(slots=True)
class Scribe:
    """The threads of one ear."""

    journals: Journals
    node: Node
    intake: Intake
    _flushing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "flush"))
    _writing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "scribe"))

    def flush(self, segment: Segment) -> "Future[None]":
        """Make durable what is in ``segment`` by now."""
        return self._flushing.submit(segment.flush)

    def enclose(
        self,
        recording: RecordingId,
        start: datetime,
        generation: int,
        segment: SegmentId,
        call: int,
    ) -> "Future[Key]":
        """A fresh key for the call; its envelope is durable when the future is done."""
        to = self.intake
        return self._writing.submit(
            lambda: self._enclose(
                JournalKey(os.urandom(journal.KEY_BYTES), segment, call),
                Address(self.node.house, to.id, self.node.name, recording, generation, start),
                to,
            )
        )

    def enclose_again(self, key: Key) -> "Future[Key]":
        """The same key in an envelope to the intake key of now; the old envelope is gone after."""
        of, to = key.enclosed.envelope.address, self.intake
        address = Address(of.house, to.id, of.node, of.recording, of.segment, of.start)
        return self._writing.submit(lambda: self._enclose(key.key, address, to))

    def close(self, segment: Segment) -> "Future[None]":
        """Flush and close a segment that nobody writes any more, behind the flushes of it."""
        return self._flushing.submit(segment.close)

    def do(self, act: Callable[[], T]) -> "Future[T]":
        """Anything else that may wait for a disk, in its turn."""
        return self._writing.submit(act)

    def end(self) -> None:
        """Finish what was begun."""
        self._writing.shutdown()
        self._flushing.shutdown()

    def _enclose(self, key: JournalKey, address: Address, to: Intake) -> Key:
        envelope = intake.seal_journal_key(key, address, to=to.public, signer=self.node.signer)
        enclosed = Enclosed(envelope, key.segment, key.call)
        self.journals.keep(enclosed)
        return Key(key, enclosed)
