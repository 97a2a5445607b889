"""What a statement is: sections of counts over a span of days, each with the sum to make. Pure.

No caller and no name stands in one: codes, days and counts. In the access review a row is a member
of staff, by staff code: they are subjects of it themselves, and the notice for employees says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

FORMAT = "talteen-statement-1"


class Kind(Enum):
    """What it states."""

    MONTH = "month"
    """What a register did in a month."""
    REQUESTS = "requests"
    """The requests of a year."""
    ACCESS = "access"
    """Who opened what in a quarter."""
    PEOPLE = "people"
    """Undertakings and training of those who work here, on a day."""


@dataclass(frozen=True, slots=True)
class Section:
    """Counts that belong together."""

    key: str
    rows: Mapping[str, int]
    total: int | None = None
    """What the rows must make together; None where they count different things."""

    @property
    def adds_up(self) -> bool:
        """Whether they do."""
        return self.total is None or sum(self.rows.values()) == self.total


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One member of staff in the access review."""

    code: str
    role: str
    unit: str
    complete: bool
    """Undertaking and training on the last day of the span."""
    opened: Mapping[str, int]
    """Purpose -> how often something was opened for it."""
    denied: int

    @property
    def all(self) -> int:
        return sum(self.opened.values())


class ActKind(Enum):
    """What was done that accountability asks for."""

    ADOPTED = "adopted"
    """A balancing test or the impact assessment, by two persons, in new words."""
    ADOPTED_AGAIN = "adopted_again"
    """The same words, reviewed."""
    NOTICE = "notice"
    """A version of the notice was published on its page."""
    ROUND = "round"
    """A round of the review of rights came to its end."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act, with those who did it: people of the house, by staff code."""

    day: date
    kind: ActKind
    subject: str
    """The paper's id, the version's number, or the day on which the round began."""
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement."""

    kind: Kind
    first: date
    last: date
    """Both days included."""
    at: datetime
    """As of when it was counted."""
    entries: int
    """Entries of the ledger when it was counted."""
    sections: tuple[Section, ...]
    people: tuple[PersonRow, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether its last day is over."""
        return self.at.date() > self.last

    @property
    def adds_up(self) -> bool:
        """Whether every sum is what it must be."""
        return all(section.adds_up for section in self.sections)

    def lines(self) -> list[tuple[str, str]]:
        """Names and values in the order of the file."""
        head = [
            ("kind", self.kind.value),
            ("first", self.first.isoformat()),
            ("last", self.last.isoformat()),
            ("at", self.at.isoformat(timespec="seconds")),
            ("entries", str(self.entries)),
        ]
        counts = [
            (f"{section.key}.{name}", str(n))
            for section in self.sections
            for name, n in section.rows.items()
        ]
        rows = [
            (f"person.{one.code}", f"{one.role} {one.unit or '-'} {_complete(one)} {_told(one)}")
            for one in self.people
        ]
        done = [
            (f"act.{n}", " ".join((one.day.isoformat(), one.kind.value, one.subject, *one.by)))
            for n, one in enumerate(self.acts, 1)
        ]
        return [*head, *counts, *rows, *done]


def as_json(statement: Statement) -> dict[str, object]:
    """The same for programs (docs/formats/statement.md)."""
    return {
        "format": FORMAT,
        "kind": statement.kind.value,
        "first": statement.first.isoformat(),
        "last": statement.last.isoformat(),
        "at": statement.at.isoformat(timespec="seconds"),
        "entries": statement.entries,
        "adds_up": statement.adds_up,
        "sections": [
            {"key": one.key, "rows": dict(one.rows), "total": one.total, "adds_up": one.adds_up}
            for one in statement.sections
        ],
        "people": [
            {
                "code": one.code,
                "role": one.role,
                "unit": one.unit,
                "complete": one.complete,
                "opened": dict(one.opened),
                "denied": one.denied,
            }
            for one in statement.people
        ],
        "acts": [
            {
                "day": one.day.isoformat(),
                "kind": one.kind.value,
                "subject": one.subject,
                "by": list(one.by),
            }
            for one in statement.acts
        ],
    }


def _complete(one: PersonRow) -> str:
    return "complete" if one.complete else "incomplete"


def _told(one: PersonRow) -> str:
    opened = [f"{purpose}={n}" for purpose, n in sorted(one.opened.items())]
    return " ".join([*opened, f"denied={one.denied}"])
