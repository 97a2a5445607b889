"""A stream is cut into the messages that were put into it, however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire.framing import Broken, Framer, Piece, Ping
from talteen.engine.wire.sip import Limits, parse
from tests.engine.wire.messages import invite, message
from tests.kit.wire import Script, scripts

ONE, TWO = invite(), message("OPTIONS", 2)
SMALL = Limits(head_bytes=2000, line_characters=500, body_bytes=1000)


def fed(*pieces: bytes, limits: Limits = SMALL) -> list[Piece]:
    framer = Framer(limits)
    return [piece for data in pieces for piece in framer.feed(data)]


def broken(*pieces: bytes) -> Broken:
    last = fed(*pieces)[-1]
    assert isinstance(last, Broken)
    return last


def held(framer: Framer) -> int:
    return len(framer._buffer)  # bounded memory is the promise


@given(st.lists(st.integers(0, len(ONE + TWO + ONE)), max_size=12))
def test_messages_cut_anywhere_come_out_whole(cuts: list[int]) -> None:
    stream = ONE + TWO + ONE
    ends = [*sorted(cuts), len(stream)]

    pieces = [stream[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]

    assert fed(*pieces) == [ONE, TWO, ONE]


def test_byte_by_byte_is_no_different() -> None:
    stream = b"\r\n\r\n" + ONE + b"\r\n\r\n\r\n" + TWO

    assert fed(*(bytes([byte]) for byte in stream)) == [Ping.PING, ONE, Ping.PING, TWO]


@pytest.mark.parametrize(
    "script", [s for s in scripts() if s.transport.reliable], ids=lambda s: s.folder.name
)
def test_the_vectors_come_out_of_one_stream(script: Script) -> None:
    raws = [path.read_bytes() for path in sorted(script.folder.glob("*.sip"))]

    pieces = fed(b"".join(raws), limits=Limits())

    messages = [piece for piece in pieces if isinstance(piece, bytes)]
    assert [parse(raw).cseq for raw in messages] == [parse(raw).cseq for raw in raws]


def test_two_breaks_ask_and_one_break_asks_nothing() -> None:
    assert fed(b"\r\n", b"\r", b"\n") == [Ping.PING]
    assert fed(b"\r\n" + ONE + b"\r\n" + ONE) == [ONE, ONE]
    assert Ping.PING.pong == b"\r\n"


def test_lines_may_end_in_lf() -> None:
    raw = ONE.replace(b"\r\n", b"\n").replace(b"Content-Length: 5", b"Content-Length: 4")

    assert fed(raw + b"\n" + raw) == [raw, raw]


def test_a_message_without_length_has_no_body() -> None:
    raw = TWO.replace(b"Content-Length: 0\r\n", b"")

    assert fed(raw + ONE) == [raw, ONE]


def test_a_compact_or_folded_length_is_read() -> None:
    assert fed(ONE.replace(b"Content-Length: 5", b"l : 5") + TWO)[-1] == TWO
    assert fed(ONE.replace(b"Content-Length: 5", b"Content-Length:\r\n 5") + TWO)[-1] == TWO


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"SSH-2.0-OpenSSH\r\n",
        b"x" * 600,
        ONE.replace(b"Content-Length: 5", b"Content-Length: 5\r\nl: 6"),
        ONE.replace(b"Content-Length: 5", b"Content-Length: -5"),
        ONE.replace(b"Content-Length: 5", b"Content-Length: 5000000000"),
        ONE.replace(b"Content-Length: 5", b"Content-Length: 5000"),
        ONE[:20] + b"x" * 3000,
    ],
)
def test_what_cannot_be_cut_breaks_the_stream(data: bytes) -> None:
    framer = Framer(SMALL)

    (piece,) = framer.feed(data)

    assert isinstance(piece, Broken)
    assert framer.feed(ONE) == []
    assert held(framer) == 0


def test_a_body_too_large_can_be_answered() -> None:
    error = broken(ONE.replace(b"Content-Length: 5", b"Content-Length: 5000")).error

    assert error.status == 413
    assert error.request
    assert error.request.method == "INVITE"


def test_what_came_before_the_noise_is_not_lost() -> None:
    pieces = fed(ONE + b"\x00\x00\x00\x00")

    assert pieces[0] == ONE
    assert isinstance(pieces[1], Broken)


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_no_stream_fills_the_memory(chunks: list[bytes]) -> None:
    framer = Framer(SMALL)
    for chunk in [b"INVITE sip:a@b SIP/2.0\r\n", *chunks]:
        framer.feed(chunk)

        assert held(framer) <= SMALL.message_bytes + 300


@given(st.lists(st.binary(max_size=200) | st.sampled_from([ONE, TWO, b"\r\n"]), max_size=10))
def test_a_stream_means_the_same_in_any_pieces(chunks: list[bytes]) -> None:
    stream = b"".join(chunks)

    whole, single = fed(stream), fed(*(bytes([byte]) for byte in stream))

    assert [type(piece) for piece in whole] == [type(piece) for piece in single]
    assert [p for p in whole if isinstance(p, bytes)] == [p for p in single if isinstance(p, bytes)]
