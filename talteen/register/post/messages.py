"""Messages to people: written in the act's own transaction, carried out by the sweep.

What is written is either sent, or kept where a demo house shows it, or refused for good by the
mail server. A server that does not answer costs nothing but time: the message waits, a little
longer each time, and no act ever waits for it (REGISTER J12).

What goes to a person outside is sealed under the key of their file until it leaves, and gone from
here once it has.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol
from uuid import UUID

import structlog
from django.db import transaction

from talteen.errors import InputError, KeyGone, Unavailable
from talteen.register.post.message_models import OutgoingMessage

log = structlog.get_logger()

REMEMBERED = timedelta(days=30)
"""How long a message stays in the outbox after it was sent, kept or refused."""
UNDELIVERED = ("refused", "bounced")
UNDELIVERED_REMEMBERED = timedelta(days=365)
"""How long one to a person stands that did not arrive and that nobody settled: no request takes
longer. Nothing of it is left but its time."""
_AT_ONCE = 20
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


class Channel(Enum):
    """How a message leaves."""

    MAIL = "mail"
    TEXT = "text"
    """A text message to a telephone."""
    CALL = "call"
    """An automatic call that says it; the operator's gateway makes it (J12)."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, to whom. ``key`` names the occasion: it is said once."""

    key: str
    to: str
    subject: str
    body: str
    language: str = ""
    """In which it is to be read aloud; empty where nobody needs to know."""
    name: UUID | None = None
    """Of what goes to a person outside: by it a report of delivery is recognised. It is drawn by
    chance and names nobody."""


class MessageSender(Protocol):
    """Carries messages out of the house.

    Raises Unavailable to be asked again later, InputError where the address is refused for good.
    """

    @property
    def keeps(self) -> bool:
        """It sends nothing: the outbox is all there is."""

    def send(self, message: Message) -> None: ...


@dataclass(frozen=True, slots=True)
class Sink:
    """The mail of a demo house: it goes nowhere, and the tour's page shows it."""

    keeps: bool = True

    def send(self, message: Message) -> None:
        """Nothing leaves."""


def write(message: Message, now: datetime) -> bool:
    """Put ``message`` into the outbox, in the caller's transaction; False if it stood there."""
    _, new = OutgoingMessage.objects.get_or_create(
        key=message.key,
        defaults={
            "written_at": now,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "not_before": now,
        },
    )
    return new


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message that only the key of a file opens."""

    key: str
    channel: Channel
    id: UUID
    """Also the name of the paper that it was sealed as."""
    file: UUID
    sealed: bytes
    not_after: datetime | None = None
    """Later it is not sent any more."""


Unseal = Callable[[UUID, UUID, bytes], Mapping[str, str]]
"""From a file, a paper of it and its bytes to ``to``, ``subject`` and ``body``. KeyGone once the
file was closed."""


def write_sealed(message: Sealed, now: datetime) -> None:
    """Put ``message`` into the outbox, in the caller's transaction."""
    OutgoingMessage.objects.create(
        id=message.id,
        key=message.key,
        channel=message.channel.value,
        file=message.file,
        sealed=message.sealed,
        written_at=now,
        not_before=now,
        not_after=message.not_after,
    )


def deliver(
    sender: MessageSender | None,
    now: datetime,
    *,
    text: MessageSender | None = None,
    call: MessageSender | None = None,
    unseal: Unseal | None = None,
) -> int:
    """Carry out what waits, oldest first; returns how many are done. What has no way out
    (``sender`` for mail, ``text`` for text messages, ``call`` for calls), or is sealed and nobody
    unseals it, goes on waiting; what came too late to be sent is not."""
    _forget(now)
    ways = {Channel.MAIL: sender, Channel.TEXT: text, Channel.CALL: call}
    senders = {channel.value: way for channel, way in ways.items() if way is not None}
    done = 0
    for _ in range(_AT_ONCE if senders else 0):
        state = _one(senders, unseal, now)
        if state is None:
            break
        done += state != "waiting"
    return done


def bounced(name: UUID, now: datetime) -> bool:
    """Note that the message to a person called ``name`` came back; False where it is none that had
    left."""
    left = OutgoingMessage.objects.filter(pk=name, state="sent").exclude(file=None)
    return bool(left.update(state="bounced", done_at=now))


def settle(file: UUID) -> int:
    """What of ``file`` did not arrive was said in another way; how many messages."""
    lost = OutgoingMessage.objects.filter(file=file, state__in=UNDELIVERED)
    return lost.update(state="settled")


def settle_one(key: str) -> int:
    """The same of one message."""
    return OutgoingMessage.objects.filter(key=key, state__in=UNDELIVERED).update(state="settled")


def states(keys: Collection[str]) -> Mapping[str, str]:
    """What became of messages, by their keys; one that is remembered no more is left out."""
    rows = OutgoingMessage.objects.filter(key__in=keys)
    return dict(rows.values_list("key", "state"))


def _forget(now: datetime) -> None:
    over = OutgoingMessage.objects.filter(done_at__lt=now - REMEMBERED)
    over.exclude(
        file__isnull=False,
        state__in=UNDELIVERED,
        done_at__gte=now - UNDELIVERED_REMEMBERED,
    ).delete()


def newest(count: int, unseal: Unseal) -> tuple[Message, ...]:
    """The newest messages of the outbox that can still be read, whatever became of them."""
    rows = OutgoingMessage.objects.order_by("-written_at", "key")
    readable = rows.exclude(file__isnull=False, sealed=b"")[:count]
    return tuple(filter(None, (_read(row, unseal) for row in readable)))


@transaction.atomic
def _one(senders: Mapping[str, MessageSender], unseal: Unseal | None, now: datetime) -> str | None:
    """Try the next message that may go. Locked for so long, that no second worker sends it too."""
    waiting = OutgoingMessage.objects.filter(state="waiting", not_before__lte=now)
    waiting = waiting.filter(channel__in=senders)
    if unseal is None:
        waiting = waiting.filter(file=None)
    row = waiting.select_for_update(skip_locked=True).order_by("not_before").first()
    if row is None:
        return None
    row.attempts += 1
    late = row.not_after is not None and now >= row.not_after
    row.state = "late" if late else _tried(senders[row.channel], row, unseal)
    if row.state == "waiting":
        wait = min(_SHORTEST_WAIT * 2 ** min(row.attempts, 10), _LONGEST_WAIT)
        row.not_before = now + wait
    else:
        row.done_at = now
        row.sealed = bytes(row.sealed) if row.state == "kept" else b""
    row.save(update_fields=["attempts", "state", "not_before", "done_at", "sealed"])
    return row.state


def _tried(sender: MessageSender, row: OutgoingMessage, unseal: Unseal | None) -> str:
    message = _read(row, unseal)
    if message is None:
        log.error("message.refused", attempts=row.attempts, reason="file-closed")
        return "refused"
    try:
        sender.send(message)
    except Unavailable:
        log.warning("message.waits", attempts=row.attempts)
        return "waiting"
    except InputError:
        log.error("message.refused", attempts=row.attempts)
        return "refused"
    return "kept" if sender.keeps else "sent"


def _read(row: OutgoingMessage, unseal: Unseal | None) -> Message | None:
    """None where its file was closed: then there is nobody left to tell."""
    if row.file is None or unseal is None:
        return Message(row.key, row.to, row.subject, row.body)
    try:
        told = unseal(row.file, row.pk, bytes(row.sealed))
    except KeyGone:
        return None
    said = (told["to"], told["subject"], told["body"], told.get("language", ""))
    return Message(row.key, *said, name=row.pk)
