"""The house writes to its own mailbox each day, and says aloud when that does not come back.

A mailbox that nobody reads is a missed deadline for everybody who wrote to it: the first Finnish
case was seven months long (3.1). The letter holds a token and nothing else.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min

from talteen.clock import helsinki_date
from talteen.life.answer.intake import new_code
from talteen.life.answer.mailbox_models import MailboxCanary, MailboxState
from talteen.register.post import messages
from talteen.register.post.messages import Message

WITHIN = timedelta(hours=24)
"""3.1: silence for longer is an alarm."""
_TOKEN_LENGTH = 16
_REMEMBERED = timedelta(days=30)


def write(mailbox: str, now: datetime) -> bool:
    """Write today's letter to ``mailbox``, unless it is written."""
    day, token = helsinki_date(now), new_code(_TOKEN_LENGTH)
    if MailboxCanary.objects.filter(day=day).exists():
        return False
    try:
        with transaction.atomic():
            MailboxCanary.objects.filter(day__lt=day - _REMEMBERED).delete()
            MailboxCanary.objects.create(day=day, token_sha256=_sha256(token), written_at=now)
            # Looked for by its subject: the body is for whoever finds it in the mailbox.
            body = "Talteen tests this mailbox. Nothing needs to be done.\n"
            return messages.write(Message(f"canary:{day}", mailbox, f"Talteen {token}", body), now)
    except IntegrityError:
        return False  # another worker wrote it


def came_back(token: str, now: datetime) -> bool:
    """The letter with ``token`` lies in the mailbox; False where the house wrote none such."""
    rows = MailboxCanary.objects.filter(token_sha256=_sha256(token))
    rows.filter(back_at=None).update(back_at=now)
    return rows.exists()


def silent_since(now: datetime) -> datetime | None:
    """Since when nothing is heard of the mailbox; None where all is well, or none is read.

    Well is: the newest letter that had a day to come back did, or a younger one has; and the
    mailbox was read to its end within a day.
    """
    heard = MailboxCanary.objects.filter(back_at__isnull=False).order_by("-day").first()
    lost = MailboxCanary.objects.filter(back_at=None, written_at__lte=now - WITHIN)
    if heard is not None:
        lost = lost.filter(day__gt=heard.day)
    missing: datetime | None = lost.aggregate(first=Min("written_at"))["first"]
    unread = MailboxState.objects.filter(asked_at__isnull=False, read_at__lte=now - WITHIN).first()
    found = [at for at in (missing, unread and unread.read_at) if at]
    return min(found, default=None)


def forget() -> None:
    """No mailbox is read any more: nothing is waited for."""
    MailboxCanary.objects.filter(back_at=None).delete()
    MailboxState.objects.all().delete()


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
