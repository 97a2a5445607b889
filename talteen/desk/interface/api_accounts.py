"""Operations of the house that account for calls: the ledger, the balance, why, and health.

Sizes, hashes, counts, times and codes: nothing of a caller. They are the acts of the pages and
commands of the same names.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import override
from pydantic import Field

from talteen.desk.ground import health
from talteen.desk.interface.api_frame import SEE, Asked, Body, Operation, Reply, Value, instant
from talteen.desk.interface.api_recordings import Code, Language, Slug
from talteen.desk.reception import reasons
from talteen.errors import InputError, Missing
from talteen.oversight import acts, days, handing, why
from talteen.oversight.balance.values import Verdict
from talteen.oversight.days import DaySum
from talteen.oversight.handing import Handed
from talteen.oversight.records import mapping
from talteen.register.log import ledger
from talteen.register.log.ledger_models import LedgerHead
from talteen.register.models import Line
from talteen.register.programs.api_scopes import Scope
from talteen.wiring import House

MAPPING = "call-records.toml"
RECORDS_AT_MOST = 512 << 20
"""Bytes of one hand-over. They name callers: a piece is let go of when its rows were read, and what
does not fit into memory is sealed under a key that nobody keeps."""
_PIECE = 1 << 16


class Head(Value):
    """The newest head of the log."""

    origin: str
    size: int
    """How many entries."""
    root: str
    """Hexadecimal."""
    key: str
    """The public key that signs it (vkey)."""


class OfSize(Value):
    """Which head."""

    size: int | None = Field(default=None, ge=0, lt=1 << 53)
    """Of so many entries; the newest unless said."""


class Sum(Value):
    """The calls of a day, by one export of the exchange."""

    source: str
    recorded: int
    partial: int
    lost: int
    lawful: int
    """Lawfully not recorded."""
    orphans: int
    """Recordings that belong to no call of the export."""
    unlawful: int
    """Recordings of calls of which nothing may be kept."""
    unreadable: int
    """Rows that could not be read."""
    made: datetime


class Balance(Value):
    """The balance of a day."""

    day: date
    sums: tuple[Sum, ...]


class DayHandedOver(Value):
    """One day of the records."""

    day: date
    verdicts: dict[Verdict, int]
    """Calls by what became of them."""
    lost: tuple[datetime, ...]
    """When the lost calls began."""


class HandedOver(Value):
    """What was read."""

    shape: str
    days: tuple[DayHandedOver, ...]
    unreadable: int


class Question(Value):
    """Which call."""

    at: datetime
    """When it began; without a zone: in Helsinki."""
    line: Slug
    agent: Code = ""
    """Staff code."""
    language: Language = "fi"
    """Of the sentence."""


class Answer(Value):
    """Why one call was recorded, or not."""

    because: why.Because
    sentence: str
    began: datetime | None
    line: str
    outcome: str
    recording: UUID | None
    notice: str
    announcement: str


class Answers(Value):
    """The calls that the question may mean, nearest first; at least one answer."""

    items: tuple[Answer, ...]


class Health(Value):
    """Whether people can be served."""

    ready: bool
    missing: tuple[str, ...]


def _head(asked: Asked) -> Reply:
    log_ = asked.at_home().log
    newest = ledger.head(log_)
    if newest is None:
        raise Missing("nothing was published yet", remedy="ask again in a minute")
    at = newest[0]
    return Reply(Head(origin=at.origin, size=at.size, root=at.root.hex(), key=str(log_.signer.key)))


def _checkpoint(asked: Asked) -> Reply:
    """The newest with its witnesses, an older one as the log itself signed it."""
    size, newest = asked.params(OfSize).size, ledger.head(asked.at_home().log)
    if newest is not None and size in (None, newest[0].size):
        return Reply(newest[1].to_bytes(), content_type="text/plain")
    row = LedgerHead.objects.filter(size=size).first() if size is not None else None
    if row is None:
        raise Missing("the log has signed no head of this size", remedy="ask for the newest")
    return Reply(bytes(row.note), content_type="text/plain")


def _balance(asked: Asked) -> Reply:
    day = asked.day("day")
    found = days.of_day(day)
    if not found:
        raise Missing("this day was not balanced", remedy="hand over its call records")
    return Reply(Balance(day=day, sums=tuple(_sum(one) for one in found)))


def _sum(one: DaySum) -> Sum:
    names = (name for name in Sum.model_fields if name != "made")
    return Sum(**{name: getattr(one, name) for name in names}, made=one.made_at)


def _taken(request: HttpRequest, house: House) -> tuple[Handed, bytes, Callable[[], None]]:
    """The records as calls, what they hash to, and how to let go of them."""
    folder = house.config.paths.run
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handed = handing.read(_pieces(request), _mapping(house), folder)
    return handed, handed.sha256, handed.close


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    size = 0
    try:
        while piece := request.read(_PIECE):
            size += len(piece)
            if size > RECORDS_AT_MOST:
                raise InputError("this is too long", remedy=f"say it in {RECORDS_AT_MOST} bytes")
            yield piece
    except UnreadablePostError:
        raise InputError("the body broke off", remedy="send it again") from None
    if not size:
        raise InputError("the body is missing", remedy=SEE)


def _hand_over(asked: Asked) -> Reply:
    house = asked.at_home()
    handed: Handed = asked.body
    made = acts.balance(handed, _mapping(house), asked.now)
    told = tuple(
        DayHandedOver(
            day=one.day,
            verdicts=dict(one.balance.counts),
            lost=tuple(call.began_at for call in one.balance.lost),
        )
        for one in made
    )
    return Reply(HandedOver(shape=handed.shape, days=told, unreadable=len(handed.unreadable)))


def _mapping(house: House) -> mapping.Mapping:
    path = house.config.home / MAPPING
    try:
        return mapping.read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"{MAPPING} cannot be read",
            remedy="let the operator write it (docs/formats/call-records.md)",
        ) from None


def _why(asked: Asked) -> Reply:
    told = asked.params(Question)
    at = instant(told.at)
    if not Line.objects.filter(pk=told.line).exists():
        raise InputError("line is not what belongs there", remedy="name a line of register.toml")
    with override(told.language):
        items = tuple(_answer(one) for one in why.why(at, told.line, agent=told.agent))
    return Reply(Answers(items=items))


def _answer(one: why.Answer) -> Answer:
    return Answer(
        because=one.because,
        sentence=reasons.sentence(one),
        began=one.began_at,
        line=one.line,
        outcome=one.outcome,
        recording=one.recording,
        notice=one.notice,
        announcement=one.announcement,
    )


def _health(asked: Asked) -> Reply:
    missing = health.not_ready()
    return Reply(Health(ready=not missing, missing=tuple(missing)))


def _any_bytes(_: str) -> dict[str, Any]:
    return {"type": "string", "contentMediaType": "application/octet-stream"}


OPERATIONS = (
    Operation(
        "ledger",
        "GET",
        "ledger",
        Scope.LEDGER_READ,
        "The newest head of the log.",
        _head,
        Head,
        problems=(404,),
        tagged=True,
    ),
    Operation(
        "checkpoint",
        "GET",
        "ledger/checkpoint",
        Scope.LEDGER_READ,
        "A head as it was signed (C2SP tlog-checkpoint), to keep and to compare later.",
        _checkpoint,
        {"type": "string"},
        query=OfSize,
        answer_type="text/plain",
        problems=(404,),
        tagged=True,
    ),
    Operation(
        "balance",
        "GET",
        "balance/{day}",
        Scope.BALANCE_READ,
        "What became of the calls of a Helsinki day, by each export of the exchange.",
        _balance,
        Balance,
        problems=(404,),
        tagged=True,
    ),
    Operation(
        "handOverRecords",
        "POST",
        "balance",
        Scope.BALANCE_WRITE,
        "Hand over whole days of the exchange's call records, in any of the formats that "
        "'talteen balance' reads.",
        _hand_over,
        HandedOver,
        body=Body(
            _any_bytes,
            reads=None,
            takes=_taken,
            content_types=("application/octet-stream", "text/csv", "text/plain"),
            most=RECORDS_AT_MOST,
        ),
        logged="balance",
    ),
    Operation(
        "why",
        "GET",
        "why",
        Scope.BALANCE_READ,
        "Why a call was recorded, or not. It cannot be asked by number: the register knows none.",
        _why,
        Answers,
        query=Question,
    ),
    Operation(
        "health",
        "GET",
        "health",
        Scope.HEALTH_READ,
        "What is missing before people can be served.",
        _health,
        Health,
    ),
)
