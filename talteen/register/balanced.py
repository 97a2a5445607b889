"""Which purposes stand on a balancing test today (REGISTER 6.1): what each door asks.

A purpose of legitimate interest opens while the test that two persons adopted for it is within its
review, and not a day longer; nobody has to close it. Duties of law have no test and never wait for
one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Q, QuerySet

from talteen.notice import adoption, months, purposes
from talteen.notice.adoption import LONGEST_MONTHS
from talteen.notice.purposes import Purpose
from talteen.register.adoptions import Step
from talteen.register.assessment_models import AssessmentStep
from talteen.register.models import NoticeVersion

SOON = timedelta(days=30)
"""So long before the end of a test those who can renew it see that it comes near."""


@dataclass(frozen=True, slots=True)
class Test:
    """The balancing test of a purpose, as it was adopted last."""

    paper: str
    """Its id."""
    ends_on: date
    """From this Helsinki date on it carries nothing."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A purpose, and what it stands on."""

    purpose: Purpose
    test: Test | None
    """None where two persons have not adopted one, and of a duty of law."""

    def stands(self, on: date) -> bool:
        """Whether anything may be opened for the purpose on the Helsinki date ``on``."""
        if self.purpose in purposes.STATUTORY:
            return True
        return self.test is not None and on < self.test.ends_on


def stands(purpose: Purpose, on: date) -> bool:
    """Whether anything may be opened for ``purpose`` on the Helsinki date ``on``."""
    return of(purpose, on).stands(on)


def of(purpose: Purpose, on: date) -> Ground:
    """What ``purpose`` stands on by the notice of the Helsinki date ``on``."""
    if purpose in purposes.STATUTORY:
        return Ground(purpose, None)
    return Ground(purpose, tests(on).get(purpose))


def grounds(on: date) -> tuple[Ground, ...]:
    """The same of each purpose of the notice in force, or of the first one while it is to come;
    empty where nothing was published."""
    version = _in_force(on) or _own().filter(valid_from__gt=on).first()
    if version is None:
        return ()
    found, named = tests(on), frozenset(map(Purpose, version.purposes))
    return tuple(
        Ground(one, found.get(one))
        for one in purposes.TERMS
        if one in named and one not in purposes.STATUTORY
    )


def near(on: date) -> tuple[Ground, ...]:
    """Of ``grounds``: those that are shut, and those whose test ends within ``SOON``."""
    return tuple(one for one in grounds(on) if not one.stands(on + SOON))


def tests(on: date) -> Mapping[Purpose, Test]:
    """The test of each purpose that has one, within its review or not."""
    found: dict[Purpose, Test] = {}
    promised = review_months(on)
    for paper, means, reviewed_on in _adopted():
        if means.purpose:
            found[means.purpose] = Test(paper, months.later(reviewed_on, promised))
    return found


def impact_ends_on() -> date | None:
    """From when on the impact assessment carries nothing (35(11)); None where none was adopted."""
    ends = None
    for _, means, reviewed_on in _adopted():
        if means.review_months:
            ends = months.later(reviewed_on, means.review_months)
    return ends


def ever_adopted() -> bool:
    """Whether two persons have adopted anything here; false in a house of an earlier release."""
    return AssessmentStep.objects.filter(step=Step.ADOPTED.value).exists()


def may_record(on: date) -> bool:
    """Whether calls of the Helsinki date ``on`` may be recorded at all (6.2): the impact assessment
    stands, and some purpose of the notice does.

    A house of an earlier release goes on until its first adoption: its papers stood in the folder
    when its notice was published, and what is not recorded nobody brings back."""
    if not ever_adopted():
        return True
    ends = impact_ends_on()
    return ends is not None and on < ends and any(one.stands(on) for one in grounds(on))


def review_months(on: date) -> int:
    """How long a test carries: what the notice in force on ``on`` promises (7.s4)."""
    version = _in_force(on)
    return version.review_months if version else LONGEST_MONTHS


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What adopted words come to here."""

    purpose: Purpose | None
    """Of a balancing test."""
    review_months: int | None
    """Of the impact assessment."""


def _adopted() -> Iterator[tuple[str, _Meaning, date]]:
    """The newest adoption of each paper, oldest first: its id, what its words mean and the day from
    which its review runs. One that speaks of another purpose by now counts there. Every range of
    every listener asks, so no row becomes an object, and the words are not read again."""
    rows = AssessmentStep.objects.filter(step=Step.ADOPTED.value)
    newest = rows.order_by("paper", "-at", "-pk").distinct("paper")
    told = newest.values_list("at", "pk", "paper", "sha256", "proposal", "reviewed_on")
    for *_, paper, digest, proposal, reviewed_on in sorted(told):
        if proposal and reviewed_on and (means := _meaning(bytes(digest), proposal)):
            yield paper, means, reviewed_on


_MEANINGS: dict[bytes, _Meaning] = {}
"""By the SHA-256 of the words, which are the same for ever: nothing here can be out of date."""


def _meaning(digest: bytes, proposal: int) -> _Meaning | None:
    if digest not in _MEANINGS:
        words = AssessmentStep.objects.values_list("words", flat=True).get(pk=proposal)
        if not words or sha256(words.encode()).digest() != digest:
            return None  # not what was adopted: it carries nothing
        _MEANINGS[digest] = _Meaning(adoption.purpose_of(words), adoption.review_of(words))
    return _MEANINGS[digest]


def _in_force(on: date) -> NoticeVersion | None:
    runs = Q(valid_to=None) | Q(valid_to__gt=on)
    return _own().filter(runs, valid_from__lte=on).first()


def _own() -> QuerySet[NoticeVersion]:
    rows = NoticeVersion.objects.filter(legacy=False).order_by("valid_from")
    return rows.only("purposes", "review_months")
