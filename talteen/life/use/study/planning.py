"""Planning a study: what it asks, of which weeks, and how many calls that takes, told before it
begins.

A study opens no call that the week's lot has not drawn for quality: at most five of a hundred of
all (J14, decision 169). Its seed and its plan are fixed together, by a hash in the ledger, before
anything of it is drawn; nobody can look first and ask afterwards.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict, InputError
from talteen.life.use.quality import lot
from talteen.life.use.quality.drawing import WAITS, Seeds
from talteen.life.use.quality.models import Draw
from talteen.life.use.study import plan as plans
from talteen.life.use.study import sizing, stratifying, traits
from talteen.life.use.study.models import Study
from talteen.life.use.study.plan import SCALE, WEEK, Asked, Plan
from talteen.life.use.study.report import SHOWN_CALLS
from talteen.life.use.study.stratifying import Part
from talteen.life.use.study.traits import Trait
from talteen.notice import retention
from talteen.notice.purposes import Purpose
from talteen.notice.retention import RetentionPolicy
from talteen.register import balanced
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import PolicyChanged, Sha256, Version
from talteen.register.models import Staff
from talteen.register.refusals import NotBalanced

WORK = timedelta(days=7)
"""From the draw to the last day: the calls must be listened to."""
FREEZES_BEFORE = timedelta(hours=1)
"""The report is frozen so long before the first of its calls opens no more."""
MOST_LETTERS = 300
MOST_QUESTIONS = 5
"""More make whoever answers guess."""


class Lack(Enum):
    """Why a plan cannot begin."""

    QUESTION = "question"
    """Question or anchor are empty or too long, or asked twice."""
    TWICE = "twice"
    """Another study of these weeks asks the same: their reports could be subtracted."""
    STRATA = "strata"
    """More traits than a sample can tell apart, or units of a study of one unit."""
    WEEKS = "weeks"
    """The last week is before the first, or too far ahead."""
    TOO_LONG = "too_long"
    """Calls of the first week would close before those of the last are drawn and heard."""
    TOO_OLD = "too_old"
    """Calls of the first week close too soon from now."""
    SHARE = "share"
    """Expected share or goal is no share between 1 and 99, or the margin not 1 to 25."""


class NotAPlan(InputError):
    """A plan that cannot begin; ``lack`` says why."""

    slug = "not-a-plan"

    def __init__(self, lack: Lack) -> None:
        super().__init__(f"this study cannot begin ({lack.value})", remedy="change what is marked")
        self.lack = lack


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a plan would meet, as far as its weeks are known."""

    calls: int
    """That the lot could draw, in the unit and weeks."""
    pool: int
    """That it has drawn, and still open: all that the study may listen to."""
    needed: int
    reach: float
    """Half of the width that the pool leads to; 1 where it is empty."""
    waiting: int
    """Weeks that are not drawn yet."""
    draws_on: date
    closes_on: date
    """The last day on which every call of its weeks opens."""
    parts: tuple[Part, ...]
    """By stratum; empty where nothing is told apart."""
    each: bool
    """Whether the aim is one of every stratum."""

    @property
    def enough(self) -> bool:
        """Whether the pool holds what the aim takes."""
        if self.each and self.parts:
            return all(part.enough for part in self.parts)
        return self.pool >= self.needed

    @property
    def tells(self) -> bool:
        """Whether it holds as many calls as a figure must rest on."""
        return self.pool >= SHOWN_CALLS


def prospect(who: Staff, plan: Plan, policy: RetentionPolicy, now: datetime) -> Prospect:
    """What ``plan`` would meet. Raises NotAPlan where it cannot begin."""
    _refuse(plan, policy, now)
    _refuse_twice(who, plan)
    known = stratifying.counted(who.unit_id, plan)
    among = {key: calls for key, (calls, _) in known.items()}
    there = {key: pool for key, (_, pool) in known.items()}
    calls, pool = sum(among.values()), sum(there.values())
    return Prospect(
        calls=calls,
        pool=pool,
        needed=stratifying.needed(plan, among),
        reach=sizing.reachable(calls, pool, plan.aim.expected),
        waiting=sum(not _drawn(monday) for monday in plans.weeks(plan)),
        draws_on=draws_on(plan.last),
        closes_on=closes_on(plan.first, policy),
        parts=tuple(stratifying.parts(plan, among, there)) if plan.traits else (),
        each=plan.each,
    )


def draws_on(last: date) -> date:
    """The day on which the lot of its last week, and so the study, is drawn."""
    return last + WEEK + WAITS


def closes_on(first: date, policy: RetentionPolicy) -> date:
    """The last day on which calls of the first week open: they are the first to die."""
    due_at = retention.due(start_of_day(first), policy)
    return retention.last_day_of_listening(due_at, policy.margin_days)


def plan_of(study: Study) -> Plan:
    """The plan as it was begun."""
    first = Asked(study.question, study.means_yes, study.goal, tuple(study.steps))
    return Plan(
        asks=(first, *map(plans.told, study.also)),
        traits=traits.read(study.strata),
        first=study.first,
        last=study.last,
        expected=study.expected,
        margin=study.margin,
        each=study.each,
        house=study.house,
    )


@transaction.atomic
def begin(seeds: Seeds, who: Staff, plan: Plan, policy: RetentionPolicy, now: datetime) -> UUID:
    """Fix ``plan`` and a seed, and enter their hash in the ledger. Raises as ``prospect``, and
    Unavailable while the key is away; NotBalanced while service quality stands on no test (6.1)."""
    ground = balanced.of(Purpose.SERVICE_QUALITY, helsinki_date(now))
    if not ground.stands(helsinki_date(now)):
        raise NotBalanced(ground)
    found = prospect(who, plan, policy, now)
    if who.unit is None:
        raise Conflict("a study is a unit's", remedy="ask the admin for a unit")
    first, *others = plan.asks
    salt = secrets.token_bytes(lot.SEED_BYTES)
    number = _number(now)
    entry = PolicyChanged(
        policy=Version(f"study-{number}"),
        valid_from=helsinki_date(now),
        sha256=Sha256(plans.commitment(seeds(salt), plan)),
    )
    made = Study.objects.create(
        number=number,
        unit=who.unit,
        by=who,
        question=first.question,
        means_yes=first.means_yes,
        also=[one.told() for one in others],
        steps=list(first.steps),
        strata=traits.spelled(plan.traits),
        each=plan.each,
        house=plan.house,
        first=plan.first,
        last=plan.last,
        expected=plan.expected,
        margin=plan.margin,
        goal=first.goal,
        needed=found.needed,
        begun_at=now,
        seed=salt,
        committed_leaf=ledger.enter(entry, now),
    )
    return made.pk


def _number(now: datetime) -> str:
    """The next number of the year. Two at once meet at the unique column: one is asked again."""
    year = helsinki_date(now).year
    return f"{year}-{Study.objects.filter(number__startswith=f'{year}-').count() + 1}"


def _refuse(plan: Plan, policy: RetentionPolicy, now: datetime) -> None:
    _refuse_words(plan)
    goals = [1 if one.goal is None else one.goal for one in plan.asks]
    if not all(1 <= share <= 99 for share in (plan.expected, *goals)) or not 1 <= plan.margin <= 25:
        raise NotAPlan(Lack.SHARE)
    if len(plan.traits) > traits.MOST or (Trait.UNIT in plan.traits and not plan.house):
        raise NotAPlan(Lack.STRATA)
    today = helsinki_date(now)
    mondays = plan.first.weekday() == plan.last.weekday() == 0
    if not mondays or plan.last < plan.first or plan.last > lot.monday_of(today) + 4 * WEEK:
        raise NotAPlan(Lack.WEEKS)
    ends = closes_on(plan.first, policy)
    if draws_on(plan.last) + WORK > ends:
        raise NotAPlan(Lack.TOO_LONG)
    if today + WORK > ends:
        raise NotAPlan(Lack.TOO_OLD)


def _refuse_words(plan: Plan) -> None:
    texts = [text.strip() for one in plan.asks for text in anchored(one)]
    if any(one.steps and (one.means_yes or len(one.steps) != SCALE) for one in plan.asks):
        raise NotAPlan(Lack.QUESTION)
    asked = {one.question.strip().casefold() for one in plan.asks}
    if not all(0 < len(text) <= MOST_LETTERS for text in texts):
        raise NotAPlan(Lack.QUESTION)
    if len(asked) < len(plan.asks) or not 0 < len(plan.asks) <= MOST_QUESTIONS:
        raise NotAPlan(Lack.QUESTION)


def anchored(one: Asked) -> tuple[str, ...]:
    """A question with every text that says how it is answered."""
    return (one.question, *(one.steps or (one.means_yes,)))


def _refuse_twice(who: Staff, plan: Plan) -> None:
    """Of overlapping weeks the same is asked once: the difference of two reports would be the
    answers of a few calls, which neither tells (310)."""
    rows = Study.objects.filter(first__lte=plan.last, last__gte=plan.first)
    if not plan.house:
        rows = rows.filter(Q(unit=who.unit) | Q(house=True))
    known = {_folded(one) for row in rows for one in plan_of(row).asks}
    if known & {_folded(one) for one in plan.asks}:
        raise NotAPlan(Lack.TWICE)


def _folded(one: Asked) -> str:
    return " ".join(one.question.split()).casefold()


def _drawn(monday: date) -> bool:
    return Draw.objects.filter(pk=monday).exclude(made_at=None).exists()
