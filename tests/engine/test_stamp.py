"""A time stamp is believed only where it is the authority's, on our bytes, for our question."""

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from talteen.engine import stamp
from talteen.errors import Tampered, Unavailable
from tests.kit import stamping

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)
HEAD = b"log.example/calls\n23\n49sAuSie3PrnukrmI51lVeRCYMP28LJQGpY1QX0nQz0=\n\n..."


def asked(authority: stamping.Authority, root: stamping.Authority | None = None) -> stamp.Stamp:
    with stamping.serving(authority):
        believed = stamp.Authority(authority.url, ((root or authority).root,))
        return stamp.ask(believed, HEAD, timeout_s=5)


def test_an_authority_says_when_it_saw_a_hash_and_sees_nothing_else() -> None:
    authority = stamping.Authority(AT)

    made = asked(authority)

    assert made.stated_at == AT
    assert authority.asked == [hashlib.sha256(HEAD).digest()]
    assert stamp.check([authority.root], made.raw, HEAD) == made


def test_a_stamp_on_other_bytes_is_refused() -> None:
    authority = stamping.Authority(AT)
    made = asked(authority)

    with pytest.raises(Tampered):
        stamp.check([authority.root], made.raw, HEAD + b"\n")


def test_a_stamp_of_which_a_bit_was_changed_is_refused() -> None:
    authority = stamping.Authority(AT)
    made = asked(authority)
    time = made.raw.index(b"20261124220009Z")

    changed = made.raw[: time + 13] + b"8" + made.raw[time + 14 :]

    with pytest.raises(Tampered):
        stamp.check([authority.root], changed, HEAD)


@pytest.mark.parametrize(
    "authority",
    [
        stamping.Authority(AT, purpose=[ExtendedKeyUsageOID.SERVER_AUTH]),
        stamping.Authority(AT, echoes_nonce=False),
    ],
    ids=["a certificate for something else", "an answer to another question"],
)
def test_what_is_no_stamp_for_us_is_refused(authority: stamping.Authority) -> None:
    with pytest.raises(Tampered):
        asked(authority)


def test_another_authority_is_not_believed() -> None:
    with pytest.raises(Tampered):
        asked(stamping.Authority(AT), root=stamping.Authority(AT))


def test_bytes_that_are_no_answer_are_refused() -> None:
    with pytest.raises(Tampered):
        stamp.check([stamping.Authority(AT).root], b"0\x03\x02\x01\x00", HEAD)


def test_an_authority_that_grants_none_or_is_away_stops_nothing() -> None:
    authority = stamping.Authority(AT, status="rejection")
    with pytest.raises(Unavailable, match="grants no stamp"):
        asked(authority)
    with pytest.raises(Unavailable, match="does not answer"):
        stamp.ask(stamp.Authority(authority.url, (authority.root,)), HEAD, timeout_s=1)
