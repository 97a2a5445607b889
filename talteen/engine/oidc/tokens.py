"""What a provider's tokens say, once all of it is checked. Keys and the time come in; no network.

An ID token by OIDC Core 3.1.3.7, a logout token by Back-Channel Logout 1.0, 2.6. Only signatures
with the provider's own public keys count: ``none`` and shared secrets are not on the list.
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from talteen.errors import NotAllowed

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
LEEWAY = timedelta(minutes=1)
"""How far two clocks may be apart."""
LOGOUT_LIVES = timedelta(minutes=5)
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TYPE = "logout+jwt"
_LONGEST = 255


class NotTrue(NotAllowed):
    """A token is not what it should be. Which check failed is for the log and for nobody else."""

    slug = "token-not-true"

    def __init__(self, check: str) -> None:
        super().__init__("the sign-in service's answer does not hold", remedy="sign in again")
        self.check = check


@dataclass(frozen=True, slots=True)
class Expected:
    """Of whom, and for whom, a token must be."""

    issuer: str
    client: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody is, by their provider."""

    issuer: str
    subject: str
    """What the provider calls this person for good, under this issuer (OIDC Core 8)."""
    session: str
    """The provider's name of its session; empty where it gives none."""
    acr: str
    amr: frozenset[str]
    """How they proved it (RFC 8176)."""
    proved_at: datetime | None
    """When; None where the provider does not say."""
    name: str = field(default="", repr=False)
    """What they are called, where that was asked for (scope ``profile``)."""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Whose session ends: a person's, one of theirs, or both."""

    subject: str
    session: str


def id_token(
    written: str, keys: dict[str, Any], expected: Expected, *, nonce: str, now: datetime
) -> Told:
    """Who ``written`` is about. Raises NotTrue where one of the checks fails."""
    kind, told = _signed(written, keys)
    if kind == _LOGOUT_TYPE:
        raise NotTrue("typ")
    _about(told, expected)
    _fresh(told, now)
    if not hmac.compare_digest(_text(told, "nonce").encode(), nonce.encode()):
        raise NotTrue("nonce")
    subject = _text(told, "sub")
    if not 0 < len(subject) <= _LONGEST or not subject.isascii():
        raise NotTrue("sub")
    return Told(
        issuer=expected.issuer,
        subject=subject,
        session=_text(told, "sid")[:_LONGEST],
        acr=_text(told, "acr"),
        amr=_methods(told),
        proved_at=_instant(told.get("auth_time")),
        name=_name(told),
    )


def logout_token(
    written: str, keys: dict[str, Any], expected: Expected, now: datetime
) -> LoggedOut:
    """Whose session ends by ``written``. Raises NotTrue where one of the checks fails."""
    kind, told = _signed(written, keys)
    # So that no other token of this provider is taken for one (RFC 8725 3.11; ASVS 10.5.5).
    if kind != _LOGOUT_TYPE:
        raise NotTrue("typ")
    _about(told, expected)
    issued = _instant(told.get("iat"))
    if issued is None or not -LEEWAY <= now - issued <= LOGOUT_LIVES:
        raise NotTrue("iat")
    events = told.get("events")
    # A nonce would make an ID token of it, and an ID token must log nobody out (2.4).
    if not isinstance(events, dict) or _LOGOUT_EVENT not in events or "nonce" in told:
        raise NotTrue("events")
    found = LoggedOut(_text(told, "sub"), _text(told, "sid"))
    if not (found.subject or found.session):
        raise NotTrue("sub")
    return found


def _signed(written: str, keys: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What kind of token it says it is, and its claims."""
    from joserfc import jwt  # loaded when it is used: pages start without it
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        known = KeySet.import_key_set({"keys": keys["keys"]})
        token = jwt.decode(written, known, algorithms=ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotTrue("signature") from None
    kind = token.header.get("typ", "")
    return str(kind).lower().removeprefix("application/"), token.claims


def _about(told: dict[str, Any], expected: Expected) -> None:
    if told.get("iss") != expected.issuer:
        raise NotTrue("iss")
    audience = told.get("aud")
    of = audience if isinstance(audience, list) else [audience]
    party = told.get("azp", expected.client if len(of) == 1 else None)
    if expected.client not in of or party != expected.client:
        raise NotTrue("aud")


def _fresh(told: dict[str, Any], now: datetime) -> None:
    ends, issued = _instant(told.get("exp")), _instant(told.get("iat"))
    if ends is None or issued is None or now >= ends + LEEWAY or issued > now + LEEWAY:
        raise NotTrue("exp")


def _text(told: dict[str, Any], key: str) -> str:
    found = told.get(key, "")
    if not isinstance(found, str):
        raise NotTrue(key)
    return found


def _name(told: dict[str, Any]) -> str:
    parts = _text(told, "given_name"), _text(told, "family_name")
    return (_text(told, "name") or " ".join(filter(None, parts)))[:_LONGEST]


def _methods(told: dict[str, Any]) -> frozenset[str]:
    found = told.get("amr")
    methods = found if isinstance(found, list) else []
    return frozenset(one for one in methods if isinstance(one, str))


def _instant(told: object) -> datetime | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, ValueError, OSError):
        return None
