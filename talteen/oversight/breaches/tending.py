"""What the house does for breaches by itself: it reminds while the 72 hours run, and closes files.

GDPR 33(1); REGISTER C (alarms at 24, 48, 60 and 72 hours), 14.18.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.clock import HELSINKI, helsinki_date
from talteen.ids import CaseId
from talteen.life.seal import case_files
from talteen.life.seal.vault import Vault
from talteen.notice import breaches as law
from talteen.notice import months
from talteen.notice.breaches import BreachStage
from talteen.notice.particulars import RegisterFile
from talteen.oversight.breaches.models import Breach, BreachPaper
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

_WAITING = (BreachStage.REPORTED, BreachStage.ASSESSING, BreachStage.TO_NOTIFY)
"""The authority has not been told, and nobody has decided that it need not be."""
_SHORTEST_MONTH = 28


@transaction.atomic
def remind(file: RegisterFile, now: datetime) -> int:
    """Remind of every breach whose clock has passed another of its hours; returns how many."""
    rows = Breach.objects.select_for_update(of=("self",)).select_related("case")
    rows = rows.filter(
        stage__in=[stage.value for stage in _WAITING], reminded_hours__lt=law.ALARM_HOURS[-1]
    )
    done = 0
    for row in rows:
        limit_at = law.limit(row.reported_at, row.aware_at)
        hours = law.alarm_due(limit_at, now)
        if hours > row.reminded_hours:
            for to in sorted({file.dpo.email, file.contact.email}):
                messages.write(_of_clock(row, hours, limit_at, to), now)
            log.error("breach.clock", hours=hours)
            Breach.objects.filter(pk=row.pk).update(reminded_hours=hours)
            done += 1
    return done


def _of_clock(row: Breach, hours: int, limit_at: datetime, to: str) -> Message:
    limit = limit_at.astimezone(HELSINKI)
    when = f"{limit.day}.{limit.month}.{limit.year} klo {limit:%H.%M}"
    with override("fi"):
        passed = gettext("Loukkauksesta %(which)s on tiedetty %(hours)s tuntia.") % {
            "which": row.case.reference,
            "hours": hours,
        }
        late = hours >= law.ALARM_HOURS[-1]
        owed = (
            gettext("Määräaika päättyi %(when)s. Ilmoita nyt, ja kirjoita viivästyksen syy.")
            if late
            else gettext("Valtuutetulle ilmoitetaan viimeistään %(when)s, myös viikonloppuna.")
        )
        phases = gettext("Ilmoituksen voi tehdä vaiheittain: kaikkea ei tarvitse vielä tietää.")
        subject = gettext("Talteen: loukkauksen kello käy")
    body = "\n".join([passed, owed % {"when": when}, "", phases]) + "\n"
    return Message(f"breach-clock:{row.pk}:{hours}:{to}", to, subject, body)


def forget(vault: Vault, request_months: int, now: datetime) -> int:
    """Close the files of breaches that ended as long ago as files of requests are kept, in one
    roll; how many. Codes and days stay in the register."""
    today = helsinki_date(now)
    early = now - timedelta(days=_SHORTEST_MONTH * request_months)
    ended = Breach.objects.filter(closed_at__lte=early, forgotten_at=None)
    over = [
        CaseId(row.pk)
        for row in ended
        if row.closed_at and today >= months.later(helsinki_date(row.closed_at), request_months)
    ]
    if not over:
        return 0
    files = ended.filter(pk__in=over, has_file=True).values_list("pk", flat=True)
    case_files.close_files(vault, frozenset(map(CaseId, files)), now)
    with transaction.atomic():
        BreachPaper.objects.filter(breach__in=over).update(sealed=b"")
        Breach.objects.filter(pk__in=over).update(forgotten_at=now)
    return len(over)
