"""Tries doors: asks the policy itself about calls as they are, for people who lack nothing else.

Every fact that could let somebody in is given (the right unit, the own call, a case of their own),
so that only the rung under trial can say no. Nothing is opened, and nothing is written down.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product

from django.db.models import QuerySet

from talteen.notice import purposes
from talteen.notice.purposes import Purpose, Role
from talteen.oversight.prove.facts import Trial, Tried
from talteen.oversight.prove.gather_calls import HELD, LIVES
from talteen.oversight.prove.gather_openings import OWN_WORK
from talteen.register import policy
from talteen.register.models import Hold, Recording
from talteen.register.policy import Allow, CallFacts, CaseFacts, HoldFacts, Person, View
from talteen.register.states import Lot, Progress

CALLS = 20
"""Of each kind, the newest."""
_CASE = CaseFacts(open=True, person_in_case=True, call_in_case=True)
_COMPLETE = (True, True, True, True)
_LACKING = tuple(tuple(at != lack for at in range(4)) for lack in range(4))
"""Active, second factor, undertaking, training: all of them but one."""


def tried(now: datetime) -> Mapping[Trial, Tried]:
    """What comes of each trial."""
    living = Recording.objects.filter(progress__in=LIVES)
    free = living.exclude(HELD)
    everything = list(Purpose)
    never_special = [one for one in Purpose if not purposes.opens_special_category(one)]
    not_parties = [one for one in Purpose if one is not Purpose.RIGHTS_OF_PARTIES]
    return {
        # As though the time of each had come: those of which it has are destroyed within the hour.
        Trial.PAST_CUTOFF: _tried(free, everything, past_cutoff=True),
        Trial.SPECIAL: _tried(free.filter(special_category=True), never_special),
        Trial.RESTRICTED: _tried(free.filter(restricted=True), not_parties),
        Trial.HELD: _of_held(),
        Trial.UNDRAWN: _tried(free.exclude(lot=Lot.DRAWN.value), OWN_WORK),
        Trial.STRANGER: _tried(free, everything, standings=_LACKING),
    }


def shut(rows: QuerySet[Recording], purpose: Purpose, role: Role) -> Tried:
    """The other way round: doors that must open for ``role`` and ``purpose`` in a case. ``opened``
    counts those that stayed shut."""
    calls = [_facts(row) for row in rows.order_by("-started_at")[:CALLS]]
    verdicts = [
        policy.decide(Person(role, *_COMPLETE), purpose, one, _CASE, balanced=True) for one in calls
    ]
    return _sum(len(calls), (not isinstance(one, Allow) for one in verdicts))


def _tried(
    rows: QuerySet[Recording],
    asked: Iterable[Purpose],
    *,
    past_cutoff: bool = False,
    standings: Iterable[tuple[bool, ...]] = (_COMPLETE,),
) -> Tried:
    calls = [_facts(row, past_cutoff=past_cutoff) for row in rows.order_by("-started_at")[:CALLS]]
    return _sum(len(calls), _answers(calls, asked, standings))


def _of_held() -> Tried:
    """Every purpose that none of a call's holds has, asked by people who are in all of them."""
    holds = Hold.objects.filter(state="active").select_related("recording")
    answers: list[bool] = []
    calls = {hold.recording_id: hold.recording for hold in holds.order_by("-opened_at")[:CALLS]}
    for row in calls.values():
        own = [frozenset(map(Purpose, one.purposes)) for one in row.holds.filter(state="active")]
        facts = _facts(row, holds=tuple(HoldFacts(one, person_in_hold=True) for one in own))
        others = [one for one in Purpose if not any(one in each for each in own)]
        answers += _answers([facts], others, [_COMPLETE])
    return _sum(len(calls), answers)


def _answers(
    calls: Iterable[CallFacts],
    asked: Iterable[Purpose],
    standings: Iterable[tuple[bool, ...]],
    *,
    balanced: bool = True,
) -> Iterator[bool]:
    """Whether each door opened."""
    for call, purpose, role, has in product(list(calls), list(asked), Role, list(standings)):
        verdict = policy.decide(Person(role, *has), purpose, call, _CASE, balanced=balanced)
        yield isinstance(verdict, Allow) and verdict.view is not View.FACTS


def _facts(
    row: Recording, *, past_cutoff: bool = False, holds: tuple[HoldFacts, ...] = ()
) -> CallFacts:
    return CallFacts(
        progress=Progress(row.progress),
        past_cutoff=past_cutoff,
        restricted=row.restricted,
        own_call=True,
        of_today=True,
        same_unit=True,
        flagged=row.special_category or not row.reviewed,
        holds=holds,
        drawn=row.lot == Lot.DRAWN.value or row.special_category,
        same_team=True,
        approved=True,
        special=row.special_category,
    )


def _sum(calls: int, answers: Iterable[bool]) -> Tried:
    told = list(answers)
    return Tried(calls, len(told), sum(told))
