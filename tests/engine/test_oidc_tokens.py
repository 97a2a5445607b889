"""A token counts when all of it is true (OpenID Connect Core 3.1.3.7; RFC 7519; ASVS 9.1, 9.2)."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from talteen.engine.oidc import asking, tokens
from talteen.engine.oidc.tokens import Expected, NotTrue

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EXPECTED = Expected("https://login.example.fi/o", "talteen")
KEY = RSAKey.generate_key(2048, parameters={"kid": "1"})
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
_SECONDS = int(NOW.timestamp())
TRUE = {
    "iss": EXPECTED.issuer,
    "aud": "talteen",
    "sub": "248289761001",
    "nonce": "n-0S6",
    "iat": _SECONDS - 5,
    "exp": _SECONDS + 300,
    "auth_time": _SECONDS - 10,
    "amr": ["pwd", "mfa"],
}


def written(key: Any = KEY, alg: str = "RS256", **other: object) -> str:
    claims = {name: value for name, value in (TRUE | other).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "1"}, claims, key, algorithms=[alg])


def _part(told: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def told(token: str, keys: dict[str, Any] = KEYS) -> tokens.Told:
    return tokens.id_token(token, keys, EXPECTED, nonce="n-0S6", now=NOW)


def test_a_true_token_says_who_and_how() -> None:
    found = told(written())

    assert (found.subject, found.amr) == ("248289761001", {"pwd", "mfa"})
    assert found.proved_at == NOW - timedelta(seconds=10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://login.example.fi"},
        {"aud": "another"},
        {"aud": ["talteen", "another"]},  # without azp nobody says for whom of them
        {"aud": ["talteen", "another"], "azp": "another"},
        {"aud": None},
        {"sub": ""},
        {"sub": None},
        {"sub": "ä"},
        {"sub": "x" * 256},
        {"nonce": "another"},
        {"nonce": "ä"},
        {"nonce": None},
        {"exp": _SECONDS - 61},
        {"exp": None},
        {"exp": "later"},
        {"iat": _SECONDS + 61},
        {"iat": None},
    ],
)
def test_a_token_with_one_wrong_claim_says_nothing(wrong: dict[str, object]) -> None:
    with pytest.raises(NotTrue):
        told(written(**wrong))


def test_a_token_for_several_names_the_one_it_is_for() -> None:
    assert told(written(aud=["talteen", "another"], azp="talteen")).subject


def test_only_the_service_s_own_keys_sign() -> None:
    other = RSAKey.generate_key(2048, parameters={"kid": "1"})
    head, body, _ = written().split(".")
    # The old trick: the public key, as a secret that both know.
    shared = f"{_part({'alg': 'HS256', 'kid': '1'})}.{body}"
    digest = hmac.digest(KEY.as_pem(private=False), shared.encode(), "sha256")
    public = f"{shared}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    none = jwt.encode({"alg": "none"}, TRUE, OctKey.import_key(b"x" * 32), algorithms=["none"])

    for token in (written(other), public, none, f"{head}.{body}.", "x.y.z", ""):
        with pytest.raises(NotTrue):
            told(token)
    for keys in ({}, {"keys": []}, {"keys": [{}]}, {"keys": None}):
        with pytest.raises(NotTrue):
            told(written(), keys)


@given(st.text(max_size=80))
def test_any_text_is_a_token_or_is_none(text: str) -> None:
    with pytest.raises(NotTrue):
        told(text)


def test_the_challenge_is_that_of_the_rfc() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    asked = asking.Question("s", "n", verifier)

    assert asked.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert len({asking.question().state for _ in range(10)}) == 10
