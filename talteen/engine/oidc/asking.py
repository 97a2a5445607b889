"""What a browser is sent away with: one question, which only the same browser can bring an answer
to. No network.

The state binds the answer to the browser, the nonce binds the token to the question, and the
verifier (RFC 7636) makes a code worthless to whoever reads it on its way.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Question:
    """The secrets of one question; they stay here until its answer comes."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """RFC 7636 4.2, S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def question() -> Question:
    """A new one."""
    return Question(*(secrets.token_urlsafe(_BYTES) for _ in range(3)))


def address(
    endpoint: str,
    asked: Question,
    *,
    client: str,
    back: str,
    acr: Sequence[str] = (),
    again: bool = False,
    scope: str = "openid",
) -> str:
    """Where the browser goes (OIDC Core 3.1.2.1). ``back``: where it comes back to; ``acr``: how
    sure the server should be; ``again``: the person proves it now, whatever they proved before;
    ``scope``: what is asked to be told."""
    told = {
        "response_type": "code",
        "scope": scope,
        "client_id": client,
        "redirect_uri": back,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": asked.challenge,
        "code_challenge_method": "S256",
    }
    if acr:
        told["acr_values"] = " ".join(acr)
    if again:
        told |= {"prompt": "login", "max_age": "0"}
    return _with(endpoint, told)


def farewell(endpoint: str, *, client: str, back: str) -> str:
    """Where the browser of somebody goes who signed out here (RP-Initiated Logout 1.0, 2). No hint
    is given: we keep no token, so the provider asks its person."""
    return _with(endpoint, {"client_id": client, "post_logout_redirect_uri": back})


def _with(endpoint: str, told: Mapping[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(told)}"
