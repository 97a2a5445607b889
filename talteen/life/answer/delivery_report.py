"""What a mail server's report says of a message of ours (RFC 3464, in the report of RFC 6522).
Bytes in, values out.

The message is recognised by the name that we gave it, which names nobody; an address is never read.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from uuid import UUID

_STATUS = "message/delivery-status"
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global-headers", "message/global")
_NAME = re.compile(r"<([0-9a-f]{32})@[^>\s]+>")
_POINTS = ("message-id", "in-reply-to", "references")


def undelivered(raw: bytes) -> frozenset[UUID]:
    """Names of our messages of which ``raw`` reports that they did not arrive, for good; empty for
    any other letter, and for a report of delay or of arrival."""
    message = message_from_bytes(raw, policy=policy.compat32)
    if message.get_content_type() != "multipart/report":
        return frozenset()
    parts = list(message.walk())
    if not any(_failed(part) for part in parts if part.get_content_type() == _STATUS):
        return frozenset()
    return frozenset(_names(message, parts))


def _failed(status: Message) -> bool:
    """Whether some receiver's action is "failed" (RFC 3464 2.3.3): ours have one each. The first
    block is of the message as a whole and has none."""
    blocks = status.get_payload()
    if not isinstance(blocks, list):
        return False
    actions = (str(one.get("action", "")) for one in blocks if isinstance(one, Message))
    return any(said.split(";")[0].strip().lower() == "failed" for said in actions)


def _names(report: Message, parts: list[Message]) -> Iterator[UUID]:
    returned = (_head(part) for part in parts if part.get_content_type() in _RETURNED)
    for head in (*returned, report):  # some servers name it on the report alone
        if head is None:
            continue
        for field in _POINTS if head is report else _POINTS[:1]:
            for name in _NAME.findall(str(head.get(field, ""))):
                yield UUID(hex=name)


def _head(part: Message) -> Message | None:
    """The headers of what came back, whole or its headers alone."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return inside[0] if inside and isinstance(inside[0], Message) else None
    text = part.get_payload(decode=True)
    return message_from_bytes(text, policy=policy.compat32) if isinstance(text, bytes) else None
