"""What the heads of a ring's packets say, as one table: ``struct tpacket3_hdr`` of
linux/if_packet.h, and the IP and UDP headers behind it.

A ring is larger than any cache. So each block is gone through once, while it is near, and all that
is asked of its packets later stands in a table of a few words each.
"""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from talteen.life.capture.ears.ring import Block

Columns = NDArray[np.int64]
Words = NDArray[np.uint32]

SECONDS, NANOSECONDS, TAKEN, STATUS, IP, UDP, ADDRESS, PORTS, LENGTH = range(9)
"""Columns: arrival (two, as a ``struct timespec``), bytes in the ring, status; the words of the
ring at which the IP and the UDP header begin; the source's address, both UDP ports, and the word
that begins with the length of the datagram."""
COLUMNS = 9
ARRIVAL = slice(SECONDS, NANOSECONDS + 1)
LOSING, UNCHECKED, CHECKED = 4, 8, 128
"""Of a status: others before it found no room; its checksum is not written yet, for it comes from
this machine; the network card has found it right."""

_NEXT, _IP_AT = 0, 6
"""Words of a head: how far the next one is, and where the IP header begins (the upper half)."""
_PLAIN = ((SECONDS, 1), (NANOSECONDS, 2), (TAKEN, 3), (STATUS, 5))
"""Columns that are words of a head."""
_ADDRESS_AT, _PLAIN_IP = 3, 5
"""In an IP header: the word of the source's address, and how many there are without options."""


def of(words: Words, blocks: Sequence[Block]) -> Columns:
    """The table of all packets of ``blocks``, in their order."""
    table = np.empty((sum(block.packets for block in blocks), COLUMNS), np.int64)
    at = 0
    for block in blocks:
        rows = table[at : at + block.packets]
        if not _fill_even(rows, words, block):
            _fill(rows, words, _walked(words, block))
        at += block.packets
    return table


def _fill_even(rows: Columns, words: Words, block: Block) -> bool:
    """Most blocks hold packets of one size at even distances, and no IP options: whole columns are
    copied. Gives False of any other, whose rows are to be filled one by one."""
    first, count = block.at // 4, block.packets
    step, ip = int(words[first + _NEXT]) // 4, int(words[first + _IP_AT]) >> 18
    if not step or count < 2:
        return False
    if not (words[first : first + (count - 1) * step : step] == 4 * step).all():
        return False
    udp = ip + _PLAIN_IP
    heads = as_strided(words[first:], (count, udp + 2), (4 * step, 4), writeable=False)
    options = (heads[:, ip] & 0xF) != _PLAIN_IP
    if options.any() or (heads[:, _IP_AT] >> 18 != ip).any():
        return False
    begins = first + step * np.arange(count)
    rows[:, IP], rows[:, UDP] = begins + ip, begins + udp
    beyond = ((ADDRESS, ip + _ADDRESS_AT), (PORTS, udp), (LENGTH, udp + 1))
    for column, word in (*_PLAIN, *beyond):
        rows[:, column] = heads[:, word]
    return True


def _fill(rows: Columns, words: Words, at: Columns) -> None:
    ip = at + (words[at + _IP_AT].astype(np.int64) >> 18)
    udp = ip + (words[ip].astype(np.int64) & 0xF)
    rows[:, IP], rows[:, UDP] = ip, udp
    for column, word in _PLAIN:
        rows[:, column] = words[at + word]
    rows[:, ADDRESS] = words[ip + _ADDRESS_AT]
    rows[:, PORTS], rows[:, LENGTH] = words[udp], words[udp + 1]


def _walked(words: Words, block: Block) -> Columns:
    """Where each packet begins, from one to the next."""
    at = [block.at // 4]
    for _ in range(block.packets - 1):
        at.append(at[-1] + int(words[at[-1] + _NEXT]) // 4)
    return np.array(at, np.int64)
