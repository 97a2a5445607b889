"""Codes of an authenticator app: time-based one-time passwords (RFC 6238, RFC 4226). Pure.

Six figures, thirty seconds, HMAC-SHA-1: what every app can do. A code of the step before or after
counts too, because telephones are not quite right (RFC 6238 5.2); which steps were taken already is
the caller's to remember.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

SEED_BYTES = 20
"""As long as the hash (RFC 4226 4, R6: at least 16, 20 recommended)."""
DIGITS, STEP_S = 6, 30
_DRIFT = 1


def step_of(at: datetime) -> int:
    """The number of the thirty seconds in which ``at`` lies."""
    return int(at.timestamp()) // STEP_S


def code(seed: bytes, step: int) -> str:
    """The code of ``step`` (RFC 4226 5.3)."""
    digest = hmac.digest(seed, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching(seed: bytes, typed: str, at: datetime) -> int | None:
    """The step whose code was ``typed``; None where it is no code of now.

    Spaces do not count: apps show them. All steps are tried, so that time tells nothing.
    """
    figures, now = "".join(typed.split()), step_of(at)
    found = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(code(seed, step).encode(), figures.encode()):
            found = step
    return found


def written(seed: bytes) -> str:
    """The seed as a person types it into an app: base32 in groups of four (RFC 4648 6)."""
    text = base64.b32encode(seed).decode().rstrip("=").lower()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(seed: bytes, *, house: str, person: str) -> str:
    """What an app reads from the picture (Key URI format: ``otpauth://totp/...``)."""
    label = quote(f"{house}:{person}", safe=":")
    secret = base64.b32encode(seed).decode().rstrip("=")
    told = urlencode({"secret": secret, "issuer": house}, quote_via=quote)
    return f"otpauth://totp/{label}?{told}"
