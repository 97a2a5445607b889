"""Who may use the API: bearer tokens (RFC 6750) of machines, of which this house knows a hash only.

They stand in a file of this machine and not in the database: a pause must be heard while the
database is away (DESIGN 16), and the node that hears it is on this machine. A token is shown once,
when it is made.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from talteen.errors import ConfigError, InputError, Missing
from talteen.register.programs import bearer

PREFIX = "talteen_"
"""So that a token that leaked is recognised as one."""
MOST = 100


class Scope(Enum):
    """What a token allows; the value is what ``WWW-Authenticate`` names."""

    SAY = "capture:say"
    """Say something of a running call: announced, paused, refused."""
    READ = "capture:read"
    """See which calls run, without caller data."""
    PEOPLE = "people:sync"
    """Say who joins and who leaves (SCIM)."""


@dataclass(frozen=True, slots=True)
class Token:
    """One machine that may ask."""

    name: str
    sha256: str
    scopes: frozenset[Scope]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens in the file ``path``."""

    path: Path

    def all(self) -> tuple[Token, ...]:
        """Every token in force. Raises ConfigError where the file is broken."""
        try:
            told = json.loads(self.path.read_text())
            return tuple(_read(one) for one in told)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError):
            raise ConfigError(
                f"{self.path}: is no file of tokens", remedy="delete it and make tokens anew"
            ) from None

    def of(self, shown: str) -> Token | None:
        """Whose the token ``shown`` is; None where it is nobody's, or revoked."""
        digest = bearer.digest(shown).hex()
        return next((one for one in self.all() if one.sha256 == digest), None)

    def make(self, name: str, scopes: Iterable[Scope], at: datetime) -> str:
        """A new token; what is returned is shown once and kept nowhere."""
        bearer.require_name(name)
        known = self.all()
        if any(one.name == name for one in known) or len(known) >= MOST:
            raise InputError("this name is taken", remedy=f"revoke it: --revoke {name}")
        shown = bearer.new(PREFIX)
        self._write((*known, Token(name, bearer.digest(shown).hex(), frozenset(scopes), at)))
        return shown

    def revoke(self, name: str) -> None:
        """Let the token die at once. Missing where there is none of this name."""
        known = self.all()
        left = tuple(one for one in known if one.name != name)
        if left == known:
            raise Missing("there is no token of this name", remedy="see 'talteen api-token'")
        self._write(left)

    def _write(self, tokens: Iterable[Token]) -> None:
        told = [
            {
                "name": one.name,
                "sha256": one.sha256,
                "scopes": sorted(scope.value for scope in one.scopes),
                "made_at": one.made_at.isoformat(),
            }
            for one in tokens
        ]
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "w") as out:
            json.dump(told, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(self.path)


def _read(told: dict[str, object]) -> Token:
    scopes = told["scopes"]
    if not isinstance(scopes, list):
        raise TypeError
    return Token(
        str(told["name"]),
        str(told["sha256"]),
        frozenset(Scope(one) for one in scopes),
        datetime.fromisoformat(str(told["made_at"])).astimezone(UTC),
    )
