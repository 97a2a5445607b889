"""A roll file is what the house signed, in one spelling, and nothing else."""

import os
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import dead, rollfile
from talteen.engine.vault.dead import Destroyed
from talteen.engine.vault.rollfile import (
    Death,
    GenerationKey,
    HoldChange,
    IntakeKeyBorn,
    Leaf,
    PageBytes,
    RollFile,
)
from talteen.errors import Tampered
from talteen.ids import BlobId, HoldId, HouseId, IntakeKeyId, PageId, RecordingId

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
SIGNER = Ed25519PrivateKey.generate()


def file(*, backed: int = 1) -> RollFile:
    recording = RecordingId(uuid4())
    return RollFile(
        house=HouseId(uuid4()),
        n=12,
        base_n=11,
        at=AT,
        previous=os.urandom(32),
        live=GenerationKey("live-12", b"wrapped"),
        backup=GenerationKey("ring-12", b"wrapped too") if backed else None,
        root=b"sealed root",
        pages=(PageBytes(PageId(uuid4()), b"sealed page"),),
        entries_before=100,
        removed=1,
        destroyed=dead.dead(
            [], [Destroyed(recording, "request", date(2026, 11, 23), AT, os.urandom(32))]
        ),
        folded=(RecordingId(uuid4()),),
        attached=(BlobId(uuid4()),),
        holds_placed=(HoldChange(HoldId(uuid4()), recording),),
        holds_released=(HoldChange(HoldId(uuid4()), recording),),
        intake_opened=(IntakeKeyBorn(IntakeKeyId(uuid4()), "import", b"public"),),
        intake_closed=(IntakeKeyId(uuid4()),),
        deaths=(Death("ring-11", AT),),
        leaves=(Leaf("rolled", b"{}"),),
    )


@pytest.mark.parametrize("backed", [0, 1])
def test_a_file_comes_back_as_it_was_written(backed: int) -> None:
    made = file(backed=backed)

    data = rollfile.write(made, SIGNER)

    assert rollfile.read(data, SIGNER.public_key()) == made


@given(st.data())
def test_any_flipped_bit_is_seen(data: st.DataObject) -> None:
    written = bytearray(rollfile.write(file(), SIGNER))
    written[data.draw(st.integers(0, len(written) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        rollfile.read(bytes(written), SIGNER.public_key())


@given(st.integers(1, 400))
def test_a_cut_file_is_seen(cut: int) -> None:
    written = rollfile.write(file(), SIGNER)

    with pytest.raises(Tampered):
        rollfile.read(written[:-cut], SIGNER.public_key())


def test_a_file_of_another_house_is_seen() -> None:
    written = rollfile.write(file(), Ed25519PrivateKey.generate())

    with pytest.raises(Tampered):
        rollfile.read(written, SIGNER.public_key())


@given(st.binary(max_size=300))
def test_signed_nonsense_is_tampered_and_nothing_worse(body: bytes) -> None:
    """A parser of signed bytes is total too: the signing key may sign other things one day."""
    signed = rollfile.MAGIC + body

    with pytest.raises(Tampered):
        rollfile.read(signed + SIGNER.sign(signed), SIGNER.public_key())


@given(st.integers(0, 10**12 - 1))
def test_names_of_files_sort_as_their_numbers(n: int) -> None:
    assert rollfile.n_of(rollfile.key_of(n)) == n
    assert rollfile.key_of(n) <= rollfile.key_of(n + 1) or n == 10**12 - 1


@pytest.mark.parametrize("key", ["rolls/", "rolls/1", "rolls/x", "rolls/0000000000001x", "other/1"])
def test_a_stranger_among_the_files_is_seen(key: str) -> None:
    with pytest.raises(Tampered):
        rollfile.n_of(key)
