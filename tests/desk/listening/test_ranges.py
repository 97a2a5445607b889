"""HTTP ranges: what a player asks, what it gets, and what is refused (RFC 9110 14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.desk.listening import ranges
from talteen.desk.listening.ranges import LARGEST, Piece

MEBIBYTES = 5 << 20


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-", 0, LARGEST),
        ("bytes=0-1", 0, 2),
        ("bytes=100-199", 100, 200),
        ("bytes=-500", MEBIBYTES - 500, MEBIBYTES),
        (f"bytes=-{MEBIBYTES * 2}", 0, LARGEST),
        (f"bytes=4000000-{MEBIBYTES * 9}", 4_000_000, 4_000_000 + LARGEST),
        (" bytes = 7 - 8 ", 7, 9),
    ],
)
def test_a_player_gets_the_piece_it_asks_for_up_to_one_mebibyte(
    header: str, start: int, stop: int
) -> None:
    assert ranges.asked(header, MEBIBYTES) == Piece(start, stop, MEBIBYTES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=-0",
        "bytes=9-8",
        f"bytes={MEBIBYTES}-",
        "bytes=0-1,5-6",
        "items=0-1",
        "bytes=a-b",
        "bytes=٣-٤",
        "bytes=0-9999999999999999999999",
    ],
)
def test_what_cannot_be_given_is_refused(header: str) -> None:
    assert ranges.asked(header, MEBIBYTES) is None


@given(st.text(max_size=40), st.integers(min_value=0, max_value=1 << 40))
def test_no_header_ever_reaches_outside_the_sound(header: str, size: int) -> None:
    piece = ranges.asked(header, size)

    assert piece is None or (0 <= piece.start < piece.stop <= size)


@given(st.integers(min_value=0, max_value=MEBIBYTES - 1))
def test_asking_on_from_where_an_answer_ended_hears_every_byte_once(start: int) -> None:
    heard = start
    while heard < MEBIBYTES:
        piece = ranges.asked(f"bytes={heard}-", MEBIBYTES)
        assert piece is not None
        assert piece.start == heard
        heard = piece.stop

    assert heard == MEBIBYTES


def test_a_piece_says_where_it_stands() -> None:
    assert Piece(100, 200, 1000).content_range == "bytes 100-199/1000"
