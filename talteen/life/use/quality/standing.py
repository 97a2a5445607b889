"""The figures of questions, as they are kept: renewed when a round is revealed, and of nobody.

They outlive calls, rounds and raters: what remains is how far people agreed on a question, with its
words and anchors in the version of the form. A question below the bar is left out of people's
scores (``left_out``), in every version in which it means the same.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from talteen.life.use.quality import answers, published, reliability
from talteen.life.use.quality.agreement import Agreement, Figure, Level, Trust
from talteen.life.use.quality.form import Answer, Form, Question
from talteen.life.use.quality.models import CalibrationRound, QuestionFigures
from talteen.life.use.quality.reliability import Decides, Judged, Standing

REVEALED = "revealed"
"""The state of a round whose answers everybody in it may see."""

Rated = Mapping[str, Mapping[str, Answer]]
"""What each rater answered about one call."""

Weak = frozenset[tuple[str, str, bytes]]
"""Form, question, and what it means (``form.Question.meaning``)."""


def renew(form: str) -> None:
    """Compute the figures of the questions of ``form`` anew, from the rounds that are revealed.

    Those of words that no round has any more (its term is over) stay as they were.
    """
    calls = _calls(form)
    known: dict[tuple[str, bytes], Question] = {}
    for used, _ in calls:
        known |= {(one.id, one.meaning): one for one in used.questions}
    for (name, meaning), question in known.items():
        same = [rated for used, rated in calls if (name, meaning) in _asked(used)]
        found = reliability.standing(question, reliability.ratings_of(name, same))
        QuestionFigures.objects.update_or_create(
            form=form,
            question=name,
            meaning=meaning,
            defaults={
                "calls": found.calls,
                "figures": _told_of(found),
                "trust": found.trust.value,
            },
        )


def figures_of(rows: QuerySet[CalibrationRound]) -> dict[str, Any] | None:
    """The figures of a round over its own calls, as its first row keeps them: by question. None for
    a round of one call, of which there is nothing to compute."""
    calls = _rated(rows)
    if len(calls) < 2:
        return None
    used, rated = calls[0][0], [answered for _, answered in calls]
    return {
        one.id: _told_of(reliability.standing(one, reliability.ratings_of(one.id, rated)))
        for one in used.questions
    }


def of_round(row: CalibrationRound) -> dict[str, Standing]:
    """What ``figures_of`` said when the round was revealed; nothing for one call."""
    return {question: _standing(told) for question, told in (row.figures or {}).items()}


def of(form: Form) -> dict[str, Standing]:
    """What is known of the questions of ``form``; those that nobody has rated are left out."""
    asked = _asked(form)
    return {
        row.question: _standing(row.figures)
        for row in QuestionFigures.objects.filter(form=form.id)
        if (row.question, bytes(row.meaning)) in asked
    }


def weak() -> Weak:
    """Every question that counts in nobody's score, with its words: one query for a whole page."""
    rows = QuestionFigures.objects.filter(trust=Trust.REWRITE.value)
    return frozenset((row.form, row.question, bytes(row.meaning)) for row in rows)


def left_out(form: Form, known: Weak | None = None) -> frozenset[str]:
    """The questions of ``form`` that count in nobody's score until they are tried again."""
    found = weak() if known is None else known
    return frozenset(one.id for one in form.questions if (form.id, one.id, one.meaning) in found)


def _asked(form: Form) -> frozenset[tuple[str, bytes]]:
    return frozenset((one.id, one.meaning) for one in form.questions)


def _calls(form: str) -> list[tuple[Form, Rated]]:
    return _rated(CalibrationRound.objects.filter(form__form=form, state=REVEALED))


def _rated(rows: QuerySet[CalibrationRound]) -> list[tuple[Form, Rated]]:
    """A row is a call."""
    rounds = rows.select_related("form").prefetch_related("marks").order_by("pk")
    return [
        (
            published.read(row.form.text),
            {
                str(mark.evaluator_id): answers.read(mark.answers)
                for mark in row.marks.all()
                if mark.answers is not None
            },
        )
        for row in rounds
    ]


def _told_of(found: Standing) -> dict[str, Any]:
    return {"applies": _told(found.applies), "answers": _told(found.answers)}


def _standing(told: Mapping[str, Any]) -> Standing:
    return Standing(_read(told["applies"]), _read(told["answers"]))


def _told(judged: Judged) -> dict[str, Any]:
    return {
        "calls": judged.calls,
        "percent": judged.figures.percent,
        "alpha": _bounds(judged.figures.alpha),
        "gwet": _bounds(judged.figures.gwet),
        "level": judged.level.value,
        "decides": judged.decides.value,
    }


def _bounds(figure: Figure) -> list[float | None]:
    return [figure.value, figure.low, figure.high]


def _read(told: Mapping[str, Any]) -> Judged:
    """Figures of before AC2 was computed hold AC1 for every question, and say so."""
    of_before = "ac1" in told
    gwet = Figure(*told["ac1" if of_before else "gwet"])
    decides = Decides.GWET if told["decides"] == "ac1" else Decides(told["decides"])
    level = Level.NOMINAL if of_before else Level(told["level"])
    figures = Agreement(told["percent"], Figure(*told["alpha"]), gwet)
    return Judged(told["calls"], figures, decides, level)
