"""RTCP on the port of RTP (RFC 5761): answered where it is offered, and told from sound."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.wire import answer, rtcp, sdp
from talteen.engine.wire.answer import Here

HERE = Here("198.51.100.20", 1, 1)
OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 192.0.2.147\r\ns=-\r\nc=IN IP4 192.0.2.147\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 8\r\na=sendonly\r\na=label:1\r\na=rtcp-mux\r\n"
    b"m=audio 4002 RTP/AVP 8\r\na=sendonly\r\na=label:2\r\n"
)


def test_a_line_is_answered_with_it_where_it_was_offered_and_nowhere_else() -> None:
    answered = answer.answer(sdp.parse(OFFER), [20_000, 20_002], HERE)
    first, second = sdp.parse(answered.text).media
    assert (first.rtcp_mux, second.rtcp_mux) == (True, False)


def test_an_offer_of_ours_in_the_same_dialog_keeps_it() -> None:
    lines = answer.offered_again(answer.judge(sdp.parse(OFFER)))
    assert [line.mux for line in lines] == [True, False]


def test_a_refused_line_says_nothing_of_it() -> None:
    offer = OFFER.replace(b"RTP/AVP 8\r\na=sendonly\r\na=label:1", b"RTP/AVP 99\r\na=label:1")
    answered = answer.answer(sdp.parse(offer), [0, 20_002], HERE)
    assert not any(media.rtcp_mux for media in sdp.parse(answered.text).media)


@given(
    payload=st.integers(0, 63) | st.integers(96, 127),
    marker=st.booleans(),
    rest=st.binary(min_size=10, max_size=1400),
)
def test_no_sound_is_taken_for_rtcp(payload: int, marker: bool, rest: bytes) -> None:
    """RFC 5761 4: payload types 64 to 95 are not used where both share a port."""
    assert not rtcp.is_rtcp(bytes([0x80, payload | marker << 7]) + rest)


@given(ssrc=st.integers(0, 2**32 - 1), name=st.text("abc", min_size=1, max_size=40))
def test_every_report_that_we_write_is_known_as_one(ssrc: int, name: str) -> None:
    report = rtcp.receiver_report(ssrc, name, ())
    assert rtcp.is_rtcp(report)
    assert rtcp.is_rtcp(report + bytes(14))  # SRTCP: index and tag behind it


def test_a_length_that_cannot_be_is_none() -> None:
    assert not rtcp.is_rtcp(struct.pack("!BBHI", 0x80, 200, 40, 7))
