"""Calibration rounds as those read them who are in one.

Before a round is revealed it says who has answered and who has not, and nothing of what. Afterwards
the people are letters, drawn anew in each round: a round asks what is wrong with the form, not with
a person. Only who opened a round or was asked in it can read it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase
from uuid import UUID

from django.db.models import Q, QuerySet

from talteen.ids import RecordingId
from talteen.life.seal import door
from talteen.life.seal.vault import Vault
from talteen.life.use import calls
from talteen.life.use.quality import answers, calibrating, published, remarks, standing
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
class RoundCall:
    """One call of a round."""

    place: int
    recording: RecordingId | None
    """None once the call is gone."""
    opens: bool
    """The reader can open it: it is there, not held and not closed."""
    asks_reader: bool
    """Their answers about it are missing, and waited for."""
    answered: bool
    """The reader has given theirs."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person has come."""

    name: str
    own: bool
    given: int
    of: int
    """Calls that they have answered, and those that are still there to be answered."""

    @property
    def done(self) -> bool:
        return self.given >= self.of


@dataclass(frozen=True, slots=True)
class Round:
    """One round in the list."""

    number: int
    title: Text
    form: str
    version: int
    week: str
    state: State
    calls: tuple[RoundCall, ...]
    people: tuple[Progress, ...]
    opened_by_reader: bool

    @property
    def open(self) -> bool:
        """Whether answers are still given."""
        return self.state is State.OPEN

    @property
    def several(self) -> bool:
        """Whether it is about more than one call."""
        return len(self.calls) > 1

    @property
    def asked(self) -> int:
        """How many people."""
        return len(self.people)

    @property
    def given(self) -> int:
        """How many of them have answered about every call, or about any once it is revealed."""
        return sum(one.done if self.open else one.given > 0 for one in self.people)

    @property
    def waits_for(self) -> tuple[Progress, ...]:
        """Those who have not answered about every call."""
        return tuple(one for one in self.people if not one.done)

    @property
    def own(self) -> Progress | None:
        """The reader's own part; None for whoever only opened it."""
        return next((one for one in self.people if one.own), None)

    @property
    def asks_reader(self) -> bool:
        """Whether it waits for the reader."""
        return any(one.asks_reader for one in self.calls)

    @property
    def next(self) -> RoundCall | None:
        """The call that the reader answers about next; None where none opens to them."""
        return next((one for one in self.calls if one.asks_reader and one.opens), None)

    @property
    def gone(self) -> int:
        """How many of its calls are no more."""
        return sum(one.recording is None for one in self.calls)

    @property
    def opens(self) -> bool:
        """Whether any of its calls opens to the reader."""
        return any(one.opens for one in self.calls)


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
    given: tuple[tuple[Given, ...], ...]
    """By the call, in their order."""
    standing: Standing | None
    """Over all rounds that asked the same; None before the first was revealed."""
    here: Standing | None
    """Over the calls of this round; None where it has one."""


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
    rows = calibrating.rows_of(number).filter(state=State.REVEALED.value)
    letters = _letters(list(CalibrationMark.objects.filter(round__in=rows)))
    about = CalibrationMark.objects.filter(
        round__in=rows, round__call__recording=grant.recording, answers__isnull=False
    )
    letters = {pk: letters[pk] for pk in sorted(about.values_list("pk", flat=True))}
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
    rows = CalibrationRound.objects.filter(Q(opened_by=reader) | Q(pk__in=mine), first=None)
    with_calls = ("marks__evaluator", "others__call", "others__marks__evaluator")
    return rows.select_related("form", "call").prefetch_related(*with_calls).order_by("-pk")


def _parts(row: CalibrationRound) -> list[CalibrationRound]:
    """The rows of a round, one a call, in their order."""
    return [row, *sorted(row.others.all(), key=lambda one: one.pk)]


def _opening(rows: Sequence[CalibrationRound], reader: Reader, now: datetime) -> frozenset[UUID]:
    """The calls of these rounds that a purpose may open now (J11: a held one to nobody here)."""
    parts = [part for row in rows for part in _parts(row)]
    links = [link for part in parts if (link := getattr(part, "call", None))]
    ids = [RecordingId(link.recording_id) for link in links]
    found = calls.rows_of(reader, ids, now=now)
    return frozenset(row.recording for row in found if row.opens and not row.holds)


def _round(row: CalibrationRound, reader: Reader, opening: frozenset[UUID]) -> Round:
    used, parts = published.read(row.form.text), _parts(row)
    return Round(
        number=row.pk,
        title=used.title,
        form=used.id,
        version=used.version,
        week=row.week,
        state=State(row.state),
        calls=tuple(_call(n, part, reader, opening) for n, part in enumerate(parts, 1)),
        people=tuple(_people(parts, reader)),
        opened_by_reader=row.opened_by_id == reader.pk,
    )


def _call(
    place: int, part: CalibrationRound, reader: Reader, opening: frozenset[UUID]
) -> RoundCall:
    link = getattr(part, "call", None)
    own = next((mark for mark in part.marks.all() if mark.evaluator_id == reader.pk), None)
    lacks = own is not None and own.answers is None
    return RoundCall(
        place=place,
        recording=RecordingId(link.recording_id) if link else None,
        opens=link is not None and link.recording_id in opening,
        asks_reader=lacks and link is not None and part.state == State.OPEN.value,
        answered=own is not None and not lacks,
    )


def _people(parts: Sequence[CalibrationRound], reader: Reader) -> Iterator[Progress]:
    marks = [
        (mark, getattr(part, "call", None) is not None)
        for part in parts
        for mark in part.marks.all()
    ]
    names = {mark.evaluator_id: mark.evaluator.name for mark, _ in marks}
    for who, name in sorted(names.items(), key=lambda one: one[1]):
        own = [
            (mark.answers is not None, there) for mark, there in marks if mark.evaluator_id == who
        ]
        given = sum(answered for answered, _ in own)
        yield Progress(name, who == reader.pk, given, sum(done or there for done, there in own))


def _questions(row: CalibrationRound, used: Form, reader: Reader) -> list[Asked]:
    parts = _parts(row)
    letters = _letters([mark for part in parts for mark in part.marks.all()])
    known, here = standing.of(used), standing.of_round(row)
    given = [
        {letters[mark.pk]: mark for mark in part.marks.all() if mark.answers is not None}
        for part in parts
    ]
    read = {mark.pk: answers.read(mark.answers or {}) for marks in given for mark in marks.values()}
    return [
        Asked(
            question=one,
            given=tuple(
                tuple(
                    Given(letter, mark.evaluator_id == reader.pk, read[mark.pk].get(one.id))
                    for letter, mark in sorted(marks.items())
                )
                for marks in given
            ),
            standing=known.get(one.id),
            here=here.get(one.id),
        )
        for one in used.questions
    ]


def _letters(marks: Sequence[CalibrationMark]) -> dict[UUID, str]:
    """The letter of each mark of a round: one a person who answered, in the order of the least of
    their ids, which are drawn at random."""
    answered = {mark.evaluator_id for mark in marks if mark.answers is not None}
    least: dict[UUID, UUID] = {}
    for mark in sorted(marks, key=lambda one: one.pk):
        if mark.evaluator_id in answered:
            least.setdefault(mark.evaluator_id, mark.pk)
    letters = dict(zip(least, ascii_uppercase, strict=False))
    return {mark.pk: letters[mark.evaluator_id] for mark in marks if mark.evaluator_id in letters}
