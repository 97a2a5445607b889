"""Days that come near for a person, so that the word by mail (``digest``) reaches them before.

Each is told of on few mornings, not on every one: a reminder that comes daily is not read. The mail
is the one that always comes; it says of no day. A morning on which the house is off is not made up
for: the next one before the day is.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime

from talteen.clock import helsinki_date
from talteen.life.use.coach import goals, trained
from talteen.life.use.coach.goals import State
from talteen.life.use.guide import articles
from talteen.life.use.guide.articles import READERS as GUIDED
from talteen.life.use.study import shown as studies
from talteen.life.use.study.shown import READERS as STUDYING
from talteen.life.use.study.shown import Stage
from talteen.notice.purposes import Role
from talteen.register import balanced
from talteen.register.balanced import Ground
from talteen.register.models import Staff

Days = Callable[[Staff, datetime], Iterator[date]]
TRAINING = frozenset({30, 7, 1})
"""Mornings before the last day of one's own training: from the next on no call opens (17.1)."""
TESTS = frozenset({30, 7, 1})
"""Before a balancing test lapses, which shuts its purpose (6.1): two people and an opinion take
time."""
OTHERS = frozenset({7, 1})
RENEWERS = frozenset({Role.OWNER, Role.REGISTER_CONTACT, Role.DPO})
"""Who proposes, adopts and advises on a test."""


def comes(person: Staff, now: datetime) -> bool:
    """Whether this is a morning on which a day of this person is told of."""
    today = helsinki_date(now)
    return any(
        (day - today).days in mornings for days, mornings in _OF_ALL for day in days(person, now)
    )


def overdue(person: Staff, now: datetime) -> bool:
    """Whether an article of this person should have been looked at by now, or a purpose is shut
    that they can open again."""
    today = helsinki_date(now)
    return any(day <= today for day in _reviews(person, now)) or (
        Role(person.role) in RENEWERS and (not balanced.may_record(today) or bool(_shut(today)))
    )


def _training(person: Staff, now: datetime) -> Iterator[date]:
    yield from (one.until for one in trained.of(person, now) if one.own and one.until)


def _goals(person: Staff, now: datetime) -> Iterator[date]:
    """Of both: who leads and who has agreed."""
    alive = (one for one in goals.of(person, helsinki_date(now)) if one.state is State.AGREED)
    yield from (one.review_on for one in alive)


def _reviews(person: Staff, now: datetime) -> Iterator[date]:
    """Of guidance that the person answers for."""
    if Role(person.role) not in GUIDED:
        return
    today = helsinki_date(now)
    own = (one for one in articles.of(person, today) if one.own and one.retired_at is None)
    yield from (one.newest.review_on for one in own)


def _freezes(person: Staff, now: datetime) -> Iterator[date]:
    """Of a study of the unit: its first call closes, and the report is what was answered."""
    if Role(person.role) not in STUDYING:
        return
    running = (one for one in studies.of(person) if one.stage is Stage.RUNNING)
    yield from (helsinki_date(one.closes_at) for one in running if one.closes_at)


def _shut(today: date) -> list[Ground]:
    return [one for one in balanced.grounds(today) if not one.stands(today)]


def _tests(person: Staff, now: datetime) -> Iterator[date]:
    """Of balancing tests and of the impact assessment: the day on which each lapses."""
    if Role(person.role) in RENEWERS:
        found = (one.test for one in balanced.grounds(helsinki_date(now)))
        yield from (one.ends_on for one in found if one)
        yield from filter(None, [balanced.impact_ends_on()])


_OF_ALL: tuple[tuple[Days, Collection[int]], ...] = (
    (_training, TRAINING),
    (_tests, TESTS),
    (_goals, OTHERS),
    (_reviews, OTHERS),
    (_freezes, OTHERS),
)
