"""A request that nobody has taken up escalates after a working day (REGISTER 3.2).

Each has an owner from its first moment; what escalates is that nobody did anything, or that its
owner left. The word goes once a day to the register's contact and to the data protection officer,
and an owner who left is replaced at once by whoever has least to do.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, ngettext, override

from talteen.clock import helsinki_date
from talteen.life.answer import intake
from talteen.life.answer.models import SubjectRequest
from talteen.notice import holidays
from talteen.notice.particulars import RegisterFile
from talteen.notice.requests import Stage
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()


def waits_since(received_on: date, today: date) -> bool:
    """Whether a whole working day has passed between the day of arrival and ``today``."""
    between = (received_on + timedelta(days=n) for n in range(1, (today - received_on).days))
    return any(holidays.is_working_day(day) for day in between)


@transaction.atomic
def sound(file: RegisterFile, now: datetime) -> int:
    """Give requests of those who left to others, and tell of those that nobody took up; how many
    are told of."""
    _reassign()
    today = helsinki_date(now)
    untouched = [row for row in _untouched() if waits_since(row.received_on, today)]
    if not untouched:
        return 0
    told = sorted({file.contact.email, file.dpo.email})
    written = [messages.write(_letter(untouched, today, to), now) for to in told]
    if any(written):
        log.warning("requests.untouched", count=len(untouched))
    return len(untouched)


def _untouched() -> Sequence[SubjectRequest]:
    """Open requests of which no step was taken by anybody since they arrived."""
    rows = SubjectRequest.objects.filter(stage=Stage.RECEIVED.value, forgotten_at=None)
    touched = Q(edges__step__in=("read", "identity_asked", "extended", "reopened"))
    return list(rows.exclude(touched).order_by("received_on"))


def _reassign() -> None:
    left = SubjectRequest.objects.filter(owner__is_active=False, forgotten_at=None)
    for row in left.exclude(stage=Stage.CLOSED.value):
        row.owner = intake.owner_for(None)
        row.save(update_fields=["owner"])
        log.warning("request.reassigned", request=row.pk)


def _letter(rows: Sequence[SubjectRequest], today: date, to: str) -> Message:
    with override("fi"):
        told = ngettext(
            "%(n)s pyyntö on odottanut yli työpäivän, eikä kukaan ole ottanut sitä käsittelyyn.",
            "%(n)s pyyntöä on odottanut yli työpäivän, eikä kukaan ole ottanut niitä käsittelyyn.",
            len(rows),
        )
        lines = [told % {"n": len(rows)}, "", gettext("Määräaika kuluu. Avaa sivu Pyynnöt.")]
        subject = gettext("Talteen: pyyntö odottaa käsittelijää")
    return Message(f"untouched:{today}:{to}", to, subject, "\n".join(lines) + "\n")
