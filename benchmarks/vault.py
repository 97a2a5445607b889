"""What sealing, opening and destroying cost beside the bare cipher, the bare disk and commits."""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks import Row, house, seconds
from talteen.engine.vault import cobblestone
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.cobblestone import CHUNK_BYTES, Sealed

GROUP = "vault"
REPEATS = 9
MIB = 1 << 20
BLOCK_BYTES = 256 * 1024
KINDS = ("sealed", "plain")
row = partial(Row, GROUP)


def rows() -> Iterator[Row]:
    """Cipher, ranges, searches, indexes, rolls, purges."""
    yield from cipher_rows()
    yield from range_rows()
    with house.standing() as config:
        from benchmarks import destruction  # its tables need Django, which a house has set up

        yield from destruction.rows(config)
    from benchmarks import key_holders  # its services are those of the tests

    yield from key_holders.rows()


# --- the cipher ----------------------------------------------------------------------------


def cipher_rows() -> Iterator[Row]:
    """Sealing and opening against one call of the bare cipher over the same bytes in memory."""
    for size in (MIB, 5 * MIB):
        ours, peer = pairs(partial(sealed_rate, size), partial(encrypted_rate, size))
        yield row(f"encrypt {size // MIB} MiB, against AESGCM (MB/s)", ours, peer, ">=0.45")
        ours, peer = pairs(partial(opened_rate, size), partial(decrypted_rate, size))
        name = f"decrypt {size // MIB} MiB into a buffer, against AESGCM (MB/s)"
        yield row(name, ours, peer, ">=0.5")


def sealed_rate(size: int) -> float:
    plain = memoryview(os.urandom(size))
    blocks = [bytes(plain[at : at + BLOCK_BYTES]) for at in range(0, size, BLOCK_BYTES)]
    key = os.urandom(32)

    def seal() -> None:
        for _ in cobblestone.encrypt(key, b"context", blocks):
            pass

    return rate(size, seal)


def opened_rate(size: int) -> float:
    key = os.urandom(32)
    sealed = b"".join(cobblestone.encrypt(key, b"context", [os.urandom(size)]))
    in_memory, buffer = memoryview(sealed), bytearray(BLOCK_BYTES)

    def read_at(start: int, length: int) -> bytes:
        # The header is needed as bytes; of all else a view will do, as for the peer.
        part = in_memory[start : start + length]
        return bytes(part) if start == 0 else part  # type: ignore[return-value]

    def open_all() -> None:
        blob = Sealed(key, b"context", read_at=read_at, size_bytes=len(sealed))
        for start in range(0, size, BLOCK_BYTES):
            blob.read_into(start, buffer)

    return rate(size, open_all)


def encrypted_rate(size: int) -> float:
    cipher, nonce, plain = AESGCM(os.urandom(32)), os.urandom(12), os.urandom(size)
    return rate(size, lambda: cipher.encrypt(nonce, plain, None))


def decrypted_rate(size: int) -> float:
    cipher, nonce = AESGCM(os.urandom(32)), os.urandom(12)
    sealed = cipher.encrypt(nonce, os.urandom(size), None)
    return rate(size, lambda: cipher.decrypt(nonce, sealed, None))


def rate(size_bytes: int, act: Callable[[], object]) -> float:
    """MB/s, the median of many."""
    return size_bytes / statistics.median(seconds(act) for _ in range(41)) / 1e6


def pairs(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Medians in turns, REPEATS times each."""
    both = [(ours(), peer()) for _ in range(REPEATS)]
    return statistics.median(a for a, _ in both), statistics.median(b for _, b in both)


def range_rows() -> Iterator[Row]:
    """64 KiB out of one of 48 hours of sound, each time elsewhere: a fresh open, key and all.

    More than the processor's caches hold, as in a house where people listen to many calls. The bar
    is about pread and what nobody can leave out: the cipher over the same four chunks. Against
    pread alone a row tells how fast memory is, and not what we do with it (decision 246).
    """
    size, length = 11 * MIB, 64 * 1024
    places = [at * 7919 % (size - length) // CHUNK_BYTES * CHUNK_BYTES for at in range(2000)]
    with house.folder() as place, ExitStack() as stack:
        store, key = FolderStore(place), os.urandom(32)
        for hour in range(48):
            store.put(f"sealed-{hour}", cobblestone.encrypt(key, b"context", [os.urandom(size)]))
            store.put(f"plain-{hour}", [os.urandom(size)])
        sealed, plain = (
            [opened(stack, place / f"{kind}-{h}") for h in range(48)] for kind in KINDS
        )
        ours = partial(range_of, sealed, store.size("sealed-0"), key, bytearray(length))
        bare = partial(pread_of, plain, length)
        cipher = partial(pread_and_decrypt, plain, four_chunks(length), bytearray(length))
        mine, peer = pairs(partial(each_us, ours, places), partial(each_us, bare, places))
        yield row("64 KiB range of a blob, against pread (µs)", mine, peer)
        both, peer = pairs(partial(each_us, cipher, places), partial(each_us, bare, places))
        yield row("pread and the bare cipher over 64 KiB, against pread (µs)", both, peer)
        mine, both = pairs(partial(each_us, ours, places), partial(each_us, cipher, places))
        yield row(
            "64 KiB range of a blob, against pread and the bare cipher (µs)", mine, both, "<=1.75"
        )


def range_of(
    files: list[int], size_bytes: int, key: bytes, buffer: bytearray, number: int, at: int
) -> None:
    """What a player asks for."""
    file = files[number % len(files)]
    blob = Sealed(
        key,
        b"context",
        read_at=lambda start, count: os.pread(file, count, start),
        size_bytes=size_bytes,
    )
    blob.read_into(at, buffer)


def pread_of(files: list[int], length: int, number: int, at: int) -> None:
    """The same bytes without any cipher."""
    os.pread(files[number % len(files)], length, at)


Chunks = tuple[AESGCM, bytes, list[bytes]]


def four_chunks(length: int) -> Chunks:
    """Sealed chunks that are at hand, their cipher and its nonce."""
    cipher, nonce = AESGCM(os.urandom(32)), os.urandom(12)
    plain = os.urandom(CHUNK_BYTES)
    return cipher, nonce, [cipher.encrypt(nonce, plain, None)] * (length // CHUNK_BYTES)


def pread_and_decrypt(
    files: list[int], chunks: Chunks, buffer: bytearray, number: int, at: int
) -> None:
    """Read as many bytes, and decrypt as many: no key is derived, nothing is looked for."""
    cipher, nonce, sealed = chunks
    os.pread(files[number % len(files)], len(buffer), at)
    room = memoryview(buffer)
    for place, chunk in enumerate(sealed):
        cipher.decrypt_into(
            nonce, chunk, None, room[place * CHUNK_BYTES : (place + 1) * CHUNK_BYTES]
        )


def opened(stack: ExitStack, path: Path) -> int:
    """A file, open until the stack ends."""
    file = os.open(path, os.O_RDONLY)
    stack.callback(os.close, file)
    return file


def each_us(read: Callable[[int, int], None], places: list[int]) -> float:
    """The median time of a read, in µs."""
    return statistics.median(seconds(partial(read, *one)) for one in enumerate(places)) * 1e6
