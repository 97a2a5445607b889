"""SRTP with keys from SDP (RFC 3711, 4568, 7714): opened after the call, not while it runs.

What comes off the wire is ciphertext already, so the journal keeps it as it came, and the keys
beside it under the journal's own key. Opening needs 2 us a packet, more than all the rest of
receiving; after the call nobody waits for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from pylibsrtp import Error, Policy, Session

from talteen.engine.wire.rtp import Slots, columns, slots
from talteen.engine.wire.sdes import KEYS_AT_MOST, SHAPES, Key

REPLAY_WINDOW = 0x4000
"""Packets that one may come too late: five minutes, half of what libsrtp can hold."""
_REPLAYED = ("replay check failed (bad index)", "replay check failed (index too old)")


@dataclass(slots=True)
class Told:
    """What one reading of a protected stream met."""

    opened: int = 0
    replayed: int = 0
    """Duplicates: libsrtp takes each packet once."""
    refused: int = 0
    """Not authentic under any key, or longer than a datagram of 1,500 bytes."""


class Opened:
    """The records of a protected stream in clear. Each iteration opens them anew, in RAM.

    What is no RTP, and what does not open, is left out and counted in ``told`` of the latest
    iteration. The sender's packets are taken in the order of the journal, as libsrtp demands.
    """

    def __init__(self, records: Iterable[Slots], keys: tuple[Key, ...]) -> None:
        self._records, self._keys = records, keys[-KEYS_AT_MOST:]
        self.told = Told()

    def __iter__(self) -> Iterator[Slots]:
        told = self.told = Told()
        locks = [_Lock(key) for key in reversed(self._keys)]
        for batch in self._records:
            yield _opened(batch, locks, told)


def _opened(batch: Slots, locks: "list[_Lock]", told: Told) -> Slots:
    rows = columns(batch).slot
    clear: list[bytes] = []
    arrived: list[int] = []
    for row in rows.tolist():
        packet = _open(batch.bytes_of(row), locks, told)
        if packet is not None:
            clear.append(packet)
            arrived.append(int(batch.arrival_ns[row]))
    return slots(clear, np.array(arrived, np.int64))


def _open(packet: bytes, locks: "list[_Lock]", told: Told) -> bytes | None:
    """The packet by the key that opened the one before, or else by another."""
    for turn, lock in enumerate(locks):
        try:
            clear = lock.open(packet)
        except Error as why:
            if str(why) in _REPLAYED:
                told.replayed += 1
                return None
            continue
        except ValueError:  # longer than the buffer of pylibsrtp
            break
        if turn:
            locks.insert(0, locks.pop(turn))
        told.opened += 1
        return clear
    told.refused += 1
    return None


class _Lock:
    """One key and the session that it opens."""

    def __init__(self, key: Key) -> None:
        shape = SHAPES[key.suite]
        policy = Policy(key.master, Policy.SSRC_ANY_INBOUND, 0, shape.profile)
        policy.window_size = REPLAY_WINDOW
        self._session, self._mki, self._tag_bytes = Session(policy), key.mki, shape.tag_bytes

    def open(self, packet: bytes) -> bytes:
        return bytes(self._session.unprotect(self._without_mki(packet)))

    def _without_mki(self, packet: bytes) -> bytes:
        """RFC 3711 3.1: the MKI stands before the tag and is not authenticated."""
        if not self._mki:
            return packet
        end = len(packet) - self._tag_bytes
        start = end - len(self._mki)
        if start < 0 or packet[start:end] != self._mki:
            raise Error("another key's packet")
        return packet[:start] + packet[end:]
