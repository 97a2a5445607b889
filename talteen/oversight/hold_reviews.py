"""Reviews of holds that nobody made are told of: every day, after a week to the data protection
officer too, after a month with the word that the call is closed to all but one (REGISTER 13.10)."""

from collections import Counter
from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext, ngettext, override

from talteen.clock import helsinki_date
from talteen.notice.hold_reviews import Review, standing
from talteen.notice.particulars import RegisterFile
from talteen.register.models import Hold
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()


@transaction.atomic
def remind(file: RegisterFile, now: datetime) -> int:
    """Write today's reminder, once; returns how many reviews are overdue."""
    today = helsinki_date(now)
    due = Hold.objects.filter(state="active", provisional_until=None, review_on__lte=today)
    due = due.exclude(ground="request_pending")  # its clock is that of the request
    days = list(due.values_list("review_on", flat=True))
    counted = Counter(standing(day, today) for day in days)
    if not counted:
        return 0
    to = {file.contact.email}
    if counted[Review.ESCALATED] or counted[Review.FROZEN]:
        to.add(file.dpo.email)
    written = [messages.write(letter(counted, one, today), now) for one in sorted(to)]
    if any(written):
        log.warning("holds.reviews_overdue", count=len(days), day=min(days))
    return len(days)


def letter(counted: Counter[Review], to: str, today: date) -> Message:
    """The reminder in Finnish, which the addressees of the register read."""
    frozen = counted[Review.FROZEN]
    with override("fi"):
        told = ngettext(
            "%(n)s pidon tarkistuspäivä on ohi, eikä kukaan ole katsonut sitä.",
            "%(n)s pidon tarkistuspäivä on ohi, eikä kukaan ole katsonut niitä.",
            counted.total(),
        )
        lines = [told % {"n": counted.total()}]
        if frozen:
            closed = ngettext(
                "%(n)s puhelu on yli kuukauden myöhässä ja aukeaa vain yhteyshenkilölle.",
                "%(n)s puhelua on yli kuukauden myöhässä ja aukeaa vain yhteyshenkilölle.",
                frozen,
            )
            lines.append(closed % {"n": frozen})
        lines += ["", gettext("Jatka pitoa syystä tai ehdota sen purkamista: sivu Pidot.")]
        subject = gettext("Talteen: pitoja odottaa tarkistusta")
    return Message(f"review:{today}:{to}", to, subject, "\n".join(lines) + "\n")
