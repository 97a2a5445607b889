"""A file that comes by network, kept so that it can be read several times: sealed, in constant
memory.

Sound is read four times until it is sealed, and may be hours long, so it is neither held in memory
nor written in the open. It is encrypted as it comes, under a key that stands in this process alone,
into a file without a name: after a crash there is nothing but bytes that nothing opens.
"""

import io
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 16
_READ = 1 << 16


class Upload:
    """One file on its way in: ``add`` its pieces, then ``done``, then read it (``Readable``)."""

    def __init__(self, name: str, folder: Path) -> None:
        """``name`` is what messages call it: never the name that the file had, which may be a
        number."""
        self.name = name
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._key = os.urandom(32)
        self._writing = _cipher(self._key, 0).encryptor()
        self._seen = sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next bytes. OSError where the disk is full."""
        self._seen.update(piece)
        sealed = memoryview(self._writing.update(piece))
        while sealed:
            sealed = sealed[self._file.write(sealed) or 0 :]
        self.size += len(piece)

    @property
    def sha256(self) -> bytes:
        """Of what came."""
        return self._seen.digest()

    def open(self, mode: Literal["rb"], /) -> io.BufferedReader:
        """From its first byte on."""
        return io.BufferedReader(_Reader(self._file.fileno(), self._key, self.size), _READ)

    def read_bytes(self) -> bytes:
        """All of it."""
        with self.open("rb") as whole:
            return whole.read()

    def close(self) -> None:
        """Let go of the bytes: they have no name, so nothing of them is left."""
        self._file.close()


class _Reader(io.RawIOBase):
    """Opens the sealed bytes from any place: counter mode needs none of those before it."""

    def __init__(self, descriptor: int, key: bytes, size: int) -> None:
        super().__init__()
        self._descriptor, self._key, self._size, self._at = descriptor, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        into = memoryview(buffer).cast("B")
        skipped = self._at % _BLOCK
        wanted = max(min(len(into), self._size - self._at), 0)
        sealed = os.pread(self._descriptor, wanted + skipped, self._at - skipped)
        plain = _cipher(self._key, self._at // _BLOCK).decryptor().update(sealed)[skipped:]
        into[: len(plain)] = plain
        self._at += len(plain)
        return len(plain)


def _cipher(key: bytes, block: int) -> Cipher[modes.CTR]:
    """The key is one file's, so its counter may begin at nought."""
    return Cipher(algorithms.AES(key), modes.CTR(block.to_bytes(_BLOCK)))
