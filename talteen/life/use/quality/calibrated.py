"""Calibration rounds as those read them who are in one.

Before a round is revealed it says who has answered and who has not, and nothing of what. Afterwards
the people are letters, drawn anew in each round: a round asks what is wrong with the form, not with
a person. Only who opened a round or was asked in it can read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from uuid import UUID

from django.db.models import Q, QuerySet

from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.use import calls
from talteen.life.use.quality import answers, published, remarks, standing
from talteen.life.use.quality.calibrating import State
from talteen.life.use.quality.form import Answer, Form, Question, Text
from talteen.life.use.quality.models import CalibrationMark, CalibrationRound, Evaluation
from talteen.life.use.quality.reliability import Standing
from talteen.life.use.quality.remarks import Remark
from talteen.life.use.reach import Reader
from talteen.register import access
from talteen.register.access import Grant

MOST = 30


@dataclass(frozen=True, slots=True)
class Round:
    """One round in the list."""

    number: int
    title: Text
    form: str
    version: int
    week: str
    state: State
    asked: int
    given: int
    waits_for: tuple[str, ...]
    """Names of those who have not answered."""
    asks_reader: bool
    opened_by_reader: bool
    recording: RecordingId | None
    """None once the call is gone."""
    opens: bool
    """The reader can open the call: it is there, not held and not closed."""

    @property
    def open(self) -> bool:
        """Whether answers are still given."""
        return self.state is State.OPEN


@dataclass(frozen=True, slots=True)
class Given:
    """What one person answered to one question."""

    letter: str
    own: bool
    answer: Answer | None
    """None where the question was not asked of them: its condition was not met."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a round."""

    question: Question
    given: tuple[Given, ...]
    standing: Standing | None
    """Over all rounds that asked the same; None before the first was revealed."""


@dataclass(frozen=True, slots=True)
class Room:
    """One round as it is looked at."""

    round: Round
    form: Form
    questions: tuple[Asked, ...]
    """Empty until it is revealed."""


@dataclass(frozen=True, slots=True)
class Overturned:
    """How often a second evaluator answered a disputed question otherwise than the first."""

    disputed: int
    changed: int


def rounds(reader: Reader, now: datetime) -> list[Round]:
    """The rounds of the reader, the newest first."""
    rows = list(_rows(reader)[:MOST])
    opening = _opening(rows, reader, now)
    return [_round(row, reader, opening) for row in rows]


def room(reader: Reader, number: int, now: datetime) -> Room | None:
    """One round; None where it is not the reader's."""
    row = next((row for row in _rows(reader).filter(pk=number)), None)
    if row is None:
        return None
    shown = _round(row, reader, _opening([row], reader, now))
    used = published.read(row.form.text)
    questions = () if shown.open else tuple(_questions(row, used, reader))
    return Room(shown, used, questions)


def said(vault: Vault, grant: Grant, number: int, now: datetime) -> list[tuple[str, Remark]]:
    """What the people of a revealed round remarked, each with its letter: words about a call, so
    they are read under a grant on it, and that is written down."""
    marks = CalibrationMark.objects.filter(
        round=number, round__state=State.REVEALED.value, round__call__recording=grant.recording
    )
    letters = _letters(list(marks.exclude(answers__isnull=True)))
    if not letters:
        return []
    access.log_range(grant, "read", start_ms=0, end_ms=0, at=now, what="calibration")
    known = remarks.of(door.open_for(vault, grant, now))
    return [(letter, remark) for mark, letter in letters.items() for remark in known.get(mark, ())]


def overturned(used: Form) -> dict[str, Overturned]:
    """Of each disputed question of ``used``: how often the second answer was another. Over all
    versions in which it means the same."""
    found: dict[str, Overturned] = {}
    meanings = {one.id: one.meaning for one in used.questions}
    rows = Evaluation.objects.filter(form__form=used.id).exclude(second=None)
    for row in rows.select_related("form", "second"):
        asked = {one.id: one.meaning for one in published.read(row.form.text).questions}
        second = row.second.answers if row.second else {}
        for one in row.disputed:
            if one in meanings and asked.get(one) == meanings[one]:
                before = found.get(one, Overturned(0, 0))
                other = second.get(one) != row.answers.get(one)
                found[one] = Overturned(before.disputed + 1, before.changed + other)
    return found


def _rows(reader: Reader) -> QuerySet[CalibrationRound]:
    mine = CalibrationMark.objects.filter(evaluator=reader).values("round")
    rows = CalibrationRound.objects.filter(Q(opened_by=reader) | Q(pk__in=mine))
    return rows.select_related("form", "call").prefetch_related("marks__evaluator").order_by("-pk")


def _opening(rows: Sequence[CalibrationRound], reader: Reader, now: datetime) -> frozenset[UUID]:
    """The calls of these rounds that a purpose may open now (J11: a held one to nobody here)."""
    links = [link for row in rows if (link := getattr(row, "call", None))]
    ids = [RecordingId(link.recording_id) for link in links]
    found = calls.rows_of(reader, ids, now=now)
    return frozenset(row.recording for row in found if row.opens and not row.holds)


def _round(row: CalibrationRound, reader: Reader, opening: frozenset[UUID]) -> Round:
    used, marks = published.read(row.form.text), list(row.marks.all())
    missing = [mark.evaluator for mark in marks if mark.answers is None]
    link = getattr(row, "call", None)
    return Round(
        number=row.pk,
        title=used.title,
        form=used.id,
        version=used.version,
        week=row.week,
        state=State(row.state),
        asked=len(marks),
        given=len(marks) - len(missing),
        waits_for=tuple(sorted(one.name for one in missing)),
        asks_reader=row.state == State.OPEN.value and any(one.pk == reader.pk for one in missing),
        opened_by_reader=row.opened_by_id == reader.pk,
        recording=RecordingId(link.recording_id) if link else None,
        opens=link is not None and link.recording_id in opening,
    )


def _questions(row: CalibrationRound, used: Form, reader: Reader) -> list[Asked]:
    given = {mark.pk: mark for mark in row.marks.all() if mark.answers is not None}
    letters, known = _letters(list(given.values())), standing.of(used)
    read = {pk: answers.read(mark.answers or {}) for pk, mark in given.items()}
    return [
        Asked(
            question=one,
            given=tuple(
                Given(letter, given[pk].evaluator_id == reader.pk, read[pk].get(one.id))
                for pk, letter in letters.items()
            ),
            standing=known.get(one.id),
        )
        for one in used.questions
    ]


def _letters(marks: Sequence[CalibrationMark]) -> dict[UUID, str]:
    """A letter for each: in the order of their ids, which are drawn at random."""
    ordered = sorted(mark.pk for mark in marks)
    return dict(zip(ordered, ascii_uppercase, strict=False))
