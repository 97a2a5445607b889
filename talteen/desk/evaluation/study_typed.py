"""What people type into the form of a study's plan, and into its questions about a call."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from django.http import QueryDict

from talteen.desk.evaluation import study_words
from talteen.desk.page.typed import chosen
from talteen.desk.page.words import Text
from talteen.life.use.quality import lot
from talteen.life.use.study import traits as traits_of
from talteen.life.use.study.answering import Said, Skipped
from talteen.life.use.study.plan import SCALE, Asked, Plan
from talteen.life.use.study.planning import MOST_QUESTIONS, Lack, NotAPlan
from talteen.life.use.study.traits import Trait

BACK, AHEAD = 10, 4
"""Weeks of the plan's lists."""
USUAL = {"expected": "80", "margin": "10", "strata": Trait.LINE.value}


@dataclass(frozen=True, slots=True)
class WeekTyped:
    """One week that can be chosen."""

    monday: date
    name: str


@dataclass(frozen=True, slots=True)
class AskTyped:
    """One question, as it was typed."""

    number: int
    question: str
    means_yes: str
    goal: str
    steps: tuple[str, ...]
    """The anchors of a scale; all empty where the answer is yes or no."""

    @property
    def scaled(self) -> bool:
        """Whether an anchor of a scale was typed."""
        return any(self.steps)

    @property
    def touched(self) -> bool:
        """Whether anything was typed."""
        return bool(self.question or self.means_yes or self.goal or self.scaled)

    @property
    def mark(self) -> str:
        """What its fields' names end in: nothing of the first."""
        return "" if self.number == 1 else str(self.number)


@dataclass(frozen=True, slots=True)
class TraitTyped:
    """One trait to tell calls apart by."""

    value: str
    name: Text
    chosen: bool


def usual() -> QueryDict:
    """A form that nobody has touched."""
    typed = QueryDict(mutable=True)
    typed.update(USUAL)
    return typed


def weeks(today: date) -> tuple[WeekTyped, ...]:
    """The weeks that a plan can name."""
    this = lot.monday_of(today)
    mondays = [this + timedelta(days=7 * number) for number in range(-BACK, AHEAD + 1)]
    return tuple(WeekTyped(monday, lot.week_of(monday)) for monday in mondays)


def asks(typed: QueryDict) -> tuple[AskTyped, ...]:
    """Every question that there is room for."""
    marks = ["", *(str(number) for number in range(2, MOST_QUESTIONS + 1))]
    return tuple(
        AskTyped(
            number,
            " ".join(typed.get(f"question{mark}", "").split()),
            " ".join(typed.get(f"means_yes{mark}", "").split()),
            typed.get(f"goal{mark}", "").strip(),
            tuple(
                " ".join(typed.get(f"step{mark}-{step}", "").split())
                for step in range(1, SCALE + 1)
            ),
        )
        for number, mark in enumerate(marks, start=1)
    )


def traits(typed: QueryDict) -> tuple[TraitTyped, ...]:
    """The traits, and which were chosen."""
    ticked = typed.getlist("strata")
    return tuple(
        TraitTyped(one.value, name, one.value in ticked) for one, name in study_words.TRAITS.items()
    )


def plan(typed: QueryDict) -> Plan:
    """What was typed, as a plan; NotAPlan where it is none."""
    first, *others = asks(typed)
    told = [first, *(one for one in others if one.touched)]
    return Plan(
        asks=tuple(_ask(one) for one in told),
        traits=traits_of.in_order(Trait(one.value) for one in traits(typed) if one.chosen),
        first=_monday(typed.get("first", "")),
        last=_monday(typed.get("last", "")),
        expected=_number(typed.get("expected", "")),
        margin=_number(typed.get("margin", "")),
        each=typed.get("each") == "on",
        house=typed.get("house") == "on",
    )


def said(typed: QueryDict) -> tuple[Said, ...] | Skipped:
    """The answers to a study's questions, ``said-1`` on, or why there are none (``skip``)."""
    if skipped := typed.get("skip"):
        return chosen(Skipped, skipped)
    names = (f"said-{number}" for number in range(1, MOST_QUESTIONS + 1))
    return tuple(chosen(Said, typed.get(name, "")) for name in takewhile(typed.__contains__, names))


def _ask(typed: AskTyped) -> Asked:
    read = _mean if typed.scaled else _number
    goal = read(typed.goal) if typed.goal else None
    return Asked(typed.question, typed.means_yes, goal, typed.steps if typed.scaled else ())


def _monday(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAPlan(Lack.WEEKS) from None


def _mean(text: str) -> int:
    """A mean on the scale, as the percent of the way from its first step."""
    try:
        return round((float(text.replace(",", ".")) - 1) / (SCALE - 1) * 100)
    except (ValueError, OverflowError):
        raise NotAPlan(Lack.SHARE) from None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise NotAPlan(Lack.SHARE)
    return int(text)
