"""The form by which a person evaluates a call: sections, questions, weights, and the score.

A form is a value; a version is never changed, only followed by another (``form_changes`` says by
what).
Weights of sections sum to 100, and so do those of the questions of a section. What does not apply
leaves the denominator: its weight goes to the rest. A *critical* question that is failed is shown
beside the score and cannot be averaged away; a *fatal* one fails the whole evaluation, and the
other scores are still shown. No answer is ever the machine's (clause 16 of the notice). Pure.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import chain

WHOLE = 100
POINTS = 5
LANGUAGES = ("fi", "sv", "en")

Text = Mapping[str, str]
"""The same words by language."""


class Scale(Enum):
    """How a question is answered."""

    YES_NO = "yes_no"
    POINTS = "points"
    """1 to 5, with anchors in words."""


class Kind(Enum):
    """What a failed answer means for the whole."""

    NORMAL = "normal"
    CRITICAL = "critical"
    FATAL = "fatal"
    """Only for what binds the house: price, terms, the recording notice, card data spoken."""


class Special(Enum):
    """Answers that are no points."""

    NA = "na"
    """Does not apply."""


Answer = int | Special
"""1 to 5; of a yes/no question 1 (no) or 5 (yes)."""
NO, YES = 1, POINTS


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is asked only where an earlier one was answered so."""

    question: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    id: str
    text: Text
    weight: int
    scale: Scale = Scale.POINTS
    kind: Kind = Kind.NORMAL
    anchors: Mapping[int, Text] = field(default_factory=dict)
    """What a point means, in words; of a question in points at least 1, 3 and 5."""
    asked_if: Condition | None = None
    comment_under: int = 0
    """An answer below this needs a comment."""
    na: bool = True
    """Whether it may not apply."""

    def failed(self, answer: Answer) -> bool:
        """Whether the answer fails it: no, or one point of five."""
        return answer == NO

    @property
    def meaning(self) -> bytes:
        """SHA-256 over what decides how it is answered: words, anchors and scale. Two versions in
        which these are the same ask the same, whatever weight they give it."""
        said = [self.text, {str(p): t for p, t in self.anchors.items()}, self.scale.value, self.na]
        return _digest([dict(one) if isinstance(one, Mapping) else one for one in said])


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together."""

    id: str
    title: Text
    weight: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form."""

    id: str
    version: int
    title: Text
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """All of them, in their order."""
        return chain.from_iterable(section.questions for section in self.sections)

    def asked(self, answers: Mapping[str, Answer]) -> list[Question]:
        """The questions that ``answers`` leave standing."""
        return [one for one in self.questions if _is_asked(one, answers)]

    @property
    def digest(self) -> bytes:
        """SHA-256 over the canonical form: two versions of one number never differ unseen."""
        return _digest(asdict(self))


def _digest(value: object) -> bytes:
    whole = json.dumps(value, default=lambda one: one.value, sort_keys=True)
    return hashlib.sha256(whole.encode()).digest()


@dataclass(frozen=True, slots=True)
class Score:
    """What answers come to."""

    share: Fraction | None
    """Of what could be reached, 0 to 1; None where nothing applied."""
    sections: Mapping[str, Fraction | None]
    critical: tuple[str, ...]
    """Critical questions that were failed."""
    fatal: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether the whole evaluation fails."""
        return bool(self.fatal)

    @property
    def percent(self) -> int | None:
        """``share`` as people read it."""
        return None if self.share is None else round(self.share * 100)


def score(
    form: Form, answers: Mapping[str, Answer], left_out: frozenset[str] = frozenset()
) -> Score:
    """What ``answers`` come to. Questions that are not asked, or not answered, do not count, nor do
    those of ``left_out``: on what they mean people do not agree yet (``reliability``)."""
    asked = {one.id for one in form.asked(answers)} - left_out
    counted = {key: answer for key, answer in answers.items() if key in asked}
    sections = {
        section.id: _weighed((one.weight, _share(counted.get(one.id))) for one in section.questions)
        for section in form.sections
    }
    failed = [one for one in form.questions if one.id in counted and one.failed(counted[one.id])]
    return Score(
        share=_weighed((section.weight, sections[section.id]) for section in form.sections),
        sections=sections,
        critical=tuple(one.id for one in failed if one.kind is Kind.CRITICAL),
        fatal=tuple(one.id for one in failed if one.kind is Kind.FATAL),
    )


def _share(answer: Answer | None) -> Fraction | None:
    return Fraction(answer - NO, YES - NO) if isinstance(answer, int) else None


def _weighed(parts: Iterable[tuple[int, Fraction | None]]) -> Fraction | None:
    """The weighted mean of what applied: the weight of the rest goes to it."""
    there = [(weight, share) for weight, share in parts if share is not None and weight]
    whole = sum(weight for weight, _ in there)
    return sum((weight * share for weight, share in there), Fraction(0)) / whole if whole else None


class Lack(Enum):
    """Why answers cannot be handed in yet."""

    UNANSWERED = "unanswered"
    NO_SUCH_ANSWER = "no_such_answer"
    COMMENT = "comment"


def lacking(
    form: Form, answers: Mapping[str, Answer], commented: frozenset[str]
) -> dict[str, Lack]:
    """What stands in the way, by question; empty where the evaluation is whole."""
    found = {}
    for one in form.asked(answers):
        answer = answers.get(one.id)
        if answer is None:
            found[one.id] = Lack.UNANSWERED
        elif not _allowed(one, answer):
            found[one.id] = Lack.NO_SUCH_ANSWER
        elif isinstance(answer, int) and answer < one.comment_under and one.id not in commented:
            found[one.id] = Lack.COMMENT
    return found


def _allowed(question: Question, answer: Answer) -> bool:
    if answer is Special.NA:
        return question.na
    return answer in ((NO, YES) if question.scale is Scale.YES_NO else range(1, POINTS + 1))


def _is_asked(question: Question, answers: Mapping[str, Answer]) -> bool:
    condition = question.asked_if
    return condition is None or answers.get(condition.question) in condition.answers


def faults(form: Form) -> list[str]:
    """What is wrong with a form, each as a code with its place; empty where it may be published."""
    found = [*_sums("form", [section.weight for section in form.sections])]
    seen: set[str] = set()
    for section in form.sections:
        found += _sums(section.id, [one.weight for one in section.questions])
        found += _texts(section.id, section.title)
        for one in section.questions:
            found += _question_faults(one, seen)
            seen.add(one.id)
    return [*found, *_texts("form", form.title)]


def _sums(place: str, weights: list[int]) -> Iterator[str]:
    if sum(weights) != WHOLE or min(weights, default=0) < 0:
        yield f"weights:{place}"


def _texts(place: str, text: Text) -> Iterator[str]:
    if any(not text.get(language, "").strip() for language in LANGUAGES):
        yield f"text:{place}"


def _question_faults(one: Question, seen: set[str]) -> Iterator[str]:
    if one.id in seen:
        yield f"twice:{one.id}"
    yield from _texts(one.id, one.text)
    for anchor in one.anchors.values():
        yield from _texts(one.id, anchor)
    if one.scale is Scale.POINTS and not {1, 3, POINTS} <= set(one.anchors):
        yield f"anchors:{one.id}"
    if one.asked_if is not None and one.asked_if.question not in seen:
        yield f"asked_if:{one.id}"  # it can only depend on what was asked before it
