"""An alarm about the keys is told of once, stands on the screens, and ends by itself when mended.

To the log, and by mail through the outbox of the house to the contact of the register and the data
protection officer. No personal data: what is wrong, since when, and what to do.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from talteen.clock import HELSINKI
from talteen.notice.particulars import RegisterFile
from talteen.oversight.keys import Fault, Kind
from talteen.oversight.models import Alarm
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Words:
    """An alarm as people read it."""

    what: Promise
    remedy: Promise


WORDS: dict[Kind, Words] = {
    Kind.REAPER_SILENT: Words(
        _("Varmuusavainten poistaja ei anna elonmerkkiä"),
        _(
            "Käynnistä talteen reap renkaan koneella ja tarkista sen kello. "
            "Työprosessi poistaa avaimet sillä välin."
        ),
    ),
    Kind.KEY_LATE: Words(
        _("Varmuusavain elää yli päivänsä"),
        _("Tarkista, että talteen reap käy ja saa poistaa renkaan avaimia."),
    ),
    Kind.KEY_LOST: Words(
        _("Varmuusavain katosi ennen päiväänsä"),
        _(
            "Tarkista, että renkaan levy on oikea ja kuka siitä poistaa. Jos avain palaa, hälytys "
            "päättyy. Muuten sen ajan varmuuskopiota ei voi palauttaa."
        ),
    ),
    Kind.KEY_REVIVED: Words(
        _("Kuollut varmuusavain palasi"),
        _("Se tuhotaan uudelleen. Selvitä, mikä kopio sen toi: kopioita ei saa olla."),
    ),
    Kind.ROLL_UNBACKED: Words(
        _("Uusimmalla avainsukupolvella ei ole varmuusavainta"),
        _("Tarkista varmuusavainten säilytin. Uusi sukupolvi syntyy, kun se vastaa."),
    ),
    Kind.RING_AWAY: Words(
        _("Varmuusavainten säilytin ei vastaa"),
        _("Liitä rengas takaisin. Hävittäminen jatkuu, todistukset odottavat."),
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm that stands now."""

    kind: Kind
    subject: str
    since: datetime


@transaction.atomic
def sound(file: RegisterFile, faults: tuple[Fault, ...], now: datetime) -> int:
    """Make the table say what is wrong: tell of what is new, end what is mended. Returns how many
    are new.
    """
    rows = list(Alarm.objects.select_for_update().filter(resolved_at=None, kind__in=_KINDS))
    standing = {(row.kind, row.subject): row for row in rows}
    wrong = {(fault.kind.value, fault.subject): fault for fault in faults}
    mended = [row.pk for key, row in standing.items() if key not in wrong]
    if mended:
        Alarm.objects.filter(pk__in=mended).update(resolved_at=now)
        log.info("keys.mended", count=len(mended))
    new = [fault for key, fault in wrong.items() if key not in standing]
    for kind in sorted({fault.kind for fault in new}, key=lambda one: one.value):
        _tell(file, [fault for fault in new if fault.kind is kind], now)
    return len(new)


def standing() -> tuple[Standing, ...]:
    """The alarms that stand, oldest first."""
    rows = Alarm.objects.filter(resolved_at=None, kind__in=_KINDS).order_by("since", "pk")
    return tuple(Standing(Kind(row.kind), row.subject, row.since) for row in rows)


_KINDS = [kind.value for kind in Kind]


def _tell(file: RegisterFile, faults: list[Fault], now: datetime) -> None:
    """One mail for all of a kind: a ring on a wrong disk loses a hundred keys at once."""
    kind = faults[0].kind
    log.error("keys.fault", kind=kind.value, count=len(faults))
    made = Alarm.objects.bulk_create(
        Alarm(kind=kind.value, subject=one.subject, since=one.since, found_at=now) for one in faults
    )
    for to in sorted({file.dpo.email, file.contact.email}):
        messages.write(letter(faults, f"{made[0].pk}:{to}", to), now)


def letter(faults: list[Fault], occasion: str, to: str) -> Message:
    """The alarm as a message in Finnish, which the addressees of the register read."""
    words = WORDS[faults[0].kind]
    since = min(fault.since for fault in faults).astimezone(HELSINKI)
    about = ", ".join(fault.subject for fault in faults if fault.subject)
    with override("fi"):
        clock = f"{since.day}.{since.month}.{since.year} {since.hour}.{since.minute:02}"
        lines = [
            f"{words.what}.",
            gettext("Alkoi %(when)s.") % {"when": clock},
            *([gettext("Avainsukupolvet: %(which)s.") % {"which": about}] if about else []),
            "",
            str(words.remedy),
        ]
        subject = gettext("Talteen: hälytys avaimista")
    return Message(f"keys:{occasion}", to, subject, "\n".join(lines) + "\n")
