"""Key holders in AWS KMS, or a service that speaks like it: one customer key for each generation.

A key is found by its alias. Its deletion is a date at least seven days ahead, and until that day a
person with the right to may cancel it (AWS KMS, "Deleting keys"). So: from the moment it is pending
it counts as destroyed here and opens nothing for us; ``Declared.copies_live_for`` says the seven
days, from which k is computed; and a key that was brought back is among the ``names`` again, where
the house sees it and destroys it again (keys-review 13).

A date of death in the ring is a second alias of the key. An alias can be added without the right to
take one away, and the earliest counts: not even a stolen house credential moves a death later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING

from talteen.engine.vault.canonical import from_ms, to_ms
from talteen.engine.vault.holders import CredentialRefused, Declared, HolderAway, two_persons
from talteen.engine.vault.holders.credential import Share
from talteen.errors import Conflict, KeyGone, TalteenError, Tampered

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

KIND = "kms"
WAIT_DAYS = 7
"""The shortest wait that the service allows (ScheduleKeyDeletion, PendingWindowInDays)."""
WAIT = timedelta(days=WAIT_DAYS)
_DYING = {"PendingDeletion", "PendingReplicaDeletion"}
_KEY, _DIES = "key", "dies"
_CONNECT_S, _READ_S, _TRIES = 3, 15, 3
_GONE = {"NotFoundException"}
_FORGED = {"InvalidCiphertextException", "IncorrectKeyException"}
_TAKEN = {"AlreadyExistsException"}
_PROBE = bytes(32)
_DENIED = {
    "AccessDeniedException",
    "AccessDenied",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service is, and who we are there."""

    prefix: str
    """What the aliases of these keys begin with, such as "talteen/live"."""
    endpoint: str = ""
    """Address of the service; empty for Amazon's own."""
    region: str = "eu-north-1"
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)


def connect(place: Place) -> "Keys":
    """The keys at ``place``. Nothing is asked of the service yet."""
    import boto3
    from botocore.config import Config

    client: KMSClient = boto3.client(
        "kms",
        endpoint_url=place.endpoint or None,
        region_name=place.region,
        aws_access_key_id=place.access_key,
        aws_secret_access_key=place.secret_key,
        config=Config(
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            retries={"mode": "standard", "max_attempts": _TRIES},
        ),
    )
    return Keys(client, place.prefix)


@dataclass(frozen=True, slots=True)
class Key:
    """A customer key, as the service describes it."""

    id: str
    state: str

    @property
    def stands(self) -> bool:
        """It may be switched off; it is not dying."""
        return self.state not in _DYING


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys below one prefix. Safe for many threads. Make it with ``connect``."""

    client: "KMSClient" = field(repr=False)
    prefix: str

    def create(self, name: str) -> None:
        known, alias = self._named(name), self._alias(_KEY, name)
        if known and known.stands:
            raise _taken()
        with _refusals():
            made = self.client.create_key(Description=f"Talteen {name}")["KeyMetadata"]["KeyId"]
        try:
            with _refusals():
                if known:
                    self.client.update_alias(AliasName=alias, TargetKeyId=made)
                else:
                    self.client.create_alias(AliasName=alias, TargetKeyId=made)
        except Conflict:  # another node was at it, in between
            self._schedule(made)
            raise

    def encrypt(self, name: str, plain: bytes) -> bytes:
        key = self._usable(name)
        with _refusals():
            answer = self.client.encrypt(
                KeyId=key, Plaintext=plain, EncryptionContext=_context(name)
            )
        return answer["CiphertextBlob"]

    def decrypt(self, name: str, sealed: bytes) -> bytes:
        key, context = self._usable(name), _context(name)
        if not sealed:
            raise _not_wrapped_here()
        try:
            return self._opened(key, sealed, context)
        except CredentialRefused:
            # A service may say "denied" of bytes that another key made: then it opens its own.
            if self._opened(key, self.encrypt(name, _PROBE), context) == _PROBE:
                raise _not_wrapped_here() from None
            raise

    def prove(self, name: str) -> None:
        """Have the service open and lock again what it has locked: it shows nothing by that."""
        sealed, context = self.encrypt(name, _PROBE), _context(name)
        key = self._usable(name)
        with _refusals():
            self.client.re_encrypt(
                CiphertextBlob=sealed,
                SourceKeyId=key,
                DestinationKeyId=key,
                SourceEncryptionContext=context,
                DestinationEncryptionContext=context,
            )

    def destroy(self, name: str) -> bool:
        """Whether there was a key to destroy, and now it is dying."""
        key = self._named(name)
        if key is None or not key.stands:
            return False
        self._schedule(key.id)
        return True

    def date(self, name: str, ms: int) -> None:
        """Add a date of death to a living key, where it is earlier than what stands."""
        key, known = self._named(name), self.dates().get(name)
        if key and key.stands and (known is None or ms < known):
            alias = self._alias(_DIES, f"{name}/{ms}")
            with _refusals():
                self.client.create_alias(AliasName=alias, TargetKeyId=key.id)

    def names(self) -> frozenset[str]:
        """The keys that are not dying: also what somebody has brought back or switched off."""
        found = {name: self._key(key) for name, key in self._aliases(_KEY)}
        return frozenset(name for name, key in found.items() if key and key.stands)

    def dates(self) -> dict[str, int]:
        """The earliest date of each key that has one, in milliseconds; dying keys among them."""
        earliest: dict[str, int] = {}
        for entry, _ in self._aliases(_DIES):
            name, _, ms = entry.rpartition("/")
            if ms.isdigit():
                earliest[name] = min(int(ms), earliest.get(name, int(ms)))
        return earliest

    def ask(self) -> None:
        """The cheapest question."""
        with _refusals():
            self.client.list_aliases(Limit=1)

    # --- inside ---------------------------------------------------------------------------

    def _alias(self, kind: str, name: str) -> str:
        return f"alias/{self.prefix}/{kind}/{name}"

    def _aliases(self, kind: str) -> Iterator[tuple[str, str]]:
        """(What stands behind the prefix, the key's id) of each alias of this kind."""
        begin = self._alias(kind, "")
        with _refusals():
            pages = self.client.get_paginator("list_aliases").paginate()
            found = [one for page in pages for one in page["Aliases"]]
        for one in found:
            name = one["AliasName"]
            if name.startswith(begin) and "TargetKeyId" in one:
                yield name[len(begin) :], one["TargetKeyId"]

    def _named(self, name: str) -> Key | None:
        return self._key(self._alias(_KEY, name))

    def _key(self, wanted: str) -> Key | None:
        try:
            with _refusals():
                told = self.client.describe_key(KeyId=wanted)["KeyMetadata"]
        except KeyGone:
            return None
        return Key(told["KeyId"], told["KeyState"])

    def _usable(self, name: str) -> str:
        key = self._named(name)
        if key is None or not key.stands:
            raise _gone()
        if key.state != "Enabled":
            raise HolderAway(
                f"a key is switched off in the key service ({key.state})",
                remedy="enable it, or let the house destroy it",
            )
        return key.id

    def _opened(self, key: str, sealed: bytes, context: dict[str, str]) -> bytes:
        with _refusals():
            answer = self.client.decrypt(
                KeyId=key, CiphertextBlob=sealed, EncryptionContext=context
            )
        return answer["Plaintext"]

    def _schedule(self, key: str) -> None:
        with _refusals():
            self.client.schedule_key_deletion(KeyId=key, PendingWindowInDays=WAIT_DAYS)


@dataclass(frozen=True, slots=True)
class KmsLiveHolder:
    """A LiveHolder. ``copies_live_for``: what the operator declares beside the service's wait."""

    keys: Keys
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, max(WAIT, self.copies_live_for))

    def answer(self) -> None:
        self.keys.ask()

    def create(self, name: str) -> None:
        self.keys.create(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, key)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return self.keys.decrypt(name, wrapped)

    def destroy(self, name: str) -> None:
        self.keys.destroy(name)

    def names(self) -> frozenset[str]:
        return self.keys.names()


@dataclass(frozen=True, slots=True)
class KmsBackupHolder:
    """A BackupHolder, by a credential that may not decrypt."""

    keys: Keys
    restore_public: bytes = field(repr=False)
    copies_live_for: timedelta = timedelta(0)

    @property
    def declared(self) -> Declared:
        return Declared(KIND, max(WAIT, self.copies_live_for))

    def answer(self) -> None:
        self.keys.ask()

    def create(self, name: str) -> None:
        self.keys.create(name)
        self.keys.prove(name)

    def wrap(self, name: str, key: bytes) -> bytes:
        return self.keys.encrypt(name, two_persons.lock(self.restore_public, name, key))

    def schedule_death(self, name: str, at: datetime) -> None:
        self.keys.date(name, to_ms(at))

    def deaths(self) -> Mapping[str, datetime]:
        living, dates = self.keys.names(), self.keys.dates()
        return MappingProxyType({name: from_ms(dates[name]) for name in living & dates.keys()})

    def names(self) -> frozenset[str]:
        return self.keys.names()


@dataclass(frozen=True, slots=True)
class KmsReaper:
    """A Reaper by a credential that may see keys and schedule their deletion. A key whose deletion
    was cancelled is due again, for its date still stands.
    """

    keys: Keys

    def reap(self, now: datetime) -> tuple[str, ...]:
        due = sorted(name for name, ms in self.keys.dates().items() if ms <= to_ms(now))
        return tuple(name for name in due if self.keys.destroy(name))


@dataclass(frozen=True, slots=True)
class KmsRestoreHolder:
    """A RestoreHolder by a credential that may decrypt. Make it with ``open_restore``."""

    keys: Keys
    _seed: bytes = field(repr=False)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return two_persons.unlock(self._seed, name, self.keys.decrypt(name, wrapped))


def open_restore(keys: Keys, one: Share, other: Share) -> KmsRestoreHolder:
    """The ring, opened by two persons. Raises InputError where the shares do not belong
    together.
    """
    return KmsRestoreHolder(keys, two_persons.opener(one, other))


def _context(name: str) -> dict[str, str]:
    """Bound into what is locked, and written into the service's own audit log."""
    return {"talteen": name}


# --- refusals ---------------------------------------------------------------------------


class _refusals:
    """Turns what the client raises into our errors. Nothing of a request is repeated in them."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            told = error.response
            denied = told.get("ResponseMetadata", {}).get("HTTPStatusCode") == HTTPStatus.FORBIDDEN
            code = str(told.get("Error", {}).get("Code", "unknown"))
            raise _refused(code, denied=denied) from None
        if isinstance(error, BotoCoreError):
            raise HolderAway(
                f"the key service does not answer ({type(error).__name__})",
                remedy="check its address and the way to it; no key is lost by this",
            ) from None


def _refused(code: str, *, denied: bool) -> TalteenError:
    if code in _GONE:
        return _gone()
    if code in _FORGED:
        return _not_wrapped_here()
    if code in _TAKEN:
        return _taken()
    if denied or code in _DENIED:
        return CredentialRefused(
            f"the key service does not accept the credential for this ({code})",
            remedy="give it the policy that docs/operators/key-holders.md writes for this place",
        )
    return HolderAway(f"the key service refuses ({code})", remedy="see its log, and try again")


def _gone() -> KeyGone:
    return KeyGone("the key was destroyed", remedy="nothing brings it back")


def _taken() -> Conflict:
    return Conflict("a key of this name exists", remedy="choose another name")


def _not_wrapped_here() -> Tampered:
    return Tampered(
        "a wrapped key was not made under this generation's key",
        remedy="restore the key plane from its second copy",
    )
