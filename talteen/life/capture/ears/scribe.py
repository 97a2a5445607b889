"""What an ear lets others do, so that its rounds never wait for a disk: a flush, an envelope.

Two threads. One only flushes: everything sealed is durable at most a drain and a flush later. The
other makes keys and their envelopes, keeps room ahead and burns, one after another, so that a burn
comes after the envelope that it destroys.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake, journal
from talteen.engine.vault.intake import Address
from talteen.engine.vault.journal import JournalKey
from talteen.engine.vault.journals import Enclosed, Journals
from talteen.engine.vault.segment import Segment
from talteen.errors import Unavailable
from talteen.ids import HouseId, RecordingId, SegmentId
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.ears.keys import Key

T = TypeVar("T")
_TRIED_AGAIN_S = 1.0
_AT_ONCE = 256
"""Envelopes that are made durable together. The keys of thousands of calls cost more memory, for a
moment, than all that the calls take."""


@dataclass(frozen=True, slots=True)
class Node:
    """Who seals."""

    house: HouseId
    name: str
    signer: Ed25519PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    keys: list[Key]
    public: bytes
    future: "Future[list[Key]]"


@dataclass(slots=True)
class Scribe:
    """The threads of one ear."""

    journals: Journals
    node: Node
    intake: Intake
    _waiting: "SimpleQueue[_Asked]" = field(default_factory=SimpleQueue)
    _flushing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "flush"))
    _writing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "scribe"))

    def flush(self, segment: Segment) -> "Future[None]":
        """Make durable what is in ``segment`` by now."""
        return self._flushing.submit(segment.flush)

    def fresh_key(
        self,
        recording: RecordingId,
        start: datetime,
        generation: int,
        segment: SegmentId,
        call: int,
    ) -> Key:
        """Another key for the call, and the address of its envelope, which is not written yet."""
        key = JournalKey(os.urandom(journal.KEY_BYTES), segment, call)
        return self.key_again(recording, start, generation, key)

    def key_again(
        self, recording: RecordingId, start: datetime, generation: int, key: JournalKey
    ) -> Key:
        """The same key, for an envelope to the intake key of now."""
        node = self.node
        address = Address(node.house, self.intake.id, node.name, recording, generation, start)
        return Key(key, address)

    def enclose(self, keys: list[Key]) -> "Future[list[Key]]":
        """Write the envelopes of ``keys``, durable when the future is done; an older one of the
        same call and generation is gone then."""
        future: Future[list[Key]] = Future()
        self._waiting.put(_Asked(keys, self.intake.public, future))
        if self._waiting.qsize() == 1:
            # Whoever was asked before, and has not begun with the last of these, takes it with it.
            self._writing.submit(self._enclose_all)
        return future

    def close(self, segment: Segment) -> None:
        """Flush and close a segment that nobody writes any more, behind all that was begun with it:
        room may still be reserved in it in the one thread, and it is flushed in the other."""
        self._writing.submit(lambda: self._flushing.submit(segment.close))

    def do(self, act: Callable[[], T]) -> "Future[T]":
        """Anything else that may wait for a disk, in its turn."""
        return self._writing.submit(act)

    def do_with_room(self, act: Callable[[], T]) -> "Future[T]":
        """The same of what has to be done: on a full disk it is tried again until there is room,
        and what comes behind it waits, for that needs room, too, and may undo it."""
        return self.do(partial(_with_room, act))

    def end(self) -> None:
        """Finish what was begun."""
        self._writing.shutdown()
        self._flushing.shutdown()

    def _enclose_all(self) -> None:
        """Whatever waits goes together: a thousand calls have their keys in a second or two."""
        asked = list(self._all_that_waits())
        every = ((key, one.public) for one in asked for key in one.keys)
        while several := list(islice(every, _AT_ONCE)):
            made = [self._enclosed(*one) for one in several]
            _with_room(partial(self.journals.keep, *made))
        for one in asked:
            one.future.set_result(one.keys)

    def _all_that_waits(self) -> "Iterator[_Asked]":
        with suppress(Empty):
            while True:
                yield self._waiting.get_nowait()

    def _enclosed(self, one: Key, public: bytes) -> Enclosed:
        key, signer = one.key, self.node.signer
        envelope = intake.seal_journal_key(key, one.address, to=public, signer=signer)
        return Enclosed(envelope, key.segment, key.call)


def _with_room(act: Callable[[], T]) -> T:
    while True:
        try:
            return act()
        except Unavailable:
            time.sleep(_TRIED_AGAIN_S)
