"""Blobs: what the library seals, we read in ranges, byte for byte, and nothing else."""

import base64
import io
import json
from pathlib import Path

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from hypothesis import given
from hypothesis import strategies as st

from talteen.engine.vault import cobblestone
from talteen.engine.vault.cobblestone import CHUNK_BYTES, HEADER_BYTES, Sealed, SealedFile
from talteen.errors import Tampered

KEY, CONTEXT = bytes(range(32)), b"recording, kind, blob, format"
VECTORS = Path(__file__).parents[2] / "vectors" / "cobblestone-256.json"
SIZES = st.one_of(
    st.integers(0, 3 * CHUNK_BYTES + 100),
    st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES]),
)


def pattern(size: int) -> bytes:
    return bytes(i * 7 % 251 for i in range(size))


def by_library(plain: bytes) -> bytes:
    encryptor = Cobblestone256Encryptor(KEY, CONTEXT)
    return encryptor.update(plain) + encryptor.finalize()


def blob(sealed: bytes, *, key: bytes = KEY, context: bytes = CONTEXT) -> Sealed:
    def read_at(start: int, length: int) -> bytes:
        return sealed[start : start + length]

    return Sealed(key, context, read_at=read_at, size_bytes=len(sealed))


def whole(sealed: bytes) -> bytes:
    opened = blob(sealed)
    opened.verify_end()
    return opened.read(0, opened.plain_size)


@given(size=SIZES, start=st.integers(0, 4 * CHUNK_BYTES), length=st.integers(0, 3 * CHUNK_BYTES))
def test_cobblestone_matches_library(size: int, start: int, length: int) -> None:
    plain = pattern(size)

    opened = blob(by_library(plain))

    assert opened.plain_size == size
    assert opened.read(start, length) == plain[start : start + length]


@given(st.lists(st.binary(max_size=CHUNK_BYTES + 10), max_size=6))
def test_what_we_seal_in_blocks_of_any_size_the_library_opens(blocks: list[bytes]) -> None:
    sealed = b"".join(cobblestone.encrypt(KEY, CONTEXT, blocks))

    decryptor = Cobblestone256Decryptor(KEY, CONTEXT)

    assert decryptor.update(sealed) + decryptor.finalize() == b"".join(blocks)
    assert len(sealed) == cobblestone.sealed_size(sum(map(len, blocks)))


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text())["vectors"], ids=lambda v: v["comment"]
)
def test_published_vectors_open(vector: dict[str, str]) -> None:
    sealed = base64.b64decode(vector["sealed"])
    key, context = bytes.fromhex(vector["key"]), bytes.fromhex(vector["context"])

    opened = blob(sealed, key=key, context=context)

    assert opened.read(0, opened.plain_size) == pattern(int(vector["plain_size"]))


@given(size=SIZES, cut=st.integers(1, 2 * CHUNK_BYTES))
def test_a_blob_that_was_cut_does_not_open(size: int, cut: int) -> None:
    sealed = by_library(pattern(size))

    with pytest.raises(Tampered):
        whole(sealed[: max(len(sealed) - cut, 0)])


@given(size=SIZES, data=st.data())
def test_a_flipped_bit_is_seen_wherever_it_is(size: int, data: st.DataObject) -> None:
    sealed = bytearray(by_library(pattern(size)))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        whole(bytes(sealed))


def test_swapped_chunks_are_seen() -> None:
    sealed = by_library(pattern(3 * CHUNK_BYTES))
    a, b = HEADER_BYTES, HEADER_BYTES + cobblestone.SEALED_CHUNK_BYTES
    c = b + cobblestone.SEALED_CHUNK_BYTES

    with pytest.raises(Tampered):
        whole(sealed[:a] + sealed[b:c] + sealed[a:b] + sealed[c:])


def test_a_blob_in_the_place_of_another_does_not_open() -> None:
    sealed = by_library(pattern(100))

    with pytest.raises(Tampered):
        blob(sealed, context=b"another recording, kind, blob, format").read(0, 1)


def test_a_store_that_returns_less_than_the_page_vouches_for_is_seen() -> None:
    sealed = by_library(pattern(CHUNK_BYTES + 5))
    opened = Sealed(
        KEY, CONTEXT, read_at=lambda start, n: sealed[start : start + n - 1], size_bytes=len(sealed)
    )

    with pytest.raises(Tampered):
        opened.read(0, 10)


def test_each_kind_of_a_recording_has_a_key_of_its_own() -> None:
    keys = {cobblestone.key_of_kind(KEY, bytes([kind])) for kind in range(1, 8)}

    assert len(keys | {KEY}) == 8


@given(st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 20_000)), max_size=8))
def test_a_blob_is_a_file_that_can_be_sought(jumps: list[tuple[int, int]]) -> None:
    plain = pattern(50_000)
    ours, plainly = SealedFile(blob(by_library(plain))), io.BytesIO(plain)

    for at, length in jumps:
        assert ours.seek(at) == plainly.seek(at)
        assert ours.read(length) == plainly.read(length)
    assert ours.seek(0, io.SEEK_END) == len(plain)
