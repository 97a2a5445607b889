"""A signed webhook, sent: for exchanges that are told over HTTP what they are to do (J12).

A few tries within a quarter of a minute: a tone that comes later is heard by the wrong call. The
body holds ids only, so whoever may know more asks the API.
"""

import http.client
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from talteen.errors import InputError, Unavailable
from talteen.register.programs import webhook
from talteen.register.programs.webhook import Message, Secret

ANSWER_S = 3.0
PAUSES_S = (0.0, 0.5, 2.0, 5.0)
"""Before each try."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where messages go, and what signs them."""

    url: str
    secret: Secret = field(repr=False)

    def message(self, kind: str, call: UUID, message: UUID, at: datetime) -> Message:
        """That ``kind`` is wished of the recording ``call``."""
        return webhook.signed(message, kind, {"recording": call}, at, [self.secret])

    def send(self, message: Message, pause: Callable[[float], None] = time.sleep) -> None:
        """Send it, the same one again where nobody answered. Blocks for some seconds at most.

        Unavailable where nobody ever did, InputError where the receiver does not take it.
        """
        for pause_s in PAUSES_S:
            pause(pause_s)
            status = self._status(message)
            if 200 <= status < 300:
                return
            if 400 <= status < 500 and status not in (408, 425, 429):
                raise InputError(
                    "the webhook's receiver does not take it", remedy="compare the secrets"
                )
        raise Unavailable("the webhook's receiver does not answer", remedy="check its address")

    def _status(self, message: Message) -> int:
        """0 where nobody answered. No redirect is followed: the address was configured."""
        to = urlsplit(self.url)
        assert to.hostname
        line: http.client.HTTPConnection
        if to.scheme == "https":
            context = ssl.create_default_context()
            line = http.client.HTTPSConnection(
                to.hostname, to.port, timeout=ANSWER_S, context=context
            )
        else:
            line = http.client.HTTPConnection(to.hostname, to.port, timeout=ANSWER_S)
        path = (to.path or "/") + (f"?{to.query}" if to.query else "")
        try:
            line.request("POST", path, message.body, dict(message.headers))
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()
