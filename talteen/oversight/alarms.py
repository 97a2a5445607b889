"""A lost call is told of within five minutes of being found, a silent stream while its call runs,
and sound that nobody can hear when the call is sealed: to the log, and by mail.

Mail goes through the outbox of the house (``register.messages``) to the contact of the register and
the data protection officer. There is no webhook yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext, ngettext, override

from talteen.life.capture.acts import OPEN
from talteen.life.capture.models import Promise
from talteen.life.capture.note import Note
from talteen.life.seal.acts import Outcome
from talteen.notice.particulars import RegisterFile
from talteen.oversight.breaches import watching
from talteen.oversight.models import LostCall
from talteen.register.models import Recording
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.states import Progress

log = structlog.get_logger()

WITHIN = timedelta(minutes=5)
"""From the record of a lost call, or from the end of a call of which no sealed sound came."""
LONGEST = timedelta(hours=6)
"""A call that runs for longer has lost its end."""
KIND = "lost"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that must happen, and since when it is waited for."""

    id: str
    since: datetime


def overdue(waiting: Iterable[Waiting], now: datetime) -> tuple[Waiting, ...]:
    """What has been waited for longer than ``WITHIN``; the longest first."""
    late = (one for one in waiting if now - one.since > WITHIN)
    return tuple(sorted(late, key=lambda one: (one.since, one.id)))


def unsealed(now: datetime) -> tuple[Waiting, ...]:
    """Calls whose end is missing: ended and unsealed, or running too long."""
    rows = Recording.objects.filter(progress=Progress.CAPTURED.value)
    ended = [
        Waiting(str(row.pk), row.ended_at) for row in rows.only("announced_until", "length_ms")
    ]
    running = Promise.objects.filter(outcome__in=OPEN, arrived_at__lt=now - LONGEST)
    endless = [Waiting(str(row.recording), row.arrived_at + LONGEST) for row in running]
    return overdue([*ended, *endless], now)


@transaction.atomic
def sound(file: RegisterFile, now: datetime) -> int:
    """Tell of every loss that nobody was told of; returns how many. Called by every sweep, also
    while the key holder is away: drafts of breaches are opened here too."""
    watching.look(file, now)
    lost = list(LostCall.objects.select_for_update().filter(alarmed_at=None, explained_at=None))
    if lost:
        log.error("calls.lost", count=len(lost), days=len({row.day for row in lost}))
        _write(file, lost, now)
        LostCall.objects.filter(pk__in=[row.pk for row in lost]).update(alarmed_at=now)
    _tell_of_unsealed(file, unsealed(now), now)
    return len(lost)


def _tell_of_unsealed(file: RegisterFile, late: tuple[Waiting, ...], now: datetime) -> None:
    """Once an hour at most: what stands still for an hour would be told of at every sweep."""
    if not late:
        return
    hour = f"{now:%Y-%m-%dT%H}"
    new = [messages.write(_of_unsealed(len(late), hour, to), now) for to in _addressees(file)]
    if any(new):
        longest_s = int((now - late[0].since).total_seconds())
        log.error("calls.unsealed", count=len(late), longest_s=longest_s)


def silent(file: RegisterFile, note: Note) -> None:
    """A stream brings nothing while its call is recorded, says a node. Mail at most once an hour
    for each line: a fault of a trunk takes every call of it."""
    log.error("stream.silent", recording=note.call, line=note.line, reason=note.reason)
    occasion = f"{note.at:%Y-%m-%dT%H}:{note.line}"
    for to in _addressees(file):
        messages.write(_of_silent(note, occasion, to), note.at)


def unheard(file: RegisterFile, taken: Outcome, now: datetime) -> None:
    """A recording was sealed that lacks sound which came: nobody here can decode it, or open it.
    Mail at most once an hour for each reason: a trunk that changes its codec does so for all."""
    for what in taken.unheard:
        log.error("sound.unheard", recording=taken.recording, reason=what)
        for to in _addressees(file):
            messages.write(_of_unheard(what, f"{now:%Y-%m-%dT%H}:{what}", to), now)


def _write(file: RegisterFile, lost: list[LostCall], now: datetime) -> None:
    first = min(str(row.pk) for row in lost)  # names the occasion, so that it is said once
    for to in _addressees(file):
        messages.write(letter([row.day for row in lost], first, to), now)


def _addressees(file: RegisterFile) -> list[str]:
    return sorted({file.dpo.email, file.contact.email})


def letter(days: list[date], occasion: str, to: str) -> Message:
    """The alarm as a message in Finnish, which the addressees of the register read."""
    with override("fi"):
        told = ngettext(
            "%(n)s puhelu olisi pitänyt tallentaa, eikä tallennetta ole.",
            "%(n)s puhelua olisi pitänyt tallentaa, eikä tallenteita ole.",
            len(days),
        )
        listed = ", ".join(f"{day.day}.{day.month}.{day.year}" for day in sorted(set(days)))
        lines = [
            told % {"n": len(days)},
            gettext("Päivät: %(days)s.") % {"days": listed},
            "",
            gettext("Linjat ja kellonajat ovat täsmäytyksen sivulla. Viestissä ei ole numeroita."),
        ]
        subject = gettext("Talteen: tallenteita puuttuu")
    return Message(f"{KIND}:{occasion}:{to}", to, subject, "\n".join(lines) + "\n")


def _of_unsealed(count: int, occasion: str, to: str) -> Message:
    with override("fi"):
        told = ngettext(
            "%(n)s puhelu päättyi tai jäi kesken, eikä sen ääntä ole sinetöity.",
            "%(n)s puhelua päättyi tai jäi kesken, eikä niiden ääntä ole sinetöity.",
            count,
        )
        subject = gettext("Talteen: puheluita odottaa sinetöintiä")
    return Message(f"unsealed:{occasion}:{to}", to, subject, told % {"n": count} + "\n")


def _of_silent(note: Note, occasion: str, to: str) -> Message:
    with override("fi"):
        lines = [
            _missing_voice(note.reason),
            gettext("Linja: %(line)s.") % {"line": note.line},
            "",
            gettext("Puhelu on kesken. Tallennin kuulee sen taas, kun ääni palaa."),
        ]
        subject = gettext("Talteen: puhelusta puuttuu ääntä")
    return Message(f"silent:{occasion}:{to}", to, subject, "\n".join(lines) + "\n")


def _of_unheard(what: str, occasion: str, to: str) -> Message:
    with override("fi"):
        lines = [
            _why_unheard(what),
            gettext("Tallenne on sinetöity, ja siitä puuttuu tämä ääni."),
            "",
            gettext("Tarkista, mitä keskus lähettää: seuraavista puheluista puuttuu sama."),
        ]
        subject = gettext("Talteen: puhelusta on ääntä, jota ei voi kuulla")
    return Message(f"unheard:{occasion}:{to}", to, subject, "\n".join(lines) + "\n")


def _why_unheard(what: str) -> str:
    match what:
        case "unknown":
            return gettext("Ääni tuli muodossa, jota keskus ei ollut kertonut.")
        case "not authentic":
            return gettext("Ääni tuli salattuna, eikä mikään kerrottu avain avaa sitä.")
        case codec:
            return gettext("Ääni tuli koodekilla %(codec)s, jota ei osata purkaa.") % {
                "codec": codec
            }


def _missing_voice(side: str) -> str:
    match side:
        case "caller":
            return gettext("Soittajan ääntä ei tule.")
        case "agent":
            return gettext("Asiakaspalvelijan ääntä ei tule.")
        case _:
            return gettext("Yhden osapuolen ääntä ei tule.")
