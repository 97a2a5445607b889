"""What is read of a ring's packets in columns is what one reads of them one by one."""

from struct import pack

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talteen.life.capture.ears import heads
from talteen.life.capture.ears.ring import BLOCK_BYTES, Block

IP_AT = 96
"""Where the kernel puts an IP header in the frame of a SOCK_DGRAM ring."""

Packet = tuple[int, int, int]
"""Bytes above UDP, words of IP options, and a number that tells one from another."""
PACKETS = st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(0, 2**32 - 1))
BLOCKS = st.one_of(
    st.lists(PACKETS, min_size=1, max_size=5),
    # As of one codec: nothing differs but the number.
    st.builds(lambda one, count: [(*one[:2], n) for n in range(count)], PACKETS, st.integers(1, 9)),
)


def frame(one: Packet, *, last: bool) -> bytes:
    """A packet as TPACKET_V3 lays it (linux/if_packet.h)."""
    size, options, number = one
    ip = pack("=B3x8xII", 0x45 + options, number, 0x0100007F) + bytes(4 * options)
    udp = pack("!HHHH", number % 65_536, 20_000, size + 8, 0)
    content = ip + udp + bytes(size)
    length = IP_AT + len(content) + -(IP_AT + len(content)) % 16
    told = pack("=IIIII", 0 if last else length, number, number // 5, len(content), len(content))
    status = 1 | (heads.LOSING if number % 2 else 0)
    return (told + pack("=IHH", status, 0, IP_AT)).ljust(IP_AT, b"\0") + content.ljust(
        length - IP_AT, b"\0"
    )


@given(st.lists(BLOCKS, min_size=1, max_size=3))
def test_columns_are_what_the_packets_say(blocks: list[list[Packet]]) -> None:
    """Blocks of one size, of many, with options and without."""
    ring, known, wanted = bytearray(), [], []
    for index, packets in enumerate(blocks):
        ring += bytes(index * BLOCK_BYTES + 48 - len(ring))
        known.append(Block(index, index, len(ring), len(packets)))
        for n, one in enumerate(packets):
            size, options, number = one
            ip = len(ring) // 4 + IP_AT // 4
            udp = ip + 5 + options
            ring += frame(one, last=n == len(packets) - 1)
            wanted.append(
                (
                    number, number // 5, 28 + 4 * options + size,
                    1 | (heads.LOSING if number % 2 else 0), ip, udp, number,
                    int.from_bytes(ring[4 * udp : 4 * udp + 4], "little"),
                    int.from_bytes(ring[4 * udp + 4 : 4 * udp + 8], "little"),
                )
            )  # fmt: skip
    ring += bytes(-len(ring) % BLOCK_BYTES)

    table = heads.of(np.frombuffer(ring, "<u4"), known)

    assert [tuple(row) for row in table.tolist()] == wanted
