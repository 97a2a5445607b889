"""Two nodes name the same session alike, and nothing that is no name pairs two calls."""

import hmac
import json
from pathlib import Path

import pytest

from talteen.errors import Tampered
from talteen.life.capture import naming, told
from talteen.life.capture.told import SESSION, SessionTold

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "session-names.json").read_text())


@pytest.mark.parametrize("case", VECTORS["cases"])
def test_names_are_those_of_the_published_vectors(case: dict[str, object]) -> None:
    session = SessionTold(1, case["session"], case["sip_session"])  # type: ignore[arg-type]
    found = naming.names(session, bytes.fromhex(VECTORS["key"]))

    assert [one.hex() for one in found] == case["names"]


def test_the_key_of_names_is_derived_as_the_page_says() -> None:
    key = bytes.fromhex(VECTORS["tombstone_key"])

    assert (
        hmac.digest(key, b"talteen session names 1", "sha256").hex()
        == (VECTORS["session_key_of_it"])
    )


def test_a_node_without_the_key_names_nothing() -> None:
    assert naming.names(SessionTold(1, "hVpd7YQgRW2nD22h7q60JQ=="), b"") == ()
    assert naming.named(["hVpd7YQgRW2nD22h7q60JQ=="], b"") == ()


def test_a_session_fact_of_another_format_is_refused() -> None:
    facts = [
        told.SIDECAR + b"{}",
        told.STREAMS + b"[]",
        SESSION + b'{"format":2,"session":"hVpd7YQgRW2nD22h7q60JQ=="}',
    ]

    with pytest.raises(Tampered):
        told.read(facts)


def test_the_same_sound_has_the_same_names_though_each_node_lost_half_of_it() -> None:
    key = bytes(range(32))
    payloads = [bytes((number * step + 7) % 256 for step in range(160)) for number in range(1, 600)]

    whole = set(naming.names_of_sound(payloads, key))

    assert len(whole) == 8
    assert whole & set(naming.names_of_sound(payloads[::2], key))
    assert not whole & set(naming.names_of_sound(payloads, key[::-1]))


def test_silence_and_tones_name_no_call() -> None:
    assert naming.names_of_sound([b"\xd5" * 160, b"\x01\x02" * 80, b""], bytes(32)) == ()
