"""What a program is known by (RFC 6750): how a token is named, made and kept, wherever it is kept.

A token is 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess. Pure but for
chance.
"""

import hashlib
import re
import secrets

from talteen.errors import InputError

_NAME = re.compile(r"[a-z](?!.*\d{5})[a-z0-9-]{0,31}", re.ASCII)


def require_name(name: str) -> None:
    """Raise InputError where ``name`` is none for a token: it stands in logs, so no number hides
    in it."""
    if not _NAME.fullmatch(name):
        raise InputError(
            "this is no name for a token", remedy="write small letters, digits and hyphens"
        )


def new(prefix: str) -> str:
    """A new token, to be shown once. By ``prefix`` one that leaked is recognised."""
    return prefix + secrets.token_urlsafe(32)


def digest(shown: str) -> bytes:
    """By what the house knows the token ``shown``."""
    return hashlib.sha256(shown.encode("utf-8", "replace")).digest()
