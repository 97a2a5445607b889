"""The keys of AWS KMS, or of a service that speaks like it: found by aliases, below one prefix.

    key/NAME          a key that stands
    dies/NAME/MS      a date of death of that key (the earliest counts)
    dead/NAME/ID      a key whose deletion is scheduled, and may be cancelled

One listing of aliases tells all of it. Only the dead are asked for one by one, and seldom: whether
somebody brought one back.
"""

import contextlib
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING

from talteen.engine.vault import amazon
from talteen.engine.vault.holders import CredentialRefused, HolderAway, refusals
from talteen.errors import Conflict, KeyGone, TalteenError

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

WAIT_DAYS = 7
"""The shortest wait that the service allows (ScheduleKeyDeletion, PendingWindowInDays)."""
LOOK_AGAIN_S = 3600.0
"""How often a dead key is asked whether it is still dying."""
_DYING = {"PendingDeletion", "PendingReplicaDeletion"}
_KEY, _DIES, _DEAD = "key", "dies", "dead"
_PATIENCE = amazon.Patience(connect_s=3, read_s=15, tries=3)
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

    client: KMSClient = boto3.client("kms", **amazon.reach(place, _PATIENCE))
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
class Listed:
    """What the aliases tell at one moment."""

    keys: dict[str, str]
    """The id of each key that stands, by its name."""
    dates: dict[str, int]
    """The earliest date of each name that has one, in milliseconds; of dead ones, too."""
    dead: list[tuple[str, str]]
    """(Name, id) of each key whose deletion was scheduled."""

    def note(self, alias: str, id: str) -> None:
        """Take in one alias, without the prefix."""
        match alias.split("/"):
            case ["key", name]:
                self.keys[name] = id
            case ["dies", name, ms] if ms.isdigit():
                self.dates[name] = min(int(ms), self.dates.get(name, int(ms)))
            case ["dead", name, _]:
                self.dead.append((name, id))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys below one prefix. Safe for many threads. Make it with ``connect``."""

    client: "KMSClient" = field(repr=False)
    prefix: str
    _looked: dict[str, float] = field(default_factory=dict, repr=False)
    """When each dead key was last seen dying."""

    def create(self, name: str) -> None:
        known, alias = self._named(name), self._alias(_KEY, name)
        if known and known.stands:
            raise refusals.taken()
        with _refusals():
            made = self.client.create_key(Description=f"Talteen {name}")["KeyMetadata"]["KeyId"]
        try:
            with _refusals():
                if known:
                    self.client.update_alias(AliasName=alias, TargetKeyId=made)
                else:
                    self.client.create_alias(AliasName=alias, TargetKeyId=made)
        except Conflict:  # another node was at it, in between
            with _refusals():
                self.client.schedule_key_deletion(KeyId=made, PendingWindowInDays=WAIT_DAYS)
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
            raise refusals.not_wrapped_here()
        try:
            return self._opened(key, sealed, context)
        except CredentialRefused:
            # A service may say "denied" of bytes that another key made: then it opens its own.
            if self._opened(key, self.encrypt(name, _PROBE), context) == _PROBE:
                raise refusals.not_wrapped_here() from None
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
        """Whether there was a key of this name to destroy, or one that had come back."""
        key = self._named(name)
        standing = [key.id] if key and key.stands else []
        standing += [id for one, id in self.listed().dead if one == name and self._stands(id)]
        for id in standing:
            with _refusals():
                self.client.schedule_key_deletion(KeyId=id, PendingWindowInDays=WAIT_DAYS)
            self._looked.pop(id, None)
        if key is not None:
            self._bury(name, key.id)
        return bool(standing)

    def date(self, name: str, ms: int) -> None:
        """Add a date of death to a standing key, where it is earlier than what stands."""
        listed = self.listed()
        key, known = listed.keys.get(name), listed.dates.get(name)
        if key and (known is None or ms < known):
            with _refusals():
                self.client.create_alias(
                    AliasName=self._alias(_DIES, f"{name}/{ms}"), TargetKeyId=key
                )

    def listed(self) -> Listed:
        """What the aliases tell."""
        begin = f"alias/{self.prefix}/"
        with _refusals():
            pages = self.client.get_paginator("list_aliases").paginate()
            found = [one for page in pages for one in page["Aliases"]]
        told = Listed({}, {}, [])
        for one in found:
            if one["AliasName"].startswith(begin) and "TargetKeyId" in one:
                told.note(one["AliasName"][len(begin) :], one["TargetKeyId"])
        return told

    def revived(self, listed: Listed) -> frozenset[str]:
        """The dead that somebody brought back; each is looked at once an hour while it is dying."""
        now = time.monotonic()
        waiting = [
            (name, id)
            for name, id in listed.dead
            if now - self._looked.get(id, float("-inf")) >= LOOK_AGAIN_S
        ]
        back = set()
        for name, id in waiting:
            if self._stands(id):
                back.add(name)
            else:
                self._looked[id] = now
        return frozenset(back)

    def ask(self) -> None:
        """The cheapest question."""
        with _refusals():
            self.client.list_aliases(Limit=1)

    # --- inside ---------------------------------------------------------------------------

    def _alias(self, kind: str, name: str) -> str:
        return f"alias/{self.prefix}/{kind}/{name}"

    def _named(self, name: str) -> Key | None:
        return self._key(self._alias(_KEY, name))

    def _key(self, wanted: str) -> Key | None:
        try:
            with _refusals():
                told = self.client.describe_key(KeyId=wanted)["KeyMetadata"]
        except KeyGone:
            return None
        return Key(told["KeyId"], told["KeyState"])

    def _stands(self, id: str) -> bool:
        key = self._key(id)
        return key is not None and key.stands

    def _bury(self, name: str, id: str) -> None:
        """From now on it is found among the dead only. Whoever comes second finds it done."""
        with contextlib.suppress(Conflict), _refusals():
            self.client.create_alias(AliasName=self._alias(_DEAD, f"{name}/{id}"), TargetKeyId=id)
        with contextlib.suppress(KeyGone), _refusals():
            self.client.delete_alias(AliasName=self._alias(_KEY, name))

    def _usable(self, name: str) -> str:
        key = self._named(name)
        if key is None or not key.stands:
            raise refusals.gone()
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
        return refusals.gone()
    if code in _FORGED:
        return refusals.not_wrapped_here()
    if code in _TAKEN:
        return refusals.taken()
    if denied or code in _DENIED:
        return CredentialRefused(
            f"the key service does not accept the credential for this ({code})",
            remedy="give it the policy that docs/operators/key-holders.md writes for this place",
        )
    return HolderAway(f"the key service refuses ({code})", remedy="see its log, and try again")
