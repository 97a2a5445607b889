"""What two persons adopt: the exact words of one balancing test, of one type of booking, or of the
impact assessment. Pure.

The register folder holds drafts. A paper is its words in one canonical form, so that two people who
read it months apart mean the same text by the same hash; days of review are no part of it, for they
run from the adoption (REGISTER 6.1, 17.7, D).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256 as _sha256
from typing import Any

from pydantic import TypeAdapter

from talteen.notice import months
from talteen.notice.assessments import BalancingTest, ImpactAssessment
from talteen.notice.bookings import GroupBooking
from talteen.notice.language import Localised
from talteen.notice.purposes import Purpose, Role
from talteen.notice.register_folder import RegisterFolder

LONGEST_MONTHS = 12
"""From one review to the next, where a notice promises no shorter time (REGISTER 6.1)."""


class Kind(Enum):
    """What a paper is."""

    BALANCING = "balancing"
    BOOKING = "booking"
    """Why the guests of a type of booking are not told one by one (14(5)(b))."""
    IMPACT = "impact"


@dataclass(frozen=True, slots=True)
class Balancing:
    """A balancing test with what ``register.toml`` says of it."""

    purpose: Purpose
    interest: Localised
    author: Role
    approver: Role
    test: BalancingTest


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as it stands in the register folder."""

    id: str
    about: str
    """The purpose that it balances, the type of booking; of the impact assessment its id."""
    kind: Kind
    words: str
    """JSON with sorted keys and no spaces."""
    reviewed_on: date
    """By the folder."""
    review_months: int

    @property
    def sha256(self) -> bytes:
        """Of its words."""
        return _sha256(self.words.encode()).digest()


@dataclass(frozen=True, slots=True)
class Adopted:
    """What two persons adopted last under one id."""

    sha256: bytes
    words: str
    reviewed_on: date
    """The Helsinki date from which its review runs."""

    def ends_on(self, review_months: int) -> date:
        """From this day on it carries nothing."""
        return months.later(self.reviewed_on, review_months)


def papers(register: RegisterFolder) -> tuple[Paper, ...]:
    """Every paper of the folder: the balancing tests as their purposes stand, the types of booking,
    the impact assessment."""
    bookings = map(_booking, register.file.group_bookings)
    return (*_tests(register), *bookings, _impact(register.assessments.impact))


def balancing(words: str) -> Balancing:
    """The balancing test that was adopted with ``words``."""
    return _balancing_of().validate_json(words)


def kind_of(words: str) -> Kind:
    """What the paper of these adopted ``words`` is."""
    told = json.loads(words)
    if "purpose" in told:
        return Kind.BALANCING
    return Kind.BOOKING if "guests" in told else Kind.IMPACT


def review_of(words: str) -> int | None:
    """Within how many months an impact assessment is reviewed by its adopted ``words``; None of
    other papers'."""
    return int(json.loads(words)["review_months"]) if kind_of(words) is Kind.IMPACT else None


def purpose_of(words: str) -> Purpose | None:
    """The purpose that adopted ``words`` balance; None of other papers'."""
    named = json.loads(words).get("purpose")
    return Purpose(named) if named else None


def impact(words: str, reviewed_on: date) -> ImpactAssessment:
    """The impact assessment that was adopted with ``words``, its day that of the adoption."""
    return _impact_of().validate_json(_dated(words, reviewed_on))


def booking(words: str, reviewed_on: date) -> GroupBooking:
    """The type of booking that was adopted with ``words``, its day that of the adoption."""
    return _booking_of().validate_json(_dated(words, reviewed_on))


def _dated(words: str, reviewed_on: date) -> str:
    told: dict[str, Any] = json.loads(words)
    return json.dumps({**told, "reviewed_on": reviewed_on.isoformat()})


def _tests(register: RegisterFolder) -> Iterator[Paper]:
    for purpose in register.file.purposes:
        terms = purpose.assessment
        test = register.assessments.test(terms.id) if terms else None
        if terms and test and purpose.interest:
            one = Balancing(purpose.key, purpose.interest, terms.author, terms.approver, test)
            yield Paper(
                terms.id,
                purpose.key.value,
                Kind.BALANCING,
                _canonical(_balancing_of().dump_python(one, mode="json")),
                terms.reviewed_on,
                register.file.assessments.review_months,
            )


def _impact(one: ImpactAssessment) -> Paper:
    told = _impact_of().dump_python(one, mode="json")
    del told["reviewed_on"]
    return Paper(one.id, one.id, Kind.IMPACT, _canonical(told), one.reviewed_on, one.review_months)


def _booking(one: GroupBooking) -> Paper:
    told = _booking_of().dump_python(one, mode="json")
    del told["reviewed_on"]
    words = _canonical(told)
    return Paper(one.id, one.key, Kind.BOOKING, words, one.reviewed_on, one.review_months)


def _canonical(told: object) -> str:
    return json.dumps(
        told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


@cache
def _balancing_of() -> TypeAdapter[Balancing]:
    return TypeAdapter(Balancing)


@cache
def _booking_of() -> TypeAdapter[GroupBooking]:
    return TypeAdapter(GroupBooking)


@cache
def _impact_of() -> TypeAdapter[ImpactAssessment]:
    return TypeAdapter(ImpactAssessment)
