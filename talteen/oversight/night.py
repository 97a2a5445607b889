"""The night's report: what was destroyed and proved since the last one, and what is late.

Written to the data protection officer and the contact of the register, at most once a day and only
when something happened: a mail that says nothing teaches people to read none (REGISTER 13.4).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, ngettext, override

from talteen.clock import helsinki_date
from talteen.life.destroy.models import Destruction
from talteen.life.seal.models import RollRecord
from talteen.notice.particulars import RegisterFile
from talteen.oversight.drill_models import DrillRun
from talteen.register.models import Hold
from talteen.register.post import messages
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.post.messages import Message

KIND = "night"
LATE_S = 3600
"""Live keys die within the hour after cutoff (DESIGN 5)."""
_FIRST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Night:
    """What happened in the register between two reports."""

    destroyed: int
    """Recordings whose last live key died."""
    proved: int
    """Recordings of which no key exists anywhere any more."""
    late: int
    """Of the destroyed: those whose live key died more than an hour after their cutoff."""
    unbacked: int
    """Generations that no backup key can open."""
    reviews: int
    """Holds whose review has come due."""
    drills: int = 0
    """Weekly drills that proved what they must. A red one has an alarm of its own."""

    @property
    def silent(self) -> bool:
        """Nothing happened."""
        told = (self.destroyed, self.proved, self.late, self.unbacked, self.reviews, self.drills)
        return not any(told)


def happened(since: datetime, until: datetime) -> Night:
    """What happened after ``since`` and not after ``until``."""
    within = Q(live_dead_at__gt=since, live_dead_at__lte=until)
    dead = Destruction.objects.filter(within)
    proved = Destruction.objects.filter(backup_dead_at__gt=since, backup_dead_at__lte=until)
    rolls = RollRecord.objects.filter(at__gt=since, at__lte=until, backup_name="")
    drills = DrillRun.objects.filter(at__gt=since, at__lte=until, ok=True, kind="weekly")
    due = Hold.objects.filter(state="active", review_on__lte=helsinki_date(until))
    return Night(
        destroyed=dead.count(),
        proved=proved.exclude(certificate_leaf=None).count(),
        late=dead.filter(lateness_s__gt=LATE_S).count(),
        unbacked=rolls.count(),
        reviews=due.filter(review_on__gt=helsinki_date(since)).count(),
        drills=drills.count(),
    )


@transaction.atomic
def report(file: RegisterFile, now: datetime) -> bool:
    """Write today's report to the outbox, if it is not there and there is something to say."""
    today = helsinki_date(now)
    before = OutgoingMessage.objects.filter(key__startswith=f"{KIND}:").order_by("-written_at")
    last = before.values_list("written_at", flat=True).first()
    if last is not None and helsinki_date(last) >= today:
        return False
    night = happened(last or now - _FIRST, now)
    if night.silent:
        return False
    for to in sorted({file.dpo.email, file.contact.email}):
        messages.write(letter(night, to, today), now)
    return True


def letter(night: Night, to: str, today: date) -> Message:
    """The report as a message in Finnish, which the addressees of the register read."""
    with override("fi"):
        lines = [
            *_lines(night),
            "",
            gettext("Todistukset ovat kalenterissa. Tässä viestissä ei ole soittajien tietoja."),
        ]
        subject = gettext("Talteen: yön %(day)s hävitykset") % {
            "day": f"{today.day}.{today.month}.{today.year}"
        }
    return Message(f"{KIND}:{today.isoformat()}:{to}", to, subject, "\n".join(lines) + "\n")


def _lines(night: Night) -> list[str]:
    told = (
        (
            night.destroyed,
            ngettext(
                "%(n)s tallenteen avain tuhottiin.",
                "%(n)s tallenteen avaimet tuhottiin.",
                night.destroyed,
            ),
        ),
        (
            night.proved,
            ngettext(
                "%(n)s tallenteesta ei ole enää avainta missään: todistus on annettu.",
                "%(n)s tallenteesta ei ole enää avainta missään: todistukset on annettu.",
                night.proved,
            ),
        ),
        (night.late, gettext("Yli tunnin myöhässä tuhottiin %(n)s.")),
        (
            night.unbacked,
            gettext("Avainsukupolvia ilman varmuuskopiota: %(n)s. Tarkista niiden säilytin."),
        ),
        (night.reviews, gettext("Pitoja, joiden tarkistuspäivä on tullut: %(n)s.")),
        (
            night.drills,
            gettext("Viikon palautusharjoitus onnistui: hävitetyt eivät aukea, pidetyt soivat."),
        ),
    )
    return [text % {"n": n} for n, text in told if n]
