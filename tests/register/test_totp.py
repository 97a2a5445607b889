"""Codes of an app, held against the vectors of RFC 4226 and RFC 6238."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.register.staff import totp

RFC_SEED = b"12345678901234567890"
moments = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
seeds = st.binary(min_size=20, max_size=20)


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split())
    ),
)
def test_it_counts_as_rfc_4226_does(counter: int, code: str) -> None:
    assert totp.code(RFC_SEED, counter) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_it_keeps_time_as_rfc_6238_does(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert totp.code(RFC_SEED, totp.step_of(at)) == code


@given(seeds, moments, st.integers(-1, 1))
def test_a_telephone_may_be_half_a_minute_wrong(seed: bytes, at: datetime, drift: int) -> None:
    step = totp.step_of(at) + drift
    shown = totp.code(seed, step)

    assert totp.matching(seed, f"{shown[:3]} {shown[3:]}", at) is not None


@given(seeds, moments, st.sampled_from([-3, -2, 2, 3]))
def test_and_no_more(seed: bytes, at: datetime, drift: int) -> None:
    old = totp.code(seed, totp.step_of(at) + drift)
    now = {totp.code(seed, totp.step_of(at) + near) for near in (-1, 0, 1)}

    assert (totp.matching(seed, old, at) is not None) == (old in now)


@given(st.text(max_size=12))
def test_what_is_no_code_lets_nobody_in(typed: str) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    right = {totp.code(RFC_SEED, totp.step_of(at) + near) for near in (-1, 0, 1)}

    assert (totp.matching(RFC_SEED, typed, at) is not None) == ("".join(typed.split()) in right)


def test_the_picture_says_the_seed_the_house_and_the_code() -> None:
    told = urlsplit(totp.address(RFC_SEED, house="Lumme Oy", person="r01"))

    assert (told.scheme, told.netloc, told.path) == ("otpauth", "totp", "/Lumme%20Oy:r01")
    assert parse_qs(told.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Lumme Oy"],
    }
    assert totp.written(RFC_SEED).startswith("gezd gnbv")


def test_half_a_minute_is_a_step() -> None:
    at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    assert totp.step_of(at + timedelta(seconds=30)) == totp.step_of(at) + 1
