"""The lot in the house: a seed is fixed before each week begins, and drawn a day after it ended.

Nobody presses a button and nobody can: both happen in the sweep, and the hash of the seed stands in
the ledger before the first call of its week. Until the draw the database holds the salt of the
seed alone: the seed takes a key of the house too (``Seeds``). A week without such an entry is never
drawn (the house was off when it began). What was drawn opens for service quality
(``register.policy``).
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from talteen.clock import helsinki_date
from talteen.life.transcribe.models import Transcription
from talteen.life.use.quality import lot
from talteen.life.use.quality.lot import Candidate, Drawn, Limits
from talteen.life.use.quality.models import Draw, DrawShare
from talteen.notice.purposes import Purpose
from talteen.register import balanced, versions
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import PolicyChanged, Sha256, Version
from talteen.register.models import Hold, Recording
from talteen.register.states import OPENABLE, Lot, Progress

EACH = 5
"""Of one agent's calls and week, at most: 16 evaluations of an agent in a month say something,
and nobody is watched (TYL 3 §)."""
Seeds = Callable[[bytes], bytes]
"""The seed that a salt stands for: ``Vault.lot_seed``. Raises Unavailable while the key is away."""
WAITS = timedelta(days=1)
"""From the end of a week on: its last calls get their words first."""
_WEEK = timedelta(days=7)


def tend(seeds: Seeds, percent: int, now: datetime) -> bool:
    """Fix the seed of the week to come, and draw the weeks that are over. Gives whether anything
    was entered in the ledger. May be called any number of times."""
    today = helsinki_date(now)
    coming = lot.monday_of(today) + _WEEK
    committed = not Draw.objects.filter(pk=coming).exists() and _commit(seeds, coming, now)
    over = Draw.objects.filter(made_at=None, monday__lte=today - _WEEK - WAITS)
    mondays = list(over.order_by("monday").values_list("monday", flat=True))
    if mondays and not balanced.stands(Purpose.SERVICE_QUALITY, today):
        return committed  # 6.1: they wait until the purpose opens again
    for monday in mondays:
        _draw(seeds, monday, Limits(percent, EACH), now)
    return committed


def entry(monday: date, seed: bytes) -> PolicyChanged:
    """What the ledger says before the week: the rule by which its calls will be drawn."""
    return PolicyChanged(
        policy=Version(f"lot-{lot.week_of(monday)}".lower()),
        valid_from=monday,
        sha256=Sha256(lot.commitment(seed)),
    )


@transaction.atomic
def _commit(seeds: Seeds, monday: date, now: datetime) -> bool:
    salt = secrets.token_bytes(lot.SEED_BYTES)
    fresh = Draw(monday=monday, seed=salt, committed_leaf=b"")
    made = Draw.objects.bulk_create([fresh], ignore_conflicts=True)
    known = Draw.objects.select_for_update().get(pk=monday)
    if not made or bytes(known.seed) != salt:
        return False  # another sweep was first
    known.committed_leaf = ledger.enter(entry(monday, seeds(salt)), now)
    known.save(update_fields=["committed_leaf"])
    return True


@transaction.atomic
def _draw(seeds: Seeds, monday: date, limits: Limits, now: datetime) -> None:
    draw = Draw.objects.select_for_update().get(pk=monday)
    if draw.made_at is not None:
        return
    seed, calls = seeds(bytes(draw.seed)), list(_of_week(monday))
    sorted_out = _sorted_out(calls, _told(calls, now), now)
    candidates = [Candidate(row.pk, row.agent_id) for row in sorted_out.pop(Lot.IN, [])]
    by_agent = Counter(row.agent_id for row in calls)
    drawn = lot.draw(seed, candidates, limits, calls=by_agent)
    picked = {one.recording for one in drawn.picks}
    _mark(Lot.IN, (one.recording for one in candidates if one.recording not in picked))
    _mark(Lot.DRAWN, picked)
    for reason, rows in sorted_out.items():
        _mark(reason, (row.pk for row in rows))
    _share(draw, drawn)
    draw.seed, draw.made_at, draw.calls = seed, now, len(calls)
    draw.save(update_fields=["seed", "made_at", "calls"])


def _of_week(monday: date) -> QuerySet[Recording]:
    held = Exists(Hold.objects.filter(recording=OuterRef("pk"), state="active"))
    worded = Exists(Transcription.objects.filter(recording=OuterRef("pk")))
    found = Recording.objects.filter(day__gte=monday, day__lt=monday + _WEEK)
    return found.exclude(progress=Progress.REFUSED.value).annotate(is_held=held, is_worded=worded)


def _told(calls: Iterable[Recording], now: datetime) -> frozenset[str]:
    """The versions whose callers were told of service quality, and are still (4.4)."""
    one_of = {row.notice_id: row.started_at for row in calls}
    return frozenset(
        number
        for number, started_at in one_of.items()
        if Purpose.SERVICE_QUALITY in versions.terms(number, started_at, now).purposes
    )


def _sorted_out(
    calls: Iterable[Recording], told: frozenset[str], now: datetime
) -> dict[Lot, list[Recording]]:
    """Which calls are in the lot, and why the others are not."""
    found: dict[Lot, list[Recording]] = defaultdict(list)
    for row in calls:
        side = _side(row, vars(row), now) if row.notice_id in told else Lot.CLOSED
        found[side].append(row)
    return found


def _side(row: Recording, said: Mapping[str, object], now: datetime) -> Lot:
    if Progress(row.progress) not in OPENABLE or now >= row.cutoff_at:
        return Lot.CLOSED
    if said["is_held"]:
        return Lot.HELD
    if row.restricted:
        return Lot.RESTRICTED
    if row.special_category:
        return Lot.SPECIAL
    return Lot.IN if said["is_worded"] else Lot.WORDLESS


def _mark(side: Lot, recordings: Iterable[UUID]) -> None:
    Recording.objects.filter(pk__in=list(recordings)).update(lot=side.value)


def _share(draw: Draw, drawn: Drawn) -> None:
    DrawShare.objects.bulk_create(
        DrawShare(draw=draw, agent_id=agent, among=among, quota=drawn.quotas[agent])
        for agent, among in drawn.among.items()
    )
