"""The evidence room for a visiting authority (GDPR 58(1), REGISTER D): an account of at most thirty
days that only reads, and a sample of certificates that the house cannot steer.

Two people open the account, one of them the data protection officer. It has the auditor's role,
which opens no recording; while a visit lasts it changes nothing either, and when it is over it lets
in nowhere. The sample is drawn by a word of the inspector's own together with the head of the log:
who chose neither can check that nobody chose the calls.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext, override

from talteen.errors import InputError, Missing, NotAllowed
from talteen.notice.particulars import RegisterFile
from talteen.notice.purposes import Role
from talteen.oversight.visit_models import EvidenceVisit
from talteen.register.log.ledger_models import LedgerHead
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.staff import credentials, hiring, people

LONGEST = 30
"""Days."""
SAMPLE = 30
_PASSWORD_BYTES = 15
_LONGEST_REFERENCE = 64
_WORD = re.compile(r"[\w-]{1,32}")
"""It stands in an address: a word without blanks, no name and no sentence."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit, and the password that is shown once."""

    visit: EvidenceVisit
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample of destroyed recordings."""

    word: str
    size: int
    """Of the log whose head took part in the draw."""
    recordings: tuple[UUID, ...]
    among: int
    """Recordings that have a certificate."""


@transaction.atomic
def open_room(
    code: str,
    name: str,
    reference: str,
    *,
    by: tuple[str, str],
    days: int,
    language: str,
    file: RegisterFile,
    now: datetime,
) -> Opened:
    """Open an account for an inspector. InputError for a span or a reference that is none,
    NotAllowed unless two people decide it, one of them the data protection officer."""
    if not 1 <= days <= LONGEST or not reference.strip() or len(reference) > _LONGEST_REFERENCE:
        raise InputError(
            "a visit has a reference and lasts 30 days at most",
            remedy="write the authority's number of the matter, and --days up to 30",
        )
    first, second = people.two_of(*by)
    if Role.DPO.value not in (first.role, second.role):
        raise NotAllowed(
            "the data protection officer opens the evidence room with a second person",
            remedy="name the officer's code in --by",
        )
    staff = hiring.hire(code, name, Role.AUDITOR, language, by=by)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    visit = EvidenceVisit.objects.create(
        staff=staff,
        reference=reference.strip(),
        opened_at=now,
        ends_at=now + timedelta(days=days),
        opened_by=first,
        approved_by=second,
    )
    messages.write(_told(visit, file.dpo.email), now)
    return Opened(visit, password)


def close_room(code: str, now: datetime) -> None:
    """End a visit before its time; its sessions end with it. Missing where there is none."""
    visit = EvidenceVisit.objects.filter(staff__code=code, staff__is_active=True).first()
    if visit is None:
        raise Missing("no visit has this code", remedy="see 'talteen visit list'")
    credentials.leave(code, now)
    if visit.ends_at > now:
        EvidenceVisit.objects.filter(pk=visit.pk).update(ends_at=now)


def visit_of(staff: UUID) -> EvidenceVisit | None:
    """The visit that this account is of; None for the house's own people."""
    return EvidenceVisit.objects.filter(pk=staff).first()


def everyone() -> list[EvidenceVisit]:
    """All visits that there ever were, newest first."""
    return list(EvidenceVisit.objects.select_related("staff").order_by("-opened_at"))


def draw(word: str, *, most: int = SAMPLE) -> Drawn:
    """``most`` certified destructions, drawn by ``word`` and the newest head of the log.

    Ordered by SHA-256 over SHA-256(word, a line feed, the head's root) and the recording's 16
    bytes: whoever has the head and the ids draws the same (docs/formats/evidence-sample.md).
    """
    if not _WORD.fullmatch(word.strip()):
        raise InputError(
            "the draw has no word", remedy="write one of letters and digits, 32 signs at most"
        )
    head = LedgerHead.objects.order_by("-size").first()
    root = bytes(head.root) if head else b""
    seed = hashlib.sha256(word.strip().encode() + b"\n" + root).digest()
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [seed, most])
        drawn = tuple(recording for (recording,) in cursor.fetchall())
        cursor.execute(_AMONG)
        (among,) = cursor.fetchone()
    return Drawn(word.strip(), head.size if head else 0, drawn, among)


_DRAW = """
    SELECT recording FROM destruction WHERE certificate_leaf IS NOT NULL
    ORDER BY sha256(%s::bytea || uuid_send(recording)) LIMIT %s
"""
_AMONG = "SELECT count(*) FROM destruction WHERE certificate_leaf IS NOT NULL"


def _told(visit: EvidenceVisit, to: str) -> Message:
    with override("fi"):
        subject = gettext("Talteen: todistehuone on avattu")
        body = gettext(
            "Tarkastajalle %(code)s on avattu todistehuone asiassa %(reference)s. Se sulkeutuu"
            " %(day)s."
        ) % {
            "code": visit.staff.code,
            "reference": visit.reference,
            "day": f"{visit.ends_at.day}.{visit.ends_at.month}.{visit.ends_at.year}",
        }
    return Message(f"visit:{visit.pk}:{to}", to, subject, body + "\n")
