"""The blob format: C2SP chunked encryption, instance Cobblestone-256 (https://c2sp.org/chunked-encryption).

A blob is a 24-byte salt, a 32-byte key commitment and chunks of 16 KiB under AES-256-GCM, the last
one always shorter. Writing is the library's; reading a range is ours, because a player asks for a
minute in the middle of an hour: plain byte i stands in chunk i // 16384, which begins at
56 + 16400 * (i // 16384). What a range touches is authenticated whole before a byte of it leaves.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from talteen.errors import Tampered

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

KEY_BYTES = 32
SALT_BYTES = 24
HEADER_BYTES = 56
CHUNK_BYTES = 16 * 1024
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES = 12
CHUNKS_AT_ONCE = 16
"""How much is fetched and decrypted in one go: a quarter of a megabyte stays in the caches."""

_LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
_SHA256, _SHA512 = SHA256(), SHA512()
_KIND_LABEL = b"talteen blob key v1\0"

ReadAt = Callable[[int, int], bytes]
"""``read_at(start, length)``: sealed bytes from the store; fewer only at the end of the blob."""


def key_of_kind(dek: bytes, kind: bytes) -> bytes:
    """The key under which blobs of one ``kind`` of a recording are sealed: HKDF of its DEK."""
    return HKDFExpand(_SHA256, KEY_BYTES, _KIND_LABEL + kind).derive(dek)


def encrypt(key: bytes, context: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Seal ``blocks`` (of any sizes) under ``key`` bound to ``context``; yields sealed bytes.

    The salt is random and fresh, so the same key may seal several blobs.
    """
    encryptor = Cobblestone256Encryptor(key, context)
    for block in blocks:
        yield encryptor.update(block)
    yield encryptor.finalize()


def seal(key: bytes, context: bytes, plain: bytes) -> bytes:
    """``plain`` sealed whole: something small, that lies in memory anyway."""
    return b"".join(encrypt(key, context, [plain]))


def unseal(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """What ``seal`` sealed, whole. Raises Tampered for any other bytes, context or key."""

    def read_at(start: int, length: int) -> bytes:
        return sealed[start : start + length]

    opened = Sealed(key, context, read_at=read_at, size_bytes=len(sealed))
    return opened.read(0, opened.plain_size)


def sealed_size(plain_bytes: int) -> int:
    """How many bytes a blob of ``plain_bytes`` takes."""
    return HEADER_BYTES + plain_bytes + (plain_bytes // CHUNK_BYTES + 1) * TAG_BYTES


class Sealed:
    """One sealed blob that opens in ranges. Nothing is read before it is asked for.

    ``read_at`` fetches sealed bytes, ``size_bytes`` is the sealed size that a page entry vouches
    for. Raises Tampered, at the first read that touches it, for anything that was not sealed under
    this key and context: cut, flipped, swapped, moved.
    """

    def __init__(self, key: bytes, context: bytes, *, read_at: ReadAt, size_bytes: int) -> None:
        self._key, self._context = key, context
        self._read_at, self._size = read_at, size_bytes
        whole, rest = divmod(size_bytes - HEADER_BYTES, SEALED_CHUNK_BYTES)
        if size_bytes < HEADER_BYTES or rest < TAG_BYTES:
            raise _not_what_was_sealed()
        self._plain = whole * CHUNK_BYTES + rest - TAG_BYTES
        self._cipher: AESGCM | None = None
        self._nonce = 0

    @property
    def plain_size(self) -> int:
        """How many bytes are inside, by the sealed size; reading the end authenticates it."""
        return self._plain

    def read(self, start: int, length: int) -> bytes:
        """``length`` plain bytes from ``start``; fewer at the end, none behind it."""
        start = max(start, 0)
        plain = bytearray(max(min(length, self._plain - start), 0))
        self.read_into(start, plain)
        return bytes(plain)

    def read_into(self, start: int, buffer: "WriteableBuffer") -> int:
        """Fill ``buffer`` with plain bytes from ``start``; how many there were. No copy is made.

        After Tampered the buffer holds nothing that may be used.
        """
        room = memoryview(buffer).cast("B")
        stop = min(start + len(room), self._plain)
        at = start
        while at < stop:
            whole = (at // CHUNK_BYTES + CHUNKS_AT_ONCE) * CHUNK_BYTES
            end = min(stop, whole)
            self._decrypt(at, room[at - start : end - start])
            at = end
        return max(stop - start, 0)

    def verify_end(self) -> None:
        """Authenticate the last chunk, and with it the length. Raises Tampered."""
        begin = self._plain // CHUNK_BYTES * CHUNK_BYTES
        self._decrypt(begin, memoryview(bytearray(self._plain - begin)))

    def _open(self) -> AESGCM:
        header = self._read_at(0, HEADER_BYTES)
        if len(header) != HEADER_BYTES:
            raise _not_what_was_sealed()
        info = _LABEL + header[:SALT_BYTES] + self._context
        derived = HKDFExpand(_SHA512, KEY_BYTES + NONCE_BYTES + 32, info).derive(self._key)
        if not bytes_eq(derived[KEY_BYTES + NONCE_BYTES :], header[SALT_BYTES:]):
            raise _not_what_was_sealed()
        self._nonce = int.from_bytes(derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES])
        self._cipher = AESGCM(derived[:KEY_BYTES])
        return self._cipher

    def _decrypt(self, start: int, room: memoryview) -> None:
        """Fill ``room`` from plain byte ``start`` on; every chunk that it touches is authentic."""
        cipher = self._cipher or self._open()
        number, skip = divmod(start, CHUNK_BYTES)
        sealed = self._sealed(number, start + len(room))
        at = out = 0
        try:
            if skip:
                out = self._part(cipher, number, sealed[:SEALED_CHUNK_BYTES], room, skip=skip)
                at, number = SEALED_CHUNK_BYTES, number + 1
            base, decrypt, whole = self._nonce, cipher.decrypt_into, len(room) - CHUNK_BYTES
            while out <= whole:
                nonce, end, stop = base ^ number, at + SEALED_CHUNK_BYTES, out + CHUNK_BYTES
                decrypt(nonce.to_bytes(NONCE_BYTES), sealed[at:end], None, room[out:stop])
                at, out, number = end, stop, number + 1
            if at < len(sealed):
                self._part(cipher, number, sealed[at:], room[out:], skip=0)
        except InvalidTag:
            raise _not_what_was_sealed() from None

    def _part(
        self, cipher: AESGCM, number: int, chunk: memoryview, room: memoryview, *, skip: int
    ) -> int:
        """Fill ``room`` with what one chunk holds behind ``skip`` bytes; how many there were."""
        nonce = (self._nonce ^ number).to_bytes(NONCE_BYTES)
        part = cipher.decrypt(nonce, chunk, None)[skip : skip + len(room)]
        room[: len(part)] = part
        return len(part)

    def _sealed(self, first: int, stop: int) -> memoryview:
        """The sealed chunks from number ``first`` on that hold the plain bytes up to ``stop``."""
        from_byte = HEADER_BYTES + first * SEALED_CHUNK_BYTES
        last = max(stop - 1, first * CHUNK_BYTES) // CHUNK_BYTES
        to_byte = min(HEADER_BYTES + (last + 1) * SEALED_CHUNK_BYTES, self._size)
        sealed = memoryview(self._read_at(from_byte, to_byte - from_byte))
        if len(sealed) != to_byte - from_byte:
            raise _not_what_was_sealed()
        return sealed


class SealedFile(io.RawIOBase):
    """A blob as a file that can be read and sought, for decoders. Its plain bytes live in RAM."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._sealed.plain_size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        size = self._sealed.read_into(self._at, buffer)
        self._at += size
        return size


def _not_what_was_sealed() -> Tampered:
    return Tampered(
        "a blob is not what was sealed under its recording's key",
        remedy="take this copy out of use and restore it from another",
    )
