"""Why was this call recorded, or not? Answered from what the register keeps: no sound, no number.

The question is a time and a line, with an agent where one is known; or a promise. Searching by
number is not offered: the register knows none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from talteen.clock import helsinki_date
from talteen.errors import InputError
from talteen.ids import RecordingId
from talteen.life.capture.acts import OPEN, SYNTHETIC, TWIN
from talteen.life.capture.begun import LOST
from talteen.life.capture.models import Promise
from talteen.oversight.models import DayBalance, LostCall
from talteen.register.models import Line, Recording
from talteen.register.states import UNSEALED, Progress

NEAR = timedelta(minutes=5)
"""How far from the time asked a call may have begun: people remember minutes, not seconds."""


class Because(Enum):
    """The answer."""

    RECORDED = "recorded"
    NOT_KEPT = "not_kept"
    """It reached the register, which kept nothing; ``outcome`` says why."""
    UNDERWAY = "underway"
    """A capture node has it, and it has not been sealed yet."""
    DESTROYED = "destroyed"
    """It was recorded, and the recording does not exist any more."""
    LOST = "lost"
    """The exchange has it and the register has not; ``outcome`` says what is known."""
    EXCLUDED_LINE = "excluded_line"
    NOTHING_FOUND = "nothing_found"
    """No trace, although the day was held against the exchange's records."""
    NOT_BALANCED = "not_balanced"
    """No trace, and nobody has compared that day with the exchange's records yet."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the recording without sound, and its kind."""

    kind: str
    begins_at: datetime
    length_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One call that the question may mean, or that there is none."""

    because: Because
    line: str
    began_at: datetime | None = None
    outcome: str = ""
    recording: RecordingId | None = None
    notice: str = ""
    announcement: str = ""
    announced_until: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    late: tuple[str, ...] = ()
    """What became of other nodes' accounts of it that came late (``seal.late.Fate``)."""
    promise: str = ""
    """The promise row, by its first hexadecimal digits; empty where there is none."""


def why(at: datetime, line: str, *, agent: str = "") -> tuple[Answer, ...]:
    """What the register knows of calls on ``line`` (a slug) at ``at`` (aware), nearest first.

    ``agent`` is a staff code. At least one answer: the last resort is that nothing is known.
    Raises InputError for a line that does not exist.
    """
    asked = Line.objects.filter(pk=line).first()
    if asked is None:
        raise InputError("no line has this name", remedy="name a line of register.toml")
    found = [*_recorded(at, asked, agent), *_promised(at, asked), *_lost(at, asked)]
    found.sort(key=lambda one: abs((one.began_at or at) - at))
    return tuple(found) or (_nothing(at, asked),)


def of_promise(promise: str) -> Answer:
    """The answer for a promise row, by the hexadecimal digits of its key (at least 8).

    Raises InputError where it is none, or fits several.
    """
    beginning = promise.strip().lower()
    if len(beginning) < 8 or set(beginning) - set("0123456789abcdef"):
        raise InputError("this is no promise", remedy="give at least 8 hexadecimal digits")
    least = bytes.fromhex(beginning[: len(beginning) // 2 * 2])
    near = Promise.objects.filter(mac__gte=least, mac__lt=least + b"\xff" * 32)
    rows = [row for row in near if bytes(row.mac).hex().startswith(beginning)]
    if len(rows) != 1:
        raise InputError("no single promise begins so", remedy="give more of its digits")
    recording = Recording.objects.filter(pk__in=[rows[0].recording]).first()
    return _of_recording(recording) if recording else _of_promise(rows[0])


def _recorded(at: datetime, line: Line, agent: str) -> Iterator[Answer]:
    rows = Recording.objects.filter(line=line, started_at__lte=at + NEAR)
    rows = rows.filter(day__in=(helsinki_date(at), helsinki_date(at - timedelta(days=1))))
    if agent:
        rows = rows.filter(agent__code=agent)
    for row in rows:
        if at <= row.ended_at + NEAR or row.progress == Progress.CAPTURING.value:
            yield _of_recording(row)


def _promised(at: datetime, line: Line) -> Iterator[Answer]:
    """Of calls without a recording. A promise knows no agent, so it is shown to any of them."""
    near = Promise.objects.filter(line=line, arrived_at__gte=at - NEAR, arrived_at__lte=at + NEAR)
    near = near.exclude(outcome__in=(SYNTHETIC, TWIN))
    living = set(
        Recording.objects.filter(pk__in=near.values("recording")).values_list("pk", flat=True)
    )
    yield from (_of_promise(row) for row in near if row.recording not in living)


def _lost(at: datetime, line: Line) -> Iterator[Answer]:
    rows = LostCall.objects.filter(began_at__gte=at - NEAR, began_at__lte=at + NEAR)
    for row in rows.filter(explained_at=None):
        if row.line_id in (None, line.pk):
            yield Answer(
                because=Because.LOST, line=line.pk, began_at=row.began_at, outcome=row.reason
            )


def _of_recording(row: Recording) -> Answer:
    promise = Promise.objects.filter(recording=row.pk).exclude(outcome=TWIN).first()
    unsealed = Progress(row.progress) in UNSEALED
    return Answer(
        because=Because.UNDERWAY if unsealed else Because.RECORDED,
        line=row.line_id,
        began_at=row.started_at,
        outcome=row.progress,
        recording=RecordingId(row.pk),
        notice=row.notice_id,
        announcement=row.announcement_id,
        announced_until=row.announced_until,
        gaps=tuple(_gap(mark, row.announced_until) for mark in row.marks if _is_gap(mark)),
        late=_late(row),
        promise=_short(promise) if promise else "",
    )


def _late(row: Recording) -> tuple[str, ...]:
    told = Promise.objects.filter(recording=row.pk).exclude(late="").order_by("arrived_at", "mac")
    return tuple(told.values_list("late", flat=True))


def _of_promise(row: Promise) -> Answer:
    return Answer(
        because=_because(row),
        line=row.line_id or "",
        began_at=row.arrived_at,
        outcome=row.outcome,
        recording=RecordingId(row.recording) if row.recording else None,
        promise=_short(row),
    )


def _because(row: Promise) -> Because:
    """Why there is no recording, though there is a promise."""
    if row.outcome in OPEN:
        return Because.UNDERWAY
    if row.outcome == LOST:
        return Because.LOST
    return Because.NOT_KEPT if row.recording is None else Because.DESTROYED


def _nothing(at: datetime, line: Line) -> Answer:
    if not line.recorded:
        return Answer(because=Because.EXCLUDED_LINE, line=line.pk)
    balanced = DayBalance.objects.filter(day=helsinki_date(at)).exists()
    because = Because.NOTHING_FOUND if balanced else Because.NOT_BALANCED
    return Answer(because=because, line=line.pk)


def _is_gap(mark: dict[str, Any]) -> bool:
    return bool(mark["end_ms"] > mark["start_ms"])


def _gap(mark: dict[str, Any], announced_until: datetime) -> Gap:
    begins_at = announced_until + timedelta(milliseconds=mark["start_ms"])
    return Gap(mark["kind"], begins_at, mark["end_ms"] - mark["start_ms"])


def _short(row: Promise) -> str:
    return bytes(row.mac).hex()[:16]
