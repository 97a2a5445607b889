"""A POST of a program is done once, however often it is sent and wherever it was killed
(draft-ietf-httpapi-idempotency-key-header).

The row of a key is written before the act, and its answer inside the act's own transaction where
there is one (``Kept.keep``), else right after. Two at once: the second is told to come again. What
failed is not remembered: nothing of it was done.

An answer can hold what is shown once (the code of a request), so it is sealed under a key that the
token and the Idempotency-Key give together. The house keeps hashes of both: a copy of the database
opens none of it.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection

from talteen.errors import Conflict, InputError, Tampered
from talteen.register.programs.api_models import ApiAnswer, ApiToken

REMEMBERED = timedelta(days=1)
_NONCE = 12


class UsedForElse(InputError):
    """The key came before, with another question."""

    slug = "idempotency-key-reused"


class UnderWay(Conflict):
    """The same question is being answered at this moment."""

    slug = "idempotency-key-under-way"


@dataclass(slots=True)
class Kept:
    """One question of one token, and its answer once it is there."""

    row: ApiAnswer
    answer: dict[str, Any] | None
    """What was answered before; None where the act is still to be done."""
    _key: bytes = field(repr=False)

    def keep(self, answer: dict[str, Any]) -> None:
        """Remember ``answer``: inside the act's transaction, so that both stand or fall."""
        self.answer = answer
        nonce = os.urandom(_NONCE)
        told = json.dumps(answer).encode()
        self.row.sealed = nonce + AESGCM(self._key).encrypt(nonce, told, _context(self.row))
        self.row.save(update_fields=["sealed"])


@contextmanager
def once(token: ApiToken, shown: str, key: str, asked: bytes, now: datetime) -> Iterator[Kept]:
    """The place of one question, held by this process alone until the end of the block.

    ``shown`` is the token itself, ``key`` the Idempotency-Key, ``asked`` a SHA-256 over the
    question. UnderWay where another process holds it, UsedForElse where the key was another's.
    """
    name = sha256(token.pk.bytes + key.encode()).digest()
    with _alone(name):
        row, _ = ApiAnswer.objects.get_or_create(
            token=token, key_sha256=name, defaults={"body_sha256": asked, "at": now}
        )
        if bytes(row.body_sha256) != asked:
            raise UsedForElse(
                "this Idempotency-Key was used for another question",
                remedy="give each question a key of its own",
            )
        sealing = _sealing_key(shown, key)
        yield Kept(row, _opened(row, sealing) if row.sealed else None, sealing)


def forget(now: datetime) -> int:
    """Let go of answers that nobody asks for any more; how many."""
    return ApiAnswer.objects.filter(at__lt=now - REMEMBERED).delete()[0]


def _opened(row: ApiAnswer, key: bytes) -> dict[str, Any]:
    sealed = bytes(row.sealed or b"")
    try:
        plain = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _context(row))
    except InvalidTag:
        raise Tampered("a kept answer is not what was kept", remedy="ask with a new key") from None
    told: dict[str, Any] = json.loads(plain)
    return told


def _sealing_key(shown: str, key: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=key.encode(), info=b"talteen api answer 1")
    return derived.derive(shown.encode())


def _context(row: ApiAnswer) -> bytes:
    return bytes(row.key_sha256) + bytes(row.body_sha256)


@contextmanager
def _alone(name: bytes) -> Iterator[None]:
    """Held by the connection: with a killed process it is free again."""
    number = int.from_bytes(name[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise UnderWay(
                "the same question is being answered", remedy="ask again in some seconds"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
