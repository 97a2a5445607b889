"""Stored bytes that are not what was stored: named, told at once, kept as the draft of a breach.

A damaged page, blob, tile or backup is a loss of availability or of integrity (GDPR 4(12)): the
controller must know it within hours (33(1)), and the register of breaches keeps it whatever is
decided (33(5)). What can be said without opening anything stands here: which recording, which bytes
of it, since when it is known. The rest of 33(3) is for people to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext, ngettext, override

from talteen.ids import RecordingId
from talteen.notice.particulars import RegisterFile
from talteen.oversight.drill_models import Damage
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

KIND = "damage"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is damaged, and whose it is."""

    kind: str
    """"blob", "page", "roll_file", "tile"."""
    name: str
    """Its key in the store, or its id: made of random ids and days, never of what people said."""
    recording: RecordingId | None
    """Whose it is; None where it is of the whole house."""
    start: int
    end: int
    """The bytes from ``start`` up to ``end``."""

    def __str__(self) -> str:
        whose = f"recording {self.recording}, " if self.recording else ""
        return f"{whose}{self.kind} {self.name}: bytes {self.start}-{self.end}"


@transaction.atomic
def note(places: Sequence[Place], file: RegisterFile, now: datetime) -> int:
    """Write down what was not known, sound the alarm; returns how many places are new."""
    fresh = []
    for place in places:
        row, new = Damage.objects.get_or_create(
            kind=place.kind,
            name=place.name,
            start=place.start,
            end=place.end,
            mended_at=None,
            defaults={"recording": place.recording, "found_at": now},
        )
        fresh += [row] if new else []
    if fresh:
        recordings = {row.recording for row in fresh if row.recording}
        log.error("bytes.damaged", count=len(fresh), kind=fresh[0].kind, found=len(recordings))
        for to in sorted({file.dpo.email, file.contact.email}):
            messages.write(letter(fresh, len(recordings), to, now), now)
    return len(fresh)


def settle(places: Sequence[Place], now: datetime) -> int:
    """``places`` are all that a whole check has found: what stood before and is not among them was
    mended, or has died. Returns how many.
    """
    known = {(place.kind, place.name, place.start, place.end) for place in places}
    over = [row.pk for row in standing() if (row.kind, row.name, row.start, row.end) not in known]
    return Damage.objects.filter(pk__in=over).update(mended_at=now)


def standing() -> tuple[Damage, ...]:
    """What is damaged and was not mended, newest first."""
    return tuple(Damage.objects.filter(mended_at=None).order_by("-found_at", "name"))


def letter(fresh: Sequence[Damage], recordings: int, to: str, now: datetime) -> Message:
    """The alarm in Finnish, and the draft of the breach: ids and bytes, no caller data."""
    with override("fi"):
        of_calls = ngettext(
            "%(n)s tallenteen tiedot ovat vaurioituneet. Vaurioitunutta ei toisteta.",
            "%(n)s tallenteen tiedot ovat vaurioituneet. Vaurioitunutta ei toisteta.",
            recordings,
        )
        of_house = gettext(
            "Avaintiedoissa tai pöytäkirjassa on vaurio. Korjaa se toisesta kopiosta."
        )
        clock = gettext("Havaittu %(at)s. Jos ilmoitus on tehtävä, sen aika alkaa tästä.")
        lines = [
            of_calls % {"n": recordings} if recordings else of_house,
            clock % {"at": f"{now:%Y-%m-%d %H:%M} UTC"},
            "",
            gettext("Vauriot:"),
            *map(_line, fresh),
            "",
            gettext("Loukkauksen luonnos: käytettävyyden menetys; avaimet eivät ole vaarantuneet."),
        ]
        subject = gettext("Talteen: tallennettua on vaurioitunut")
    occasion = min(row.pk for row in fresh)
    return Message(f"{KIND}:{occasion}:{to}", to, subject, "\n".join(lines) + "\n")


def _line(row: Damage) -> str:
    return f"  {row.recording or '-'}  {row.kind} {row.name}  {row.start}-{row.end}"
