"""Speaks with an OpenBao server over HTTP, and tells its refusals apart.

Nothing of an answer that was refused is repeated in an error: only its status.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from talteen.engine.vault.holders import CredentialRefused, HolderAway, HolderSealed

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_S, READ_S = 3.0, 15.0
RENEW_EVERY_S = 600.0
"""A token lives by a period that we renew; the operators' page makes them of some days."""


class Refusal(Exception):
    """The server answered 400: the caller knows what that means."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("400")
        self._errors = " ".join(errors).lower()

    def says(self, words: tuple[str, ...]) -> bool:
        """Whether one of ``words`` stands in what the server said."""
        return any(word in self._errors for word in words)

    def told(self) -> HolderAway:
        """For people: the words of a server may repeat what was asked."""
        return HolderAway(
            "OpenBao refuses what it is asked (400)",
            remedy="see its audit log; set the mounts up as docs/operators/key-holders.md says",
        )


@dataclass(slots=True)
class Client:
    """One server, by one token. Shared by threads. Nothing is asked of it yet."""

    address: str
    token: Callable[[], str] = field(repr=False)
    """Read anew for every question: an agent may have put a new one into its file."""
    ca_file: Path | None = None
    """Whom to trust, if its certificate is of an authority of one's own."""
    _pool: "PoolManager | None" = field(default=None, repr=False)
    _renewed_at: float = field(default=float("-inf"), repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, Any] | None:
        """The ``data`` of the answer; None where there is nothing of this name, or nothing to say.

        Raises Refusal for a 400, HolderSealed, CredentialRefused, else HolderAway.
        """
        answer = self._send(method, path, body)
        if answer.status in (200, 204):
            data: dict[str, Any] | None = _read(answer).get("data")
            return data
        errors = [str(error) for error in _read(answer).get("errors") or ()]
        if answer.status == 404 and not errors:
            return None
        if answer.status == 400:
            raise Refusal(errors)
        raise _refused(answer.status, errors)

    def keep_token(self) -> None:
        """Renew the token now and then; one that needs no renewal is left alone."""
        now = time.monotonic()
        if now - self._renewed_at >= RENEW_EVERY_S:
            with contextlib.suppress(Refusal, CredentialRefused):
                self.ask("POST", "auth/token/renew-self", {})
            self._renewed_at = now

    def _send(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> "BaseHTTPResponse":
        from urllib3.exceptions import HTTPError

        headers = {"X-Vault-Token": self.token()}
        try:
            return self._pooled().request(
                method,
                f"{self.address}/v1/{path}",
                headers=headers,
                json=body,
                redirect=False,
                retries=False,
            )
        except HTTPError as error:
            raise HolderAway(
                f"OpenBao does not answer ({type(error).__name__})",
                remedy="check its service, the address in talteen.toml, and the way to it; "
                "no key is lost by this",
            ) from None

    def _pooled(self) -> "PoolManager":
        from urllib3 import PoolManager, Timeout

        with self._making:
            if self._pool is None:
                self._pool = PoolManager(
                    timeout=Timeout(connect=CONNECT_S, read=READ_S),
                    maxsize=8,
                    ca_certs=str(self.ca_file) if self.ca_file else None,
                )
            return self._pool


def _read(answer: "BaseHTTPResponse") -> dict[str, Any]:
    try:
        found = answer.json() if answer.data else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _refused(status: int, errors: list[str]) -> HolderAway:
    said = " ".join(errors).lower()
    if status == 503 and "sealed" in said:
        return HolderSealed(
            "OpenBao is sealed", remedy="unseal it ('bao operator unseal'); no key is lost by this"
        )
    if status == 403:
        return CredentialRefused(
            "OpenBao does not accept the token for this",
            remedy="give one with the policy that docs/operators/key-holders.md has for this place",
        )
    if status == 404:
        return HolderAway(
            "OpenBao has no such mount", remedy="enable it as docs/operators/key-holders.md says"
        )
    return HolderAway(f"OpenBao answers {status}", remedy="see its log, and try again")
