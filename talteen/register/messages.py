"""Messages to people: written in the act's own transaction, carried out by the sweep.

What is written is either sent, or kept where a demo house shows it, or refused for good by the
mail server. A server that does not answer costs nothing but time: the message waits, a little
longer each time, and no act ever waits for it (REGISTER J12).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import transaction

from talteen.errors import InputError, Unavailable
from talteen.register.message_models import OutgoingMessage

log = structlog.get_logger()

REMEMBERED = timedelta(days=30)
"""How long a message stays in the outbox after it was sent, kept or refused."""
_AT_ONCE = 20
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, to whom. ``key`` names the occasion: it is said once."""

    key: str
    to: str
    subject: str
    body: str


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


def deliver(sender: MessageSender | None, now: datetime) -> int:
    """Carry out what waits, oldest first; returns how many are done. None: all goes on waiting."""
    OutgoingMessage.objects.filter(done_at__lt=now - REMEMBERED).delete()
    if sender is None:
        return 0
    done = 0
    for _ in range(_AT_ONCE):
        state = _one(sender, now)
        if state is None:
            break
        done += state != "waiting"
    return done


def newest(count: int) -> tuple[Message, ...]:
    """The newest messages of the outbox, whatever became of them."""
    rows = OutgoingMessage.objects.order_by("-written_at", "key")[:count]
    return tuple(Message(row.key, row.to, row.subject, row.body) for row in rows)


@transaction.atomic
def _one(sender: MessageSender, now: datetime) -> str | None:
    """Try the next message that may go. Locked for so long, that no second worker sends it too."""
    waiting = OutgoingMessage.objects.filter(state="waiting", not_before__lte=now)
    row = waiting.select_for_update(skip_locked=True).order_by("not_before").first()
    if row is None:
        return None
    row.attempts += 1
    row.state = _tried(sender, row)
    if row.state == "waiting":
        wait = min(_SHORTEST_WAIT * 2 ** min(row.attempts, 10), _LONGEST_WAIT)
        row.not_before = now + wait
    else:
        row.done_at = now
    row.save(update_fields=["attempts", "state", "not_before", "done_at"])
    return row.state


def _tried(sender: MessageSender, row: OutgoingMessage) -> str:
    try:
        sender.send(Message(row.key, row.to, row.subject, row.body))
    except Unavailable:
        log.warning("message.waits", attempts=row.attempts)
        return "waiting"
    except InputError:
        log.error("message.refused", attempts=row.attempts)
        return "refused"
    return "kept" if sender.keeps else "sent"
