"""What sealing, opening and destroying cost beside the bare cipher, the bare disk and commits."""

import os
import statistics
from collections.abc import Callable, Iterator
from functools import partial

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks import Row, house, seconds
from talteen.engine.vault import cobblestone
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.cobblestone import Sealed

GROUP = "vault"
REPEATS = 9
MIB = 1 << 20
BLOCK_BYTES = 256 * 1024
row = partial(Row, GROUP)
NOT_BUILT = (
    "erase one, 322 k live: roll with OpenBao and folder",
    "erase one, 322 k live: roll with file holder and S3",
)


def rows() -> Iterator[Row]:
    """Cipher, ranges, rolls, searches, purges; and what is not built yet."""
    yield from cipher_rows()
    yield range_row()
    with house.standing() as config:
        from benchmarks import destruction  # its tables need Django, which a house has set up

        yield from destruction.rows(config)
    for missing in NOT_BUILT:
        yield row(f"{missing}: not built", None, None, "<=2")


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


def range_row() -> Row:
    """64 KiB out of the middle of an hour: a fresh open of the blob, key derivation and all."""
    size, length = 5 * MIB, 64 * 1024
    with house.folder() as place:
        store, key = FolderStore(place), os.urandom(32)
        store.put("sealed", cobblestone.encrypt(key, b"context", [os.urandom(size)]))
        store.put("plain", [os.urandom(size)])
        sealed_bytes = store.size("sealed")
        plain = os.open(place / "plain", os.O_RDONLY)
        sealed = os.open(place / "sealed", os.O_RDONLY)

        def read_at(start: int, count: int) -> bytes:
            return os.pread(sealed, count, start)

        def ours() -> None:
            blob = Sealed(key, b"context", read_at=read_at, size_bytes=sealed_bytes)
            blob.read(size // 2 - 1000, length)

        def bare() -> None:
            os.pread(plain, length, size // 2 - 1000)

        mine, peer = pairs(
            lambda: statistics.median(seconds(ours) for _ in range(200)) * 1e6,
            lambda: statistics.median(seconds(bare) for _ in range(200)) * 1e6,
        )
        os.close(plain)
        os.close(sealed)
        return row("64 KiB range of a blob, against pread (µs)", mine, peer, "<=4")
