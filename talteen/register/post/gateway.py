"""Text messages, and calls that read a code aloud, through the gateway of an operator (J12).

One POST of a JSON object a message: receiver, sender, text. Gateways differ in what they call
these; settings say it. A message that is sent again carries the same ``Idempotency-Key``.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from ssl import create_default_context

from talteen.config import CallbackSection, SmsSection
from talteen.errors import InputError, Unavailable
from talteen.register.post.messages import Message

_TIMEOUT_S = 20.0
_OURS = frozenset({401, 402, 403, 407, 408, 425, 429})
"""Replies below 500 that are about the house and not about the message: it is asked again."""


@dataclass(frozen=True, slots=True)
class GatewaySender:
    """Gives messages to the gateway of ``settings``."""

    settings: SmsSection
    token: str = field(repr=False)
    keeps: bool = False

    def send(self, message: Message) -> None:
        """Hand ``message`` over; its subject is not sent. Raises Unavailable, or InputError where
        the gateway refuses the number for good."""
        status = self._posted(message)
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in _OURS:
            raise InputError("the gateway refuses a number", remedy="ask the person for another")
        raise Unavailable("the gateway takes no text now", remedy="look at [sms] and its log")

    def _posted(self, message: Message) -> int:
        from urllib3 import PoolManager, Timeout
        from urllib3.exceptions import HTTPError

        at = self.settings
        context = create_default_context(cafile=str(at.ca_file) if at.ca_file else None)
        told = {
            at.to_field: message.to,
            at.from_field: at.sender,
            at.text_field: message.body,
        }
        if isinstance(at, CallbackSection):
            told[at.language_field] = message.language
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": sha256(message.key.encode()).hexdigest()[:40],
        }
        wait = Timeout(_TIMEOUT_S)
        try:
            with PoolManager(ssl_context=context, retries=False, timeout=wait) as pool:
                answer = pool.request(
                    "POST",
                    at.url,
                    body=json.dumps(told, ensure_ascii=False).encode(),
                    headers=headers,
                    redirect=False,  # a token goes to no other place than the one that was named
                )
        except (HTTPError, OSError):
            raise Unavailable(
                "the gateway does not answer", remedy="look at [sms] and its log"
            ) from None
        return answer.status
