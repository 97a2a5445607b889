"""Passages: stretches of drawn calls that teach, marked by one person and approved by another.

Who evaluates marks and approves, each under a grant of their own; nobody both (I15). The agent
whose call it is sees it at once and may object, which takes it out unless a third person decides
otherwise (``objections``). A hold, a restriction or a mark of special category hides it with its
call, and no row has to change for that; when the call dies it goes in the same transaction
(REGISTER 5.5, I17).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from django.db import transaction

from talteen.clock import helsinki_date
from talteen.engine.vault.entries import Kind as Part
from talteen.errors import Conflict, InputError, Missing, NotAllowed
from talteen.ids import RecordingId
from talteen.life.capture.rules import Span
from talteen.life.seal import door
from talteen.life.seal.door import NotThereYet, Step
from talteen.life.seal.vault import Vault
from talteen.life.transcribe.masking.layer import Layer
from talteen.life.transcribe.masking.spans import Kind
from talteen.life.use import listen
from talteen.life.use.coach import objections, spoken
from talteen.life.use.coach.spoken import Saying, What
from talteen.life.use.gate import passing
from talteen.life.use.listen import Keeps
from talteen.notice.purposes import Purpose, Role
from talteen.register import access, balanced, versions
from talteen.register.access import Grant
from talteen.register.approved import State
from talteen.register.models import Recording, Staff
from talteen.register.passage_models import Passage
from talteen.register.policy import Rule
from talteen.register.refusals import Denied, NotBalanced

JUDGES = frozenset({Role.TEAM_LEADER, Role.QUALITY_ANALYST})
"""Who marks and approves: those who hear drawn calls in full."""
SHORTEST_MS, LONGEST_MS = 1_000, 180_000
"""A part of a call (5.s3), never the whole of a long one."""
_HEARS_FOR = frozenset({Purpose.TRAINING, Purpose.SERVICE_QUALITY})


class Why(Enum):
    """Why a stretch is no passage."""

    TIMES = "times"
    """Not within the call, or the end before the start."""
    LENGTH = "length"
    SENSITIVE = "sensitive"
    """Something in it may tell of health or belief (J1)."""


class NoPassage(InputError):
    """This stretch cannot be marked."""

    def __init__(self, why: Why) -> None:
        super().__init__("this stretch cannot be a passage", remedy="choose another one")
        self.why = why


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody marks."""

    part: Span
    teaches: str
    """Why it teaches, in words that no call said: trainers read it without opening one."""
    language: str


def mark(house: Keeps, grant: Grant, draft: Draft, now: datetime) -> UUID:
    """Mark a passage of the call of ``grant``; gives its id.

    Raises NoPassage, passing.Refused, Denied for whoever may not, NotBalanced while training rests
    on no test, NotThereYet before there are words.
    """
    row = _judged(grant, now)
    _sound(draft.part, row.length_ms, _layer(house.vault, grant, now))
    passing.check(house, draft.teaches, language=draft.language, longest=passing.LESSON, now=now)
    _log(grant, draft.part, "marked", now)
    made = Passage.objects.create(
        recording=row,
        start_ms=draft.part.start_ms,
        end_ms=draft.part.end_ms,
        teaches=draft.teaches.strip(),
        marked_by_id=grant.staff,
        marked_at=now,
        state=State.PROPOSED.value,
    )
    return made.pk


def decide(
    vault: Vault, grant: Grant, which: UUID, *, approve: bool, reason: str, now: datetime
) -> None:
    """A second person approves or declines. Raises NotAllowed for whoever marked it, InputError
    without a reason, Conflict where it is decided, and as ``mark``."""
    row = _of_call(grant, which)
    call = _judged(grant, now)
    if row.marked_by_id == grant.staff:
        raise NotAllowed("a second person approves it", remedy="ask a colleague who evaluates")
    if approve:
        _sound(part_of(row), call.length_ms, _layer(vault, grant, now))
    what = What.APPROVED if approve else What.DECLINED
    with _said(vault, grant, row, Saying(what, _code(grant), reason), now) as locked:
        _expect(locked, State.PROPOSED)
        locked.state = (State.APPROVED if approve else State.DECLINED).value
        locked.decided_by_id, locked.decided_at = grant.staff, now


def settle(
    vault: Vault, grant: Grant, which: UUID, *, keep: bool, reason: str, now: datetime
) -> None:
    """A third person decides on the agent's objection: it teaches on, or is out for good."""
    row = _of_call(grant, which)
    _judged(grant, now)
    if grant.staff in {row.marked_by_id, row.decided_by_id}:
        raise NotAllowed("a third person decides on an objection", remedy="ask a colleague")
    what = What.KEPT if keep else What.TAKEN_OUT
    with _said(vault, grant, row, Saying(what, _code(grant), reason), now) as locked:
        _expect(locked, State.OBJECTED)
        before = State.APPROVED if locked.decided_by_id else State.PROPOSED
        locked.state = (before if keep else State.OUT).value
        locked.settled_by_id = grant.staff


def object_to(vault: Vault, agent: Staff, which: UUID, reason: str, now: datetime) -> None:
    """The agent whose call it is objects: from now on nobody learns from it, unless a third person
    decides so in time (``objections``).

    Missing where it is not theirs, Conflict where they objected before.
    """
    with transaction.atomic():
        mine = Passage.objects.select_for_update().filter(recording__agent=agent, pk=which)
        row = mine.first()
        if row is None:
            raise Missing("this is no passage of yours", remedy="look at your own list")
        if State(row.state) not in (State.PROPOSED, State.APPROVED) or row.objected_at:
            raise Conflict("this passage was decided on", remedy="read what came of it")
        opened = door.open_for_step(vault, RecordingId(row.recording_id), Step.REMARK, now)
        spoken.add(opened, row, Saying(What.OBJECTED, agent.code, reason))
        row.state, row.objected_at = State.OBJECTED.value, now
        objections.upheld_at_once(row, now)
        row.save(update_fields=["state", "objected_at", "upheld_at", "sealed"])


def withdraw(who: Staff, which: UUID) -> None:
    """Whoever marked it takes it back. Missing for anybody else, Conflict where it is out."""
    with transaction.atomic():
        row = Passage.objects.select_for_update().filter(pk=which, marked_by=who).first()
        if row is None:
            raise Missing("you have marked no such passage", remedy="look at the list again")
        if State(row.state) in (State.DECLINED, State.OUT):
            raise Conflict("this passage is out already", remedy="look at the list again")
        row.state = State.OUT.value
        row.save(update_fields=["state"])


def part_of(row: Passage) -> Span:
    """The stretch of a passage."""
    return Span(row.start_ms, row.end_ms)


def _judged(grant: Grant, now: datetime) -> Recording:
    """The call of ``grant``, whose holder may say what of it teaches."""
    if grant.purpose not in _HEARS_FOR:
        raise Denied(Rule.PURPOSE_NOT_OPEN)
    if Role(Staff.objects.get(pk=grant.staff).role) not in JUDGES:
        raise Denied(Rule.ROLE)
    today = helsinki_date(now)
    if not balanced.stands(Purpose.TRAINING, today):
        raise NotBalanced(balanced.of(Purpose.TRAINING, today))
    row = Recording.objects.get(pk=grant.recording)
    # 4.4: whoever marks hears it for quality, which may have been told of when training was not.
    if Purpose.TRAINING not in versions.terms(row.notice_id, row.started_at, now).purposes:
        raise Denied(Rule.PURPOSE_NOT_TOLD)
    return row


def _layer(vault: Vault, grant: Grant, now: datetime) -> Layer:
    written = listen.open_words(vault, grant, now)
    if written is None:
        raise NotThereYet(Part.TRANSCRIPT)
    return written.layer


def _sound(part: Span, length_ms: int, layer: Layer) -> None:
    if not 0 <= part.start_ms < part.end_ms <= length_ms:
        raise NoPassage(Why.TIMES)
    if not SHORTEST_MS <= part.end_ms - part.start_ms <= LONGEST_MS:
        raise NoPassage(Why.LENGTH)
    special = (span for span in layer.in_force() if span.kind is Kind.SPECIAL)
    if any(span.start_ms < part.end_ms and part.start_ms < span.end_ms for span in special):
        raise NoPassage(Why.SENSITIVE)


def _of_call(grant: Grant, which: UUID) -> Passage:
    row = Passage.objects.filter(pk=which, recording=grant.recording).first()
    if row is None:
        raise Missing("this call has no such passage", remedy="look at the list again")
    return row


def _code(grant: Grant) -> str:
    return Staff.objects.get(pk=grant.staff).code


def _log(grant: Grant, part: Span, what: str, now: datetime) -> None:
    access.log_range(
        grant, "passage", start_ms=part.start_ms, end_ms=part.end_ms, at=now, what=what
    )


@contextmanager
def _said(
    vault: Vault, grant: Grant, row: Passage, saying: Saying, now: datetime
) -> Iterator[Passage]:
    """The passage, locked, to be changed and kept together with why."""
    opened = door.open_for(vault, grant, now)
    _log(grant, part_of(row), saying.what.value, now)
    with transaction.atomic():
        locked = Passage.objects.select_for_update().get(pk=row.pk)
        yield locked
        spoken.add(opened, locked, saying)
        locked.save()


def _expect(row: Passage, state: State) -> None:
    if State(row.state) is not state:
        raise Conflict("this passage was decided on meanwhile", remedy="read what came of it")
