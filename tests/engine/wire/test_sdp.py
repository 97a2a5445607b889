"""Descriptions are read as they come; answers keep the lines of the offer."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talteen.engine.wire import answer, sdp
from talteen.engine.wire.answer import Here, Refusal, Taking
from talteen.engine.wire.sdp import Codec, Crypto, Direction
from talteen.errors import InputError

HERE = Here("192.0.2.9", 4711, 2)
SESSION = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
TEXT = "1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw|2^20|1:4 WSH=64"
KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"
CRYPTO = f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}"


def offer(*lines: str) -> sdp.Description:
    return sdp.parse((SESSION + "\r\n".join(lines) + "\r\n").encode())


def answered(description: sdp.Description, taking: Taking = Taking.KEEP) -> sdp.Description:
    """Our answer as the client reads it."""
    count = len(description.media)
    ports = [30_000 + 2 * number for number in range(count)]
    keys = {number: bytes([number]) * 30 for number in range(count)}
    made = answer.answer(description, ports, HERE, taking=taking, keys=keys)
    return sdp.parse(made.text)


def test_a_media_line_is_read_with_all_that_belongs_to_it() -> None:
    (media,) = offer(
        "m=audio 4000/2 RTP/SAVP 8 111 101",
        "i=strange",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 useinbandfec=1; stereo=0",
        "a=rtcp:4007 IN IP4 192.0.2.1",
        "a=rtcp-mux",
        "a=ptime:20",
        "a=maxptime:40",
        "a=sendonly",
        "a=label:7",
        f"a=crypto:1 aes_cm_128_hmac_sha1_80 inline:{KEY}|2^20|1:4 WSH=64",
        "a=record:on",
    ).media

    assert media.codecs == (
        Codec(8, "PCMA", 8000),
        Codec(111, "opus", 48000, 2, "useinbandfec=1; stereo=0"),
        Codec(101, "", 0),
    )
    assert media.crypto == (Crypto(1, "AES_CM_128_HMAC_SHA1_80", KEY, "2^20", "1:4", TEXT),)
    assert (media.port, media.rtcp_port, media.rtcp_mux) == (4000, 4007, True)
    assert (media.ptime, media.maxptime, media.label) == (20, 40, "7")
    assert (media.direction, media.address) == (Direction.SENDONLY, "192.0.2.1")
    assert media.other == ("i=strange", "a=record:on")


def test_a_key_does_not_show_itself() -> None:
    (media,) = offer("m=audio 4000 RTP/SAVP 8", f"a=crypto:1 A inline:{KEY}").media

    assert KEY not in repr(media)


def test_what_is_no_description_is_told_so() -> None:
    for raw in (b"", b"hello", b"\xff\x00"):
        with pytest.raises(InputError):
            sdp.parse(raw)


def test_the_first_codec_that_we_decode_is_taken() -> None:
    (media,) = answered(
        offer("m=audio 4000 RTP/AVP 18 101 0 8", "a=rtpmap:101 telephone-event/8000")
    ).media

    assert [codec.name for codec in media.codecs] == ["PCMU", "telephone-event"]


def test_g729_is_kept_where_nothing_better_is_offered() -> None:
    (media,) = answered(offer("m=audio 4000 RTP/AVP 18", "a=fmtp:18 annexb=no")).media

    assert media.codecs == (Codec(18, "G729", 8000, 1, "annexb=no"),)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (("m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000"), Refusal.KIND),
        (("m=audio 4000 UDP/TLS/RTP/SAVPF 8",), Refusal.TRANSPORT),
        (("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 MELP/8000"), Refusal.CODEC),
        (("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/16000"), Refusal.CODEC),
        (("m=audio 4000 RTP/SAVP 8",), Refusal.CRYPTO),
        (("m=audio 4000 RTP/SAVP 8", f"a=crypto:1 UNKNOWN inline:{KEY}"), Refusal.CRYPTO),
        (("m=audio 4000 RTP/SAVP 8", f"{CRYPTO} UNENCRYPTED_SRTP"), Refusal.CRYPTO),
        (("m=audio 4000 RTP/SAVP 8", CRYPTO[:-4]), Refusal.CRYPTO),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_its_place(
    line: tuple[str, ...], why: Refusal
) -> None:
    description = offer(*line, "a=label:9", "m=audio 4002 RTP/AVP 8")

    assert answer.judge(description)[0].refused is why
    refused, taken = answered(description).media
    assert (refused.port, refused.label) == (0, "9")
    assert taken.port


def test_an_offer_of_which_nothing_is_usable_says_so() -> None:
    assert not answer.usable(answer.judge(offer("m=video 4000 RTP/AVP 96")))
    assert answer.usable(answer.judge(offer("m=audio 0 RTP/AVP 8")))


@pytest.mark.parametrize("attribute", ["inactive", "recvonly"])
def test_a_line_on_which_nothing_comes_is_answered_inactive(attribute: str) -> None:
    (media,) = answered(offer("m=audio 4000 RTP/AVP 8", f"a={attribute}")).media

    assert media.direction is Direction.INACTIVE


def test_a_caller_who_refused_is_answered_inactive_and_never_port_zero() -> None:
    (media,) = answered(offer("m=audio 4000 RTP/AVP 8", "a=sendonly"), Taking.NOTHING).media

    assert (media.direction, media.port) == (Direction.INACTIVE, 30_000)


def test_srtp_is_answered_with_a_key_of_our_own() -> None:
    crypto = f"a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:{KEY}|2^31"

    (media,) = answered(offer("m=audio 4000 RTP/SAVP 8", "a=crypto:2 NEW inline:x", crypto)).media

    (ours,) = media.crypto
    assert (ours.tag, ours.suite) == (3, "AES_CM_128_HMAC_SHA1_32")
    assert ours.key_and_salt != KEY


def test_our_own_offer_has_a_line_for_each_label_and_every_codec() -> None:
    lines = answer.own_offer(["1", "2"])

    media = sdp.parse(answer.write(lines, [4, 6], HERE)).media
    assert [one.label for one in media] == ["1", "2"]
    assert {codec.name for codec in media[0].codecs} >= {"PCMA", "PCMU", "G722", "opus"}
    assert {one.direction for one in media} == {Direction.RECVONLY}
    assert len(answer.own_offer([])) == 1


def test_an_offer_anew_leaves_given_payload_numbers_alone() -> None:
    taken = answer.judge(
        offer("m=audio 4000 RTP/AVP 96 101", "a=rtpmap:96 PCMA/8000", "a=rtpmap:101 CN/8000")
    )

    (again,) = answer.offered_again(taken)

    numbers = [codec.payload for codec in again.codecs]
    assert again.codecs[:2] == taken[0].codecs
    assert len(numbers) == len(set(numbers))


def test_what_changed_between_two_offers_is_named() -> None:
    (before,) = offer("m=audio 4000 RTP/AVP 8").media
    (after,) = offer("m=audio 4002 RTP/AVP 0", "c=IN IP4 192.0.2.7").media

    assert sdp.changes(before, before) == ()
    assert sdp.changes(before, after) == ("codec PCMU", "source port", "source address")


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "m=audio 4000 RTP/AVP 8 0",
                "m=audio 0 RTP/AVP 8",
                "m=audio 4000 RTP/SAVP 8",
                "m=video 4000 RTP/AVP 96",
                "m=",
                "m=audio",
                "a=sendonly",
                "a=inactive",
                "a=label:1",
                "a=rtpmap:8",
                "a=rtpmap:8 PCMA/8000/x",
                "a=fmtp:",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
                "a=ptime:x",
                "c=IN IP4 0.0.0.0",
                "c=",
            ]
        ),
        st.text(max_size=30).map(lambda text: "m=" + text.replace("\n", "").replace("\r", "")),
        st.text(max_size=30).map(lambda text: "a=" + text.replace("\n", "").replace("\r", "")),
    ),
    max_size=14,
)


@given(LINES)
def test_an_answer_keeps_number_order_and_labels_of_the_lines(lines: list[str]) -> None:
    description = offer(*lines)

    back = answered(description)

    assert len(back.media) == len(description.media)
    for ours, theirs in zip(back.media, description.media, strict=True):
        assert ours.label == theirs.label
        assert ours.kind == (theirs.kind or "audio")
        assert ours.port == 0 or theirs.port > 0
        assert ours.direction is not Direction.SENDONLY


@given(st.binary(max_size=300))
@example(b"v=0\r\nm=audio 99999999999999 RTP/AVP 8")
@example("m=audio ٣ RTP/AVP ٨".encode())
def test_any_bytes_are_a_description_or_an_input_error(raw: bytes) -> None:
    for one in (raw, b"v=0\r\nm=" + raw):
        try:
            answered(sdp.parse(one))
        except InputError:
            assert not one.startswith(b"v=0")
