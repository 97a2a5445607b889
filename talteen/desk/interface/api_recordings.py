"""Operations of the house: facts of recordings, their certificates, the holds upon them.

The same reading as the pages (``life.use.calls``), through the eyes of the token's owner: a program
sees no row that they would not. Each reading is a line of the access log before it is answered.
There is no sound and no word here (decision 194).
"""

import contextlib
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from talteen.desk.interface.api_frame import Asked, Operation, Reply, Value
from talteen.desk.interface.api_paging import Page, Paged, page, place
from talteen.errors import Conflict, InputError, Missing
from talteen.ids import RecordingId
from talteen.life.destroy import certificate, certify, remains
from talteen.life.destroy.remains import Destroyed
from talteen.life.hold import provisional
from talteen.life.use import calls
from talteen.life.use.rows import Direction, Row, Standing
from talteen.life.use.sieve import Sieve
from talteen.notice.purposes import Purpose
from talteen.register import access
from talteen.register.programs.api_scopes import Scope

Language = Literal["fi", "sv", "en"]
Slug = Annotated[str, Field(max_length=50, pattern=r"^[-a-z0-9_]*$")]
Code = Annotated[str, Field(max_length=32, pattern=r"^[-A-Za-z0-9._]*$")]
"""A staff code, or the reference of a case."""


class Recording(Value):
    """The facts of one recording: nothing of who called, from where, or what was said."""

    recording: UUID
    state: Standing
    started: datetime
    length_ms: int
    line: str
    language: str
    direction: Direction
    agent: str
    """Staff code."""
    held: bool
    cutoff: datetime
    """From then on nobody opens it in normal use."""
    due: datetime
    """By then nothing of it exists."""


class Sifted(Paged):
    """Which recordings."""

    since: date | None = None
    """First Helsinki day."""
    until: date | None = None
    """Last Helsinki day."""
    line: Slug = ""
    direction: Direction | None = None
    case: Code = ""
    """Only those of this case."""


class Proof(Enum):
    """How far the end of a recording has come."""

    WAITING = "waiting"
    """A copy of a key still lives in a backup, or the proof is not published yet."""
    CERTIFIED = "certified"


class Certificate(Value):
    """That a recording was destroyed, and the proof of it."""

    recording: UUID
    day: date
    state: Proof
    due: datetime
    live_key_died: datetime | None
    backup_key_died: datetime | None
    certificate: str | None
    """The signed file that ``talteen_verify.py`` checks; null while a copy of a key lives."""


class Gone(Value):
    """One recording that was destroyed."""

    recording: UUID
    day: date
    due: datetime
    live_key_died: datetime | None
    backup_key_died: datetime | None
    """Null while a copy of its key lives in a backup: there is no certificate yet."""


class OfDay(Paged):
    """Which day."""

    day: date
    """The Helsinki day on which the calls began."""


class InLanguage(Value):
    """Of a document."""

    language: Language = "fi"


class Hold(Value):
    """A hold in force."""

    hold: UUID
    recording: UUID
    case: str
    ground: str
    review_on: date
    provisional_until: datetime | None
    """It stands by one person's word until then."""
    release_proposed: bool


class Holds(Value):
    """The holds that the token's owner may know of."""

    items: tuple[Hold, ...]


def _list(asked: Asked) -> Reply:
    told, owner = asked.params(Sifted), asked.by().owner
    sieve = Sieve(
        day=told.since,
        until=told.until or (told.since and date.max),
        lines=frozenset({told.line} if told.line else ()),
        direction=told.direction,
        case=told.case or None,
    )
    rows = calls.batch(owner, sieve, now=asked.now, after=place(asked), size=told.limit + 1)
    log(asked, hits=len(rows))
    return page(asked, Recording, [(_fact(row, code), at) for row, code, at in rows])


def _one(asked: Asked) -> Reply:
    recording, owner = RecordingId(asked.id("recording")), asked.by().owner
    log(asked, recording=recording)
    found = calls.batch(owner, Sieve(only=recording), now=asked.now, size=1)
    if not found:
        raise Missing(
            "there is no such recording for this token",
            remedy="if it was destroyed, ask for its certificate",
        )
    row, code, _ = found[0]
    return Reply(_fact(row, code))


def _fact(row: Row, agent: str) -> Recording:
    return Recording(
        recording=row.recording,
        state=row.standing,
        started=row.started_at,
        length_ms=row.length_ms,
        line=row.line.slug,
        language=row.language,
        direction=row.direction,
        agent=agent,
        held=row.holds > 0,
        cutoff=row.cutoff_at,
        due=row.due_at,
    )


def _gone(asked: Asked) -> Reply:
    told, after = asked.params(OfDay), place(asked)
    found = remains.of_day(told.day, after=after[1] if after else None, size=told.limit + 1)
    rows = [
        Gone(
            recording=one.recording,
            day=one.day,
            due=one.due_at,
            live_key_died=one.live_dead_at,
            backup_key_died=one.backup_dead_at,
        )
        for one in found
    ]
    return page(asked, Gone, [(row, (row.due, row.recording)) for row in rows])


def _certificate(asked: Asked) -> Reply:
    gone = remains.of_call(RecordingId(asked.id("recording")))
    if gone is None:
        raise Missing("nothing of that name was destroyed", remedy="ask for the recording")
    text = _certified(asked, gone, asked.params(InLanguage).language)
    return Reply(
        Certificate(
            recording=gone.recording,
            day=gone.day,
            state=Proof.CERTIFIED if text else Proof.WAITING,
            due=gone.due_at,
            live_key_died=gone.live_dead_at,
            backup_key_died=gone.backup_dead_at,
            certificate=text,
        )
    )


def _certified(asked: Asked, gone: Destroyed, language: str) -> str | None:
    house = asked.at_home()
    with contextlib.suppress(InputError, Conflict):
        made = certify.recording(
            house.log,
            gone.recording,
            language=language,
            issuer=house.register.controller.name,
        )
        return certificate.text(made, house.log.signer)
    return None


def _holds(asked: Asked) -> Reply:
    found = provisional.standing(asked.by().owner, asked.now)
    log(asked, hits=len(found))
    items = tuple(
        Hold(
            hold=one.hold,
            recording=one.recording,
            case=one.reference,
            ground=one.ground,
            review_on=one.review_on,
            provisional_until=one.provisional_until,
            release_proposed=bool(one.proposed_by),
        )
        for one in found
    )
    return Reply(Holds(items=items))


def log(asked: Asked, *, recording: RecordingId | None = None, hits: int = 0) -> None:
    """A line of the access log: whose token read facts of what, and for which purpose."""
    token = asked.by()
    access.log_facts(
        token.owner,
        Purpose(token.purpose),
        recording,
        hits=hits,
        through=f"token:{token.name}",
        at=asked.now,
    )


OPERATIONS = (
    Operation(
        "listRecordings",
        "GET",
        "recordings",
        Scope.RECORDINGS_READ,
        "Facts of the recordings that the token's owner may list, newest first.",
        _list,
        Page[Recording],
        query=Sifted,
        logged="recordings",
    ),
    Operation(
        "recording",
        "GET",
        "recordings/{recording}",
        Scope.RECORDINGS_READ,
        "Facts of one recording.",
        _one,
        Recording,
        problems=(404,),
        tagged=True,
    ),
    Operation(
        "listDestroyed",
        "GET",
        "certificates",
        Scope.CERTIFICATES_READ,
        "The recordings of a day that were destroyed.",
        _gone,
        Page[Gone],
        query=OfDay,
        logged="certificates",
    ),
    Operation(
        "certificate",
        "GET",
        "certificates/{recording}",
        Scope.CERTIFICATES_READ,
        "That a recording was destroyed, with the file that anybody can check.",
        _certificate,
        Certificate,
        query=InLanguage,
        problems=(404,),
        tagged=True,
    ),
    Operation(
        "holds",
        "GET",
        "holds",
        Scope.HOLDS_READ,
        "The holds in force that the token's owner may know of.",
        _holds,
        Holds,
        tagged=True,
    ),
)
