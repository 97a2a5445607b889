"""Messages between machines are signed as Standard Webhooks says, and tell only ids (J12)."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talteen.errors import ConfigError, InputError, NotAllowed
from talteen.register.programs.webhook import Message, Secret, signed, verified

# The vector that the specification's own libraries test themselves with.
VECTOR_SECRET = Secret.read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_AT = datetime.fromtimestamp(1614265330, UTC)
VECTOR = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MESSAGE, CALL = UUID(int=1), UUID(int=2)
OLD, NEW = Secret(b"o" * 32), Secret(b"n" * 32)


def sent(*secrets: Secret) -> Message:
    return signed(MESSAGE, "recording.sealed", {"recording": CALL}, NOW, secrets or (NEW,))


def test_the_published_vector_is_verified() -> None:
    assert verified(VECTOR, VECTOR_BODY, [VECTOR_SECRET], VECTOR_AT) == VECTOR["webhook-id"]


def test_what_is_sent_is_what_the_other_side_verifies_and_it_tells_ids_only() -> None:
    message = sent()

    assert verified(message.headers, message.body, [NEW], NOW) == str(MESSAGE)
    assert json.loads(message.body) == {
        "type": "recording.sealed",
        "timestamp": "2026-11-24T08:00:00Z",
        "data": {"recording": str(CALL)},
    }


def test_a_secret_can_be_changed_without_a_gap() -> None:
    both = sent(OLD, NEW)

    assert verified(both.headers, both.body, [OLD], NOW)
    assert verified(both.headers, both.body, [NEW], NOW)
    with pytest.raises(NotAllowed):
        verified(sent(OLD).headers, both.body, [NEW], NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_of_another_time_is_refused(seconds: int) -> None:
    message = sent()

    with pytest.raises(NotAllowed, match="clock"):
        verified(message.headers, message.body, [NEW], NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("missing", sorted(VECTOR))
def test_a_message_without_a_header_is_refused(missing: str) -> None:
    headers = {name: value for name, value in VECTOR.items() if name != missing}

    with pytest.raises(InputError):
        verified(headers, VECTOR_BODY, [VECTOR_SECRET], VECTOR_AT)


@given(st.integers(0, len(VECTOR_BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found(place: int, bits: int) -> None:
    body = bytearray(VECTOR_BODY)
    body[place] ^= bits

    with pytest.raises(NotAllowed):
        verified(VECTOR, bytes(body), [VECTOR_SECRET], VECTOR_AT)


@given(st.dictionaries(st.sampled_from(sorted(VECTOR)), st.text(max_size=40)))
def test_any_headers_are_refused_in_words(headers: dict[str, str]) -> None:
    with pytest.raises((InputError, NotAllowed)):
        verified(VECTOR | headers | {"webhook-id": "x"}, b"", [NEW], NOW)


@pytest.mark.parametrize(
    "written", ["", "whsec_", "whsec_short", "whsec_" + base64.b64encode(b"x" * 65).decode(), "ä"]
)
def test_a_secret_that_is_too_short_or_no_base64_is_refused(written: str) -> None:
    with pytest.raises(ConfigError):
        Secret.read(written)


def test_a_secret_is_not_shown() -> None:
    assert "nnn" not in repr(NEW)
