"""Scripts: scenes made up from what was learned, stamped as such, approved by a second person.

A passage dies with its call. What goes on teaching is a scene that nobody ever said. It passes the
gate, and is read out only once another person than its writer has approved it (REGISTER 5.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from talteen.errors import Conflict, InputError, NotAllowed
from talteen.life.use.coach.models import Script
from talteen.life.use.gate import passing
from talteen.life.use.listen import Keeps
from talteen.life.use.reach import Reader
from talteen.notice.purposes import Role

WRITERS = frozenset({Role.TRAINER, Role.QUALITY_ANALYST, Role.TEAM_LEADER})
READERS = frozenset({Role.AGENT, *WRITERS})
LONGEST_TITLE, LONGEST = 120, 3_000


@dataclass(frozen=True, slots=True)
class ScriptShown:
    """One scene."""

    id: UUID
    title: str
    turns: Sequence[str]
    """Its lines as they are written, one a speaker and turn."""
    by: str
    own: bool
    approved_by: str
    """Empty until a second person has approved it."""
    approved_at: datetime | None


def of(reader: Reader) -> Sequence[ScriptShown]:
    """The scenes of the reader's unit; those that nobody approved only to those who may."""
    role = Role(reader.role)
    if role not in READERS:
        return []
    rows = Script.objects.filter(unit=reader.unit).select_related("by", "approved_by")
    rows = rows if role in WRITERS else rows.exclude(approved_at=None)
    return [_shown(row, reader) for row in rows.order_by("-made_at")]


def write(
    house: Keeps, who: Reader, title: str, text: str, *, language: str, now: datetime
) -> UUID:
    """Keep a scene until somebody approves it. Raises InputError, passing.Refused."""
    if Role(who.role) not in WRITERS or who.unit is None:
        raise NotAllowed("scenes are written by those who teach", remedy="ask a trainer")
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise InputError("a scene has a title", remedy="write a short one")
    whole = f"{title.strip()}\n{text.strip()}"
    passing.check(house, whole, language=language, longest=LONGEST, now=now)
    made = Script.objects.create(
        unit=who.unit,
        title=title.strip(),
        text=text.strip(),
        language=language,
        by=who,
        made_at=now,
    )
    return made.pk


def approve(who: Reader, which: UUID, now: datetime) -> None:
    """A second person approves a scene. NotAllowed for its writer, Conflict where it is done."""
    with transaction.atomic():
        rows = Script.objects.select_for_update()
        row = rows.filter(pk=which, unit=who.unit, approved_at=None).first()
        if row is None or Role(who.role) not in WRITERS:
            raise Conflict("there is nothing to approve here", remedy="read the list again")
        if row.by_id == who.pk:
            raise NotAllowed("a second person approves it", remedy="ask a colleague who teaches")
        row.approved_by, row.approved_at = who, now
        row.save(update_fields=["approved_by", "approved_at"])


def _shown(row: Script, reader: Reader) -> ScriptShown:
    return ScriptShown(
        id=row.pk,
        title=row.title,
        turns=[line.strip() for line in row.text.splitlines() if line.strip()],
        by=row.by.name,
        own=row.by_id == reader.pk,
        approved_by=row.approved_by.name if row.approved_by else "",
        approved_at=row.approved_at,
    )
