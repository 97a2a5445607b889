"""Signed messages between machines, by Standard Webhooks 1.0: pure, ids only.

Symmetric signatures (``v1``): HMAC-SHA256 over ``id.timestamp.body``. A sender signs with every
secret that is in force, so that a secret can be changed without a gap; a receiver takes a message
if one signature fits one of its secrets and the time is near. Who keeps ``webhook-id`` for
``TOLERANCE`` and refuses it the second time cannot be sent an old message anew.

What the house sends names things by their ids and tells nothing else (DESIGN 9): whoever may know
more asks for it under a purpose.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from talteen.errors import ConfigError, InputError, NotAllowed

TOLERANCE = timedelta(minutes=5)
"""How far a message's time may be from ours, either way (the specification's proposal)."""
PREFIX = "whsec_"
_LEAST, _MOST = 24, 64
"""Bytes of a secret, by the specification."""
_VERSION = "v1"
_ID, _AT, _SIGNED = "webhook-id", "webhook-timestamp", "webhook-signature"


@dataclass(frozen=True, slots=True)
class Secret:
    """A shared secret."""

    key: bytes = field(repr=False)

    @classmethod
    def read(cls, written: str) -> "Secret":
        """The secret written as ``whsec_`` and Base64. ConfigError where it is none."""
        try:
            key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not _LEAST <= len(key) <= _MOST:
            raise ConfigError(
                "the webhook secret is not one", remedy="write whsec_ and 24-64 bytes in Base64"
            )
        return cls(key)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the body must go out byte for byte as it was signed."""

    headers: Mapping[str, str]
    body: bytes


def signed(
    message: UUID,
    kind: str,
    about: Mapping[str, UUID],
    at: datetime,
    secrets: Iterable[Secret],
    *,
    sent_at: datetime | None = None,
) -> Message:
    """The message that something of ``kind`` happened at ``at`` to the things in ``about``.

    ``sent_at``: when it is sent, where that is another time than when it happened.
    """
    told = {
        "type": kind,
        "timestamp": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": {name: str(id_) for name, id_ in about.items()},
    }
    body = json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
    seconds = str(int((sent_at or at).timestamp()))
    signatures = (_signature(secret, str(message), seconds, body) for secret in secrets)
    headers = {_ID: str(message), _AT: seconds, _SIGNED: " ".join(signatures)}
    return Message({"content-type": "application/json", **headers}, body)


def verified(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[Secret], now: datetime
) -> str:
    """The id of a message that one of ``secrets`` signed near ``now``; header names in any case.

    InputError where it is no signed message, NotAllowed where it is not from whom it should be.
    """
    by_name = {name.lower(): value for name, value in headers.items()}
    try:
        message, seconds, signatures = by_name[_ID], by_name[_AT], by_name[_SIGNED]
        sent_at = datetime.fromtimestamp(int(seconds), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        raise InputError(
            "this message is not signed", remedy="send it as Standard Webhooks describes"
        ) from None
    wanted = [_signature(secret, message, seconds, body) for secret in secrets]
    given = signatures.encode("utf-8", "replace").split()
    # Every pair is compared, each in constant time: the time taken tells nothing.
    fits = [hmac.compare_digest(one, other.encode()) for one in given for other in wanted]
    if not any(fits):
        raise NotAllowed("the signature does not fit", remedy="check the secret on both sides")
    if abs(now - sent_at) > TOLERANCE:
        raise NotAllowed("the message is too old or too new", remedy="set the sender's clock")
    return message


def _signature(secret: Secret, message: str, seconds: str, body: bytes) -> str:
    signed_bytes = f"{message}.{seconds}.".encode() + body
    mac = hmac.digest(secret.key, signed_bytes, "sha256")
    return f"{_VERSION},{base64.b64encode(mac).decode()}"
