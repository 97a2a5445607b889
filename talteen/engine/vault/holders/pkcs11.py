"""Key holders in PKCS#11 tokens: one token for the live keys, another for the ring.

A generation key is an AES object that the token made and never gives away (CKA_SENSITIVE, never
CKA_EXTRACTABLE); it locks by AES-GCM inside the token (PKCS #11 3.1, 6.13.4). A date of death
stands in the key's own CKA_ID, as milliseconds. A token knows one user, so creating, locking and
deleting take the same PIN: what the house cannot open in the ring, it cannot open because of the
inner lock (``two_persons``).
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from talteen.engine.vault.canonical import from_ms, length_prefixed, to_ms
from talteen.engine.vault.holders import Declared, HolderAway, refusals, two_persons
from talteen.engine.vault.holders.credential import Share
from talteen.engine.vault.holders.token import Token, ask

if TYPE_CHECKING:
    from pkcs11 import DecryptMixin, EncryptMixin, SecretKey, Session

    class AesKey(SecretKey, EncryptMixin, DecryptMixin):
        """What the library makes of an AES object."""


KIND = "pkcs11"
NONCE_BYTES, TAG_BITS = 12, 128
_LIVE, _RING = b"talteen live wrap v1", b"talteen ring wrap v1"
_DATE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Pkcs11LiveHolder:
    """A LiveHolder in one token."""

    token: Token
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, self.copies_live_for)

    def answer(self) -> None:
        ask(self.token, lambda session: None)

    def create(self, name: str) -> None:
        ask(self.token, lambda session: _create(session, name))

    def wrap(self, name: str, key: bytes) -> bytes:
        return ask(self.token, lambda session: _encrypt(_key(session, name), _LIVE, name, key))

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return ask(self.token, lambda session: _decrypt(_key(session, name), _LIVE, name, wrapped))

    def destroy(self, name: str) -> None:
        ask(self.token, lambda session: _destroy(session, name))

    def names(self) -> frozenset[str]:
        return ask(self.token, lambda session: frozenset(key.label for key in _keys(session)))


@dataclass(frozen=True, slots=True)
class Pkcs11BackupHolder:
    """A BackupHolder in a token of its own. ``restore_public`` is the restore credential's."""

    token: Token
    restore_public: bytes = field(repr=False)
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, self.copies_live_for)

    def answer(self) -> None:
        ask(self.token, lambda session: None)

    def create(self, name: str) -> None:
        ask(self.token, lambda session: _create(session, name))

    def wrap(self, name: str, key: bytes) -> bytes:
        box = two_persons.lock(self.restore_public, name, key)
        return ask(self.token, lambda session: _encrypt(_key(session, name), _RING, name, box))

    def schedule_death(self, name: str, at: datetime) -> None:
        ask(self.token, lambda session: _date(session, name, at))

    def deaths(self) -> Mapping[str, datetime]:
        return MappingProxyType(ask(self.token, _deaths))

    def names(self) -> frozenset[str]:
        return ask(self.token, lambda session: frozenset(key.label for key in _keys(session)))


@dataclass(frozen=True, slots=True)
class Pkcs11Reaper:
    """A Reaper over the ring's token. It needs the token's PIN, and the clock."""

    token: Token

    def reap(self, now: datetime) -> tuple[str, ...]:
        def dying(session: "Session") -> tuple[str, ...]:
            due = sorted(name for name, at in _deaths(session).items() if at <= now)
            for name in due:
                _destroy(session, name)
            return tuple(due)

        return ask(self.token, dying)


def open_restore(token: Token, one: Share, other: Share) -> two_persons.BoxRestoreHolder:
    """The ring's token, opened by two persons. Raises InputError where the shares do not belong
    together.
    """

    def outer(name: str, wrapped: bytes) -> bytes:
        return ask(token, lambda session: _decrypt(_key(session, name), _RING, name, wrapped))

    return two_persons.open_restore(outer, one, other)


# --- keys in a session --------------------------------------------------------------------


def _keys(session: "Session", name: str | None = None) -> "list[AesKey]":
    from pkcs11 import Attribute, ObjectClass

    wanted: dict[Any, Any] = {Attribute.CLASS: ObjectClass.SECRET_KEY}
    if name is not None:
        wanted[Attribute.LABEL] = name
    return cast("list[AesKey]", list(session.get_objects(wanted)))


def _key(session: "Session", name: str) -> "AesKey":
    found = _keys(session, name)
    if not found:
        raise refusals.gone()
    return found[0]


def _create(session: "Session", name: str) -> None:
    from pkcs11 import Attribute, KeyType

    if _keys(session, name):
        raise refusals.taken()
    made = cast(
        "AesKey",
        session.generate_key(KeyType.AES, 256, label=name, store=True, template=_template()),
    )
    if not (made[Attribute.NEVER_EXTRACTABLE] and made[Attribute.ALWAYS_SENSITIVE]):
        made.destroy()
        raise HolderAway(
            "the token makes keys that can be taken out of it",
            remedy="allow CKA_SENSITIVE without CKA_EXTRACTABLE, or take another token",
        )
    if len(_keys(session, name)) > 1:  # another process was at it, in between
        made.destroy()
        raise refusals.taken()
    _prove(made)


def _template() -> dict[Any, Any]:
    from pkcs11 import Attribute

    may = (Attribute.TOKEN, Attribute.PRIVATE, Attribute.SENSITIVE, Attribute.MODIFIABLE)
    does = (Attribute.ENCRYPT, Attribute.DECRYPT)
    never = (Attribute.EXTRACTABLE, Attribute.WRAP, Attribute.UNWRAP, Attribute.DERIVE)
    nor = (Attribute.SIGN, Attribute.VERIFY)
    return dict.fromkeys((*may, *does), True) | dict.fromkeys((*never, *nor), False)


def _prove(key: "AesKey") -> None:
    """A key that does not open what it locks would make a generation that nobody can open."""
    from pkcs11.exceptions import PKCS11Error

    probe = os.urandom(32)
    try:
        opens = _open(key, b"proof", _encrypt(key, b"proof", "", probe)) == probe
    except PKCS11Error:
        opens = False
    if not opens:
        raise HolderAway(
            "the token does not open what it locks", remedy="see that it may use CKM_AES_GCM"
        )


def _encrypt(key: "AesKey", label: bytes, name: str, plain: bytes) -> bytes:
    from pkcs11 import Mechanism
    from pkcs11.mechanisms import GCMParams

    nonce = os.urandom(NONCE_BYTES)
    params = GCMParams(nonce, _aad(label, name), TAG_BITS)
    sealed = key.encrypt(plain, mechanism=Mechanism.AES_GCM, mechanism_param=params)
    return nonce + cast(bytes, sealed)


def _decrypt(key: "AesKey", label: bytes, name: str, wrapped: bytes) -> bytes:
    """Tokens say differently that a tag is wrong; SoftHSM says what it says of any trouble. So a
    key is asked to open something of its own before bytes are called forged.
    """
    from pkcs11.exceptions import PKCS11Error

    if len(wrapped) > NONCE_BYTES + TAG_BITS // 8:
        with contextlib.suppress(PKCS11Error):
            return _open(key, label, wrapped, name)
    _prove(key)
    raise refusals.not_wrapped_here()


def _open(key: "AesKey", label: bytes, wrapped: bytes, name: str = "") -> bytes:
    from pkcs11 import Mechanism
    from pkcs11.mechanisms import GCMParams

    params = GCMParams(wrapped[:NONCE_BYTES], _aad(label, name), TAG_BITS)
    sealed = wrapped[NONCE_BYTES:]
    return cast(bytes, key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=params))


def _aad(label: bytes, name: str) -> bytes:
    return length_prefixed([label, name.encode()])


def _destroy(session: "Session", name: str) -> None:
    from pkcs11.exceptions import ObjectHandleInvalid

    for key in _keys(session, name):
        with contextlib.suppress(ObjectHandleInvalid):  # another process was faster
            key.destroy()


def _date(session: "Session", name: str, at: datetime) -> None:
    from pkcs11 import Attribute

    for key in _keys(session, name):
        known = _dated(key)
        if known is None or at < known:
            key[Attribute.ID] = to_ms(at).to_bytes(_DATE_BYTES)


def _deaths(session: "Session") -> dict[str, datetime]:
    dated = {key.label: _dated(key) for key in _keys(session)}
    return {name: at for name, at in dated.items() if at is not None}


def _dated(key: "AesKey") -> datetime | None:
    return from_ms(int.from_bytes(key.id)) if len(key.id) == _DATE_BYTES else None
