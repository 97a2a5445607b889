"""An ear keeps what it may keep, byte for byte, and nothing else. Real sockets, a real process."""

import os
from pathlib import Path

from tests.kit import ears
from tests.kit.ears import rtp


def test_what_comes_in_is_what_comes_out(tmp_path: Path) -> None:
    voice = [rtp(n, os.urandom(160)) for n in range(200)]
    odd = [rtp(n, os.urandom(40 + 13 * n % 900), ssrc=7) for n in range(200)]
    with ears.node(tmp_path) as node:
        first, second = node.ports.first, node.ports.first + 2
        call = node.open(first, second)
        node.keep(call)

        for one, other in zip(voice, odd, strict=True):
            node.send(first, one)
            node.send(second, other)
        closed = node.close(call)

        heard = node.heard(call)
    assert [packet for _, packet in heard.packets(1)] == voice
    assert [packet for _, packet in heard.packets(2)] == odd
    assert closed.kept == 400
    assert heard.gaps(1) == []
