"""What is said, indexed and found in the tests of a day's words."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2 as sqlcipher  # type: ignore[import-untyped]

from talteen.life.transcribe.index import Hit, Passage, Shard
from talteen.life.transcribe.query import (
    Depth,
    parse,
)

KEY = bytes(range(32))
NEXT_KEY = bytes(range(1, 33))
CALL, OTHER = UUID(int=1), UUID(int=2)


def said(
    text: str, *, call: UUID = CALL, side: str = "caller", start_ms: int = 0, language: str = "fi"
) -> Passage:
    return Passage(call, side, start_ms, start_ms + 900, text, language)


def found(shard: Shard, text: str, side: str | None = None) -> list[Hit]:
    return shard.find(parse(text), side=side)


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of the file in the clear, free ones included, read past SQLite.

    SQLCipher 4: pages of 4,096 bytes, AES-256-CBC; the last 48 bytes hold the IV and an HMAC of
    SHA-256, and the first page begins with the salt.
    """
    stored, opened = path.read_bytes(), b""
    for start in range(0, len(stored), 4_096):
        body = stored[start + (16 if start == 0 else 0) : start + 4_096 - 48]
        iv = stored[start + 4_096 - 48 : start + 4_096 - 32]
        page = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        opened += page.update(body) + page.finalize()
    return opened


def terms_in(path: Path, key: bytes) -> set[str]:
    """Every term that the index holds, whole: in the file a term lacks the beginning that it
    shares with the one before."""
    connection = sqlcipher.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, word, row)")
    terms = {term for (term,) in connection.execute("SELECT term FROM temp.term")}
    connection.close()
    return terms


def covered(text: str, **where: Any) -> Passage:
    """A passage in which the words in [brackets] are covered, each by a cover of its own."""
    stretches = tuple((word.strip("[]"), word.startswith("[")) for word in text.split())
    plain = " ".join(word for word, _ in stretches)
    return replace(said(plain, **where), stretches=stretches)


def starts(shard: Shard, text: str, depth: Depth) -> list[int]:
    """When the passages that fit begin."""
    return sorted(hit.start_ms for hit in shard.find(parse(text), depth=depth))
