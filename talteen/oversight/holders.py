"""The two key holders are watched: how they are, and since when; people are told of the live one.

A house whose live holder is away opens nothing and destroys nothing, and records all the same; one
whose ring is away destroys, and leaves generations that no backup can open. Neither shows by
itself, so both are looked at once a minute. The live one is told by mail after five, and again when
it is over; of the ring tells ``key_alarms``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from talteen.clock import HELSINKI
from talteen.engine.vault.holders import BackupHolder, LiveHolder, health
from talteen.engine.vault.holders.health import Condition, Seen
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.oversight.holder_models import HolderHealth
from talteen.register.post import messages
from talteen.register.post.messages import Message

log = structlog.get_logger()

LOOK_EVERY = timedelta(minutes=1)
WITHIN = timedelta(minutes=5)
"""A service that restarts is nobody's alarm."""
_SEEN = ("since", "kind", "condition", "latency_ms", "seen_at", "answered_at")


class Place(Enum):
    """Which of the two holders. The value stands in a table."""

    LIVE = "live"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Health:
    """How a holder is, as it was last seen."""

    place: Place
    kind: str
    """"file", "pkcs11", "openbao", "kms"."""
    condition: Condition
    since: datetime
    """Of this condition."""
    latency_ms: int
    seen_at: datetime
    answered_at: datetime | None
    """When it last served us."""

    @property
    def answers(self) -> bool:
        """Whether it serves."""
        return self.condition is Condition.ANSWERS


def states() -> tuple[Health, ...]:
    """What was last seen of each holder; empty before the first look."""
    return tuple(_health(row) for row in HolderHealth.objects.order_by("place"))


def watch(vault: Vault, file: RegisterFile, now: datetime) -> tuple[Health, ...]:
    """Look at both holders where a minute has passed, and tell of what lasts. Called by every
    sweep, before anything that needs a holder.
    """
    return tuple(
        _watch(place, holder, file, now)
        for place, holder in ((Place.LIVE, vault.live), (Place.RING, vault.backup))
    )


def look(vault: Vault, now: datetime) -> tuple[Health, ...]:
    """Look at both holders now, and tell nobody."""
    return tuple(
        _seen(place, holder, health.look(holder), now)
        for place, holder in ((Place.LIVE, vault.live), (Place.RING, vault.backup))
    )


def _watch(
    place: Place, holder: LiveHolder | BackupHolder, file: RegisterFile, now: datetime
) -> Health:
    known = HolderHealth.objects.filter(place=place.value).first()
    if known is not None and timedelta(0) <= now - known.seen_at < LOOK_EVERY:
        return _health(known)
    found = _seen(place, holder, health.look(holder), now)
    if place is Place.LIVE:  # of the ring, ``key_alarms`` tells
        _tell(found, file, now)
    return found


@transaction.atomic
def _seen(place: Place, holder: LiveHolder | BackupHolder, seen: Seen, now: datetime) -> Health:
    row, made = HolderHealth.objects.select_for_update().get_or_create(
        place=place.value,
        defaults={"condition": seen.condition.value, "since": now, "seen_at": now},
    )
    if made or row.condition != seen.condition.value:
        row.since = now
        _note(place, seen)
    row.kind, row.condition = holder.declared.kind, seen.condition.value
    row.latency_ms, row.seen_at = seen.latency_ms, now
    if seen.condition is Condition.ANSWERS:
        row.answered_at = now
    row.save(update_fields=_SEEN)
    return _health(row)


def _note(place: Place, seen: Seen) -> None:
    if seen.condition is Condition.ANSWERS:
        log.info("holder.answers", where=place.value)
    else:
        log.error("holder.away", where=place.value, reason=seen.condition.value)


def _health(row: HolderHealth) -> Health:
    return Health(
        Place(row.place),
        row.kind,
        Condition(row.condition),
        row.since,
        row.latency_ms,
        row.seen_at,
        row.answered_at,
    )


# --- telling ------------------------------------------------------------------------------


@transaction.atomic
def _tell(found: Health, file: RegisterFile, now: datetime) -> None:
    """Once of each outage that lasts, whatever its condition is meanwhile, and once of its end."""
    row = HolderHealth.objects.select_for_update().get(place=found.place.value)
    since = found.answered_at or found.since
    if found.answers:
        if row.told_at is None:
            return
        _write(_letter_of_end(found, row.told_at), file, now)
        row.told_at = None
    else:
        if row.told_at is not None or now - since <= WITHIN:
            return
        _write(_letter(found, since), file, now)
        row.told_at = now
        log.error("holder.alarm", where=found.place.value, reason=found.condition.value)
    row.save(update_fields=["told_at"])


def _write(words: tuple[str, str, str], file: RegisterFile, now: datetime) -> None:
    occasion, subject, body = words
    for to in sorted({file.dpo.email, file.contact.email}):
        messages.write(Message(f"{occasion}:{to}", to, subject, body), now)


FOUND: dict[Condition, Promise] = {
    Condition.SEALED: _("on lukossa"),
    Condition.CREDENTIAL: _("ei hyväksy talon tunnistetta"),
    Condition.AWAY: _("ei vastaa"),
}
REMEDIES: dict[Condition, Promise] = {
    Condition.SEALED: _("Avaa palvelun lukitus (bao operator unseal)."),
    Condition.CREDENTIAL: _(
        "Anna asetuksen credential_file nimeämässä tiedostossa tunniste, jolla on oikeat oikeudet."
    ),
    Condition.AWAY: _(
        "Tarkista palvelu, sen osoite ja yhteys; kytke irronnut levy tai turvamoduuli takaisin."
    ),
}


def _letter(found: Health, since: datetime) -> tuple[str, str, str]:
    with override("fi"):
        said = gettext(
            "Avaimenhaltija, jolla puhelut avataan, %(found)s. Se palveli viimeksi %(when)s."
        ) % {"found": FOUND[found.condition], "when": _when(since)}
        means = gettext(
            "Puhelut otetaan talteen, mutta yhtäkään ei voi avata eikä hävittää ennen kuin se "
            "vastaa. Yksikään avain ei ole hävinnyt."
        )
        subject = gettext("Talteen: avaimenhaltija ei palvele")
        lines = [said, "", means, str(REMEDIES[found.condition])]
    return f"holder:{found.place.value}:{_key(since)}", subject, "\n".join(lines) + "\n"


def _letter_of_end(found: Health, told_at: datetime) -> tuple[str, str, str]:
    with override("fi"):
        said = gettext(
            "Avaimenhaltija, jolla puhelut avataan, vastaa taas. Hälytys lähti %(when)s."
        ) % {"when": _when(told_at)}
        lines = [said, "", gettext("Se, mikä odotti, tehdään nyt.")]
        subject = gettext("Talteen: avaimenhaltija palvelee taas")
    return f"holder-back:{found.place.value}:{_key(told_at)}", subject, "\n".join(lines) + "\n"


def _when(at: datetime) -> str:
    here = at.astimezone(HELSINKI)
    return f"{here.day}.{here.month}.{here.year} klo {here.hour}.{here.minute:02}"


def _key(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"
