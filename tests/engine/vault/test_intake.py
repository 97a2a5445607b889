"""An envelope opens for the recording, the day and the node that it was sealed for."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault import intake
from talteen.engine.vault.canonical import length_prefixed
from talteen.engine.vault.entries import Entry
from talteen.engine.vault.intake import Address, Envelope
from talteen.errors import Tampered
from talteen.ids import HouseId, IntakeKeyId, RecordingId

START = datetime(2026, 11, 24, 8, 0, 0, 123_000, tzinfo=UTC)
ENTRY = Entry(os.urandom(32), START, START + timedelta(days=90), os.urandom(32), "+3584012", ())
SEED = os.urandom(intake.SEED_BYTES)
NODE = Ed25519PrivateKey.generate()
NODE_KEY = NODE.public_key().public_bytes_raw()
ADDRESS = Address(
    HouseId(uuid4()), IntakeKeyId(uuid4()), "import", RecordingId(uuid4()), segment=0, start=START
)


def envelope() -> Envelope:
    return intake.seal(ENTRY, ADDRESS, to=intake.public_bytes(SEED), signer=NODE)


def test_an_envelope_opens_with_the_private_half() -> None:
    assert intake.unseal(envelope(), seed=SEED, node_key=NODE_KEY) == ENTRY


@pytest.mark.parametrize(
    "moved",
    [
        replace(ADDRESS, start=START - timedelta(days=30)),
        replace(ADDRESS, start=START + timedelta(days=1)),
        replace(ADDRESS, recording=RecordingId(uuid4())),
        replace(ADDRESS, house=HouseId(uuid4())),
        replace(ADDRESS, intake_key=IntakeKeyId(uuid4())),
        replace(ADDRESS, node="other"),
        replace(ADDRESS, segment=1),
    ],
    ids=["earlier", "later", "recording", "house", "intake key", "node", "segment"],
)
def test_envelope_moved_to_other_day_or_id_rejected(moved: Address) -> None:
    with pytest.raises(Tampered):
        intake.unseal(replace(envelope(), address=moved), seed=SEED, node_key=NODE_KEY)


def test_an_address_cannot_be_cut_differently() -> None:
    """Without lengths, node "a" and what follows could be read as node "a" plus a byte of it."""
    one, other = replace(ADDRESS, node="a"), replace(ADDRESS, node="ab")

    assert one.info() != other.info()
    assert not other.info().startswith(one.info())


def test_forged_envelope_rejected() -> None:
    """Anyone can seal to a public key: only the node's signature says that it did."""
    mallory = Ed25519PrivateKey.generate()
    forged = intake.seal(ENTRY, ADDRESS, to=intake.public_bytes(SEED), signer=mallory)

    with pytest.raises(Tampered):
        intake.unseal(forged, seed=SEED, node_key=NODE_KEY)


def test_an_envelope_signed_again_by_the_node_for_elsewhere_does_not_open_here() -> None:
    real = envelope()
    elsewhere = replace(ADDRESS, recording=RecordingId(uuid4()))
    mixed = Envelope(
        elsewhere,
        real.sealed,
        intake.seal(ENTRY, elsewhere, to=intake.public_bytes(SEED), signer=NODE).signature,
    )

    with pytest.raises(Tampered):
        intake.unseal(mixed, seed=SEED, node_key=NODE_KEY)


def test_another_intake_key_opens_nothing() -> None:
    with pytest.raises(Tampered):
        intake.unseal(envelope(), seed=os.urandom(intake.SEED_BYTES), node_key=NODE_KEY)


@pytest.mark.parametrize("length", [0, 1, 1167, 2000])
def test_bytes_that_no_node_sealed_are_tampered_and_nothing_worse(length: int) -> None:
    sealed = os.urandom(length)
    signature = NODE.sign(length_prefixed([ADDRESS.info(), sealed]))

    with pytest.raises(Tampered):
        intake.unseal(Envelope(ADDRESS, sealed, signature), seed=SEED, node_key=NODE_KEY)


def test_a_public_key_of_the_wrong_size_is_tampered() -> None:
    with pytest.raises(Tampered):
        intake.public_key(b"short")
