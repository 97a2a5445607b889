"""Protected streams open after the call, with the keys of their SDP and with no others."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from talteen.engine.wire import sdes
from talteen.engine.wire.rtp import Slots
from talteen.engine.wire.sdes import Key, Suite
from talteen.engine.wire.srtp import Opened
from talteen.errors import InputError
from tests.kit.flipped import flipped
from tests.kit.rtp import Datagram, arrived, spoken

SUITES = [
    (Suite.AES_CM_128_HMAC_SHA1_80, Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30, 10),
    (Suite.AES_CM_128_HMAC_SHA1_32, Policy.SRTP_PROFILE_AES128_CM_SHA1_32, 30, 4),
    (Suite.AEAD_AES_128_GCM, Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28, 0),
]


def protected(sent: list[Datagram], profile: int, master: bytes) -> list[Datagram]:
    session = Session(Policy(master, Policy.SSRC_ANY_OUTBOUND, 0, profile))
    return [Datagram(one.arrival_ns, session.protect(one.data)) for one in sent]


def clear(records: list[Slots]) -> list[bytes]:
    return [batch.bytes_of(row) for batch in records for row in range(len(batch))]


@pytest.mark.parametrize(("suite", "profile", "size", "_"), SUITES)
def test_what_libsrtp_protected_opens_with_the_key_of_the_sdp(
    suite: Suite, profile: int, size: int, _: int
) -> None:
    master = os.urandom(size)
    inline = base64.b64encode(master).decode()
    sent = spoken([os.urandom(160) for _ in range(300)])  # numbers wrap: the rollover counts

    (key,) = sdes.keys(f"1 {suite.value} inline:{inline}|2^31")
    opened = Opened([arrived(protected(sent, profile, master))], (key,))

    assert clear(list(opened)) == [one.data for one in sent]
    assert clear(list(opened)) == [one.data for one in sent]  # and again
    assert (opened.told.opened, opened.told.refused) == (300, 0)


@pytest.mark.parametrize(("suite", "profile", "size", "tag"), SUITES)
def test_packets_that_name_their_key_open_too(
    suite: Suite, profile: int, size: int, tag: int
) -> None:
    master = os.urandom(size)
    inline = base64.b64encode(master).decode()
    sent = spoken([os.urandom(160) for _ in range(20)])
    marked = [
        Datagram(one.arrival_ns, one.data[:end] + b"\x00\x07" + one.data[end:])
        for one in protected(sent, profile, master)
        for end in [len(one.data) - tag]
    ]

    keys = sdes.keys(f"1 {suite.value} inline:{inline}|2^31|7:2")

    assert clear(list(Opened([arrived(marked)], keys))) == [one.data for one in sent]


def test_a_new_key_in_mid_call_takes_over_where_its_packets_begin() -> None:
    profile = Policy.SRTP_PROFILE_AES128_CM_SHA1_80
    masters = [os.urandom(30), os.urandom(30)]
    sent = spoken([os.urandom(160) for _ in range(100)], sequence=0)
    keys = tuple(Key(Suite.AES_CM_128_HMAC_SHA1_80, master) for master in masters)
    mixed = protected(sent[:50], profile, masters[0]) + protected(sent[50:], profile, masters[1])

    opened = Opened([arrived(mixed)], keys)

    assert clear(list(opened)) == [one.data for one in sent]


def test_forgeries_are_refused_and_copies_are_taken_once() -> None:
    master = os.urandom(30)
    sent = spoken([os.urandom(160) for _ in range(100)])
    whole = protected(sent, Policy.SRTP_PROFILE_AES128_CM_SHA1_80, master)
    forged = Datagram(whole[40].arrival_ns, flipped(whole[40].data))
    huge = Datagram(whole[50].arrival_ns, whole[50].data + bytes(2_000))

    opened = Opened(
        [arrived([*whole[:40], forged, *whole[41:], whole[60], huge])],
        (Key(Suite.AES_CM_128_HMAC_SHA1_80, master),),
    )

    assert clear(list(opened)) == [one.data for at, one in enumerate(sent) if at != 40]
    assert (opened.told.opened, opened.told.refused, opened.told.replayed) == (99, 2, 1)


@given(st.text(max_size=80) | st.from_regex(r"\A1 AES_CM_128_HMAC_SHA1_80 inline:\S{0,60}\Z"))
def test_a_crypto_attribute_is_read_or_refused_and_never_more(text: str) -> None:
    try:
        found = sdes.keys(text)
    except InputError:
        return
    assert all(len(key.master) == 30 for key in found)


@pytest.mark.parametrize(
    "text",
    [
        "1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40 + " UNENCRYPTED_SRTP",
        "1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 36,
        "1 F8_128_HMAC_SHA1_80 inline:" + "A" * 40,
        "1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40 + "|2^31|256:1",
    ],
)
def test_what_would_weaken_or_cannot_be_opened_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        sdes.keys(text)

    assert "AAAA" not in str(refused.value)


def test_a_key_does_not_show_itself() -> None:
    (key,) = sdes.keys("1 AES_CM_128_HMAC_SHA1_80 inline:" + "QUJD" * 10)

    assert "ABC" not in repr(key)
