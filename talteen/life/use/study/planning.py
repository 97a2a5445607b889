"""Planning a study: what it asks, of which weeks, and how many calls that takes, told before it
begins.

A study opens no call that the week's lot has not drawn for quality: at most five of a hundred of
all (J14, decision 169). Its seed and its plan are fixed together, by a hash in the ledger, before
anything of it is drawn; nobody can look first and ask afterwards.
"""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from talteen.clock import helsinki_date, start_of_day
from talteen.errors import Conflict, InputError
from talteen.life.use.quality import lot
from talteen.life.use.quality.drawing import WAITS, Seeds
from talteen.life.use.quality.models import Draw
from talteen.life.use.study import sizing
from talteen.life.use.study.models import Study
from talteen.life.use.study.report import SHOWN_CALLS, Stratum
from talteen.life.use.study.sizing import Aim
from talteen.notice import retention
from talteen.notice.purposes import Purpose
from talteen.notice.retention import RetentionPolicy
from talteen.register import balanced, ledger
from talteen.register.ledger_kinds import PolicyChanged, Sha256, Version
from talteen.register.models import Recording, Staff
from talteen.register.refusals import NotBalanced
from talteen.register.states import Lot

WEEK = timedelta(days=7)
WORK = timedelta(days=7)
"""From the draw to the last day: the calls must be listened to."""
FREEZES_BEFORE = timedelta(hours=1)
"""The report is frozen so long before the first of its calls opens no more."""
MOST_LETTERS = 300


class Strata(Enum):
    """What the calls of a study are told apart by."""

    NONE = "none"
    LINE = "line"
    LANGUAGE = "language"
    BOTH = "both"


class Lack(Enum):
    """Why a plan cannot begin."""

    QUESTION = "question"
    """Question or anchor are empty or too long."""
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
class Plan:
    """What a person wants to know, and how surely. Shares in percent."""

    question: str
    means_yes: str
    strata: Strata
    first: date
    """The Monday of the first week."""
    last: date
    expected: int
    margin: int
    goal: int | None = None

    @property
    def aim(self) -> Aim:
        """The same as shares."""
        return Aim(self.expected / 100, self.margin / 100)

    @property
    def after(self) -> date:
        """The first day behind its weeks."""
        return self.last + WEEK

    @property
    def until(self) -> date:
        """The last day of its weeks."""
        return self.after - timedelta(days=1)

    def to_bytes(self) -> bytes:
        """Canonical JSON: what the ledger's hash is over, behind the seed."""
        said = {
            "expected": self.expected,
            "first": self.first.isoformat(),
            "goal": self.goal,
            "last": self.last.isoformat(),
            "margin": self.margin,
            "means_yes": self.means_yes,
            "question": self.question,
            "strata": self.strata.value,
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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

    @property
    def enough(self) -> bool:
        """Whether the pool holds what the aim takes."""
        return self.pool >= self.needed

    @property
    def tells(self) -> bool:
        """Whether it holds as many calls as a figure must rest on."""
        return self.pool >= SHOWN_CALLS


def prospect(who: Staff, plan: Plan, policy: RetentionPolicy, now: datetime) -> Prospect:
    """What ``plan`` would meet. Raises NotAPlan where it cannot begin."""
    _refuse(plan, policy, now)
    among = counted(who.unit_id, plan)
    calls, pool = (sum(one[place] for one in among.values()) for place in (0, 1))
    return Prospect(
        calls=calls,
        pool=pool,
        needed=sizing.needed(calls, plan.aim),
        reach=sizing.reachable(calls, pool, plan.aim.expected),
        waiting=sum(not _drawn(monday) for monday in weeks(plan)),
        draws_on=draws_on(plan.last),
        closes_on=closes_on(plan.first, policy),
    )


def counted(unit: str | None, plan: Plan) -> Mapping[Stratum, tuple[int, int]]:
    """By stratum: the calls that the lot could draw, and those that it drew."""
    sides = Q(lot=Lot.IN.value) | Q(lot=Lot.DRAWN.value)
    rows = of_weeks(unit, plan).filter(sides).values_list("line", "language")
    found: dict[Stratum, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line, language, calls, drawn in rows.annotate(
        Count("pk"), drawn=Count("pk", filter=Q(lot=Lot.DRAWN.value))
    ).values_list("line", "language", "pk__count", "drawn"):
        key = stratum(plan.strata, line, language)
        before = found[key]
        found[key] = (before[0] + calls, before[1] + drawn)
    return dict(found)


def of_weeks(unit: str | None, plan: Plan) -> QuerySet[Recording]:
    """The calls of the plan's weeks in the unit."""
    return Recording.objects.filter(line__unit=unit, day__gte=plan.first, day__lt=plan.after)


def stratum(strata: Strata, line: str, language: str) -> Stratum:
    """Where a call stands."""
    by_line = strata in (Strata.LINE, Strata.BOTH)
    by_language = strata in (Strata.LANGUAGE, Strata.BOTH)
    return (line if by_line else "", language if by_language else "")


def weeks(plan: Plan) -> list[date]:
    """The Mondays of the plan's weeks."""
    count = (plan.after - plan.first).days // 7
    return [plan.first + number * WEEK for number in range(count)]


def draws_on(last: date) -> date:
    """The day on which the lot of its last week, and so the study, is drawn."""
    return last + WEEK + WAITS


def closes_on(first: date, policy: RetentionPolicy) -> date:
    """The last day on which calls of the first week open: they are the first to die."""
    due_at = retention.due(start_of_day(first), policy)
    return retention.last_day_of_listening(due_at, policy.margin_days)


def plan_of(study: Study) -> Plan:
    """The plan as it was begun."""
    return Plan(
        question=study.question,
        means_yes=study.means_yes,
        strata=Strata(study.strata),
        first=study.first,
        last=study.last,
        expected=study.expected,
        margin=study.margin,
        goal=study.goal,
    )


def commitment(seed: bytes, plan: Plan) -> bytes:
    """What the ledger holds before the draw: SHA-256 over the seed and the plan."""
    return hashlib.sha256(seed + plan.to_bytes()).digest()


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
    salt = secrets.token_bytes(lot.SEED_BYTES)
    number = _number(now)
    entry = PolicyChanged(
        policy=Version(f"study-{number}"),
        valid_from=helsinki_date(now),
        sha256=Sha256(commitment(seeds(salt), plan)),
    )
    made = Study.objects.create(
        number=number,
        unit=who.unit,
        by=who,
        question=plan.question,
        means_yes=plan.means_yes,
        strata=plan.strata.value,
        first=plan.first,
        last=plan.last,
        expected=plan.expected,
        margin=plan.margin,
        goal=plan.goal,
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
    texts = (plan.question, plan.means_yes)
    shares = (plan.expected, 1 if plan.goal is None else plan.goal)
    if not all(0 < len(text.strip()) <= MOST_LETTERS for text in texts):
        raise NotAPlan(Lack.QUESTION)
    if not all(1 <= share <= 99 for share in shares) or not 1 <= plan.margin <= 25:
        raise NotAPlan(Lack.SHARE)
    today = helsinki_date(now)
    mondays = plan.first.weekday() == plan.last.weekday() == 0
    if not mondays or plan.last < plan.first or plan.last > lot.monday_of(today) + 4 * WEEK:
        raise NotAPlan(Lack.WEEKS)
    ends = closes_on(plan.first, policy)
    if draws_on(plan.last) + WORK > ends:
        raise NotAPlan(Lack.TOO_LONG)
    if today + WORK > ends:
        raise NotAPlan(Lack.TOO_OLD)


def _drawn(monday: date) -> bool:
    return Draw.objects.filter(pk=monday).exclude(made_at=None).exists()
