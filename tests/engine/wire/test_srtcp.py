"""RTCP of a secured stream goes out protected, and only the sender's own is read."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from talteen.engine.wire import rtcp
from talteen.engine.wire.sdes import SHAPES, Suite
from talteen.engine.wire.srtcp import Lock
from talteen.errors import InputError

SUITES = pytest.mark.parametrize("suite", list(Suite), ids=lambda one: one.value)


def master(suite: Suite, first: int) -> bytes:
    return bytes((first + at) % 256 for at in range(SHAPES[suite].master_bytes))


def lock(suite: Suite, own: int, theirs: int) -> Lock:
    inline = b64encode(master(suite, theirs)).decode()
    return Lock(suite.value, master(suite, own), f"1 {suite.value} inline:{inline}")


@SUITES
def test_what_one_end_protects_the_other_opens_and_nobody_else_reads(suite: Suite) -> None:
    here, there, stranger = lock(suite, 1, 2), lock(suite, 2, 1), lock(suite, 3, 4)
    report = rtcp.receiver_report(7, "x")

    sent = here.protect(report)

    assert report[8:] not in sent
    assert stranger.open(sent) is None
    assert there.open(sent) == report
    assert there.open(sent) is None, "it came before"


@SUITES
def test_libsrtp_itself_opens_our_report(suite: Suite) -> None:
    """With nothing of ours but the key that the answer carries."""
    policy = Policy(master(suite, 1), Policy.SSRC_ANY_INBOUND, 0, SHAPES[suite].profile)
    report = rtcp.receiver_report(7, "x")

    assert Session(policy).unprotect_rtcp(lock(suite, 1, 2).protect(report)) == report


@given(st.binary(max_size=1600))
def test_no_bytes_make_a_lock_raise(came: bytes) -> None:
    assert lock(Suite.AES_CM_128_HMAC_SHA1_80, 1, 2).open(came) is None


@pytest.mark.parametrize(
    ("suite", "own"), [("AES_CM_128_HMAC_SHA1_80", b"short"), ("F8_128_HMAC_SHA1_80", bytes(30))]
)
def test_a_key_that_does_not_fit_is_refused_without_being_told(suite: str, own: bytes) -> None:
    theirs = b64encode(bytes(30)).decode()
    with pytest.raises(InputError) as refused:
        Lock(suite, own, f"1 AES_CM_128_HMAC_SHA1_80 inline:{theirs}")
    assert theirs not in str(refused.value)
