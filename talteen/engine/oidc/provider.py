"""A provider over the network: what it says of itself, its keys, and tokens for a code.

Everything it is asked goes to the one host of its issuer, over TLS whose certificate is checked;
no redirect is followed and no answer of any size is read. Each sign-in asks anew, so that a key
that was changed, or taken back, counts from the next one on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from talteen.engine.oidc.tokens import Expected, NotTrue
from talteen.errors import Unavailable

CONNECT_S, READ_S = 3.0, 8.0
MOST_BYTES = 256 * 1024
WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderAway(Unavailable):
    """The provider does not answer as it should. A passkey of the house lets in without it."""

    slug = "provider-away"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the sign-in service does not answer ({why})",
            remedy="try again, or sign in with a passkey",
        )


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked what."""

    authorization: str
    """A browser goes there."""
    token: str
    keys: str
    end_session: str
    """A browser goes there when its person signs out; empty where the provider has none."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, and who we are to it."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    """Empty for a public client: then the verifier alone proves who asks."""
    ca_file: Path | None = None
    """Whom to trust, if its certificate is of an authority of one's own."""

    @property
    def expected(self) -> Expected:
        """What its tokens must say."""
        return Expected(self.issuer, self.client)

    def endpoints(self) -> Endpoints:
        """As the provider publishes them (Discovery 1.0, 4). Raises ProviderAway."""
        told = self._json("GET", f"{self.issuer.rstrip('/')}{WELL_KNOWN}")
        if told.get("issuer") != self.issuer:  # 4.3: exactly
            raise ProviderAway("issuer")
        return Endpoints(
            authorization=_secure(told, "authorization_endpoint"),
            token=self._own(told, "token_endpoint"),
            keys=self._own(told, "jwks_uri"),
            end_session=_secure(told, "end_session_endpoint")
            if "end_session_endpoint" in told
            else "",
        )

    def public_keys(self, endpoints: Endpoints) -> dict[str, Any]:
        """Its public keys (RFC 7517 5)."""
        return self._json("GET", endpoints.keys)

    def redeem(self, endpoints: Endpoints, code: str, *, verifier: str, back: str) -> str:
        """The ID token that a code stands for. NotTrue where the provider refuses the code."""
        from urllib3 import make_headers

        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.secret:
            # RFC 6749 2.3.1: both are written as in a form before they become the header.
            pair = f"{quote(self.client, safe='')}:{quote(self.secret, safe='')}"
            headers |= make_headers(basic_auth=pair)
        else:
            asked["client_id"] = self.client
        told = self._json("POST", endpoints.token, headers, urlencode(asked), refuses=True)
        found = told.get("id_token")
        if not isinstance(found, str):
            raise ProviderAway("id_token")
        return found

    def _own(self, told: Mapping[str, Any], key: str) -> str:
        found = _secure(told, key)
        if urlsplit(found).hostname != urlsplit(self.issuer).hostname:
            raise ProviderAway(f"{key} is of another host")
        return found

    def _json(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        *,
        refuses: bool = False,
    ) -> dict[str, Any]:
        from urllib3 import PoolManager, Timeout  # loaded when it is used: pages start without it
        from urllib3.exceptions import HTTPError

        wanted = {"Accept": "application/json", **(headers or {})}
        pool = PoolManager(
            timeout=Timeout(connect=CONNECT_S, read=READ_S),
            cert_reqs="CERT_REQUIRED",
            ca_certs=str(self.ca_file) if self.ca_file else None,
        )
        try:
            with pool:
                answer = pool.request(
                    method,
                    url,
                    headers=wanted,
                    body=body,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                data = answer.read(MOST_BYTES + 1)
        except HTTPError as error:
            raise ProviderAway(type(error).__name__) from None
        if refuses and answer.status in (400, 401):
            raise NotTrue("code")
        if answer.status != 200 or len(data) > MOST_BYTES:
            raise ProviderAway(str(answer.status))
        return _read(data)


def _secure(told: Mapping[str, Any], key: str) -> str:
    found = told.get(key)
    if not isinstance(found, str) or urlsplit(found).scheme != "https":
        raise ProviderAway(key)
    return found


def _read(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderAway("no JSON")
    return found
