"""The inner lock of a ring: only two persons take it off, for the name it was put on for."""

import os

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import intake
from talteen.engine.vault.holders import credential, two_persons
from talteen.errors import InputError, Tampered

MADE = credential.make_restore_credential()
SEED = credential.join(*MADE.shares)
KEY = os.urandom(32)
BOX = two_persons.lock(MADE.public, "ring-7-a", KEY)


def test_two_shares_open_the_box_and_one_does_not() -> None:
    one, two = MADE.shares

    assert two_persons.unlock(SEED, "ring-7-a", BOX) == KEY
    for pair in ((one, one), (two, two)):
        with pytest.raises(InputError):
            credential.join(*pair)


def test_a_box_of_another_name_or_another_house_opens_nothing() -> None:
    other = credential.join(*credential.make_restore_credential().shares)

    for seed, name in ((SEED, "ring-8-a"), (SEED, ""), (other, "ring-7-a")):
        with pytest.raises(Tampered):
            two_persons.unlock(seed, name, BOX)


@given(st.integers(0, len(BOX) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_noticed(at: int, by: int) -> None:
    changed = bytearray(BOX)
    changed[at] ^= by

    with pytest.raises(Tampered):
        two_persons.unlock(SEED, "ring-7-a", bytes(changed))


@given(st.binary(max_size=2 * len(BOX)))
def test_what_is_no_box_is_noticed(data: bytes) -> None:
    with pytest.raises(Tampered):
        two_persons.unlock(SEED, "ring-7-a", data)


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=40))
def test_it_is_what_its_page_says(key: bytes, name: str) -> None:
    """docs/formats/wraps.md, read by somebody else."""
    label, said = b"talteen ring box v1", name.encode()
    info = len(label).to_bytes(4) + label + len(said).to_bytes(4) + said
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    box = two_persons.lock(MADE.public, name, key)

    assert suite.decrypt(box, intake.private_key(SEED), info) == key
