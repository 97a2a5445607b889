"""Where the figures of a house come from: a few counts over indexed columns, each once a scrape.

Ages of what machines do are by the machine's clock, those of promises by the house's.
"""

from datetime import date, datetime

from django.db import connection
from django.db.models import Min, Sum

from talteen import wiring
from talteen.clock import SystemClock, helsinki_date
from talteen.engine.vault.holders import pulse
from talteen.life.answer.models import SubjectRequest
from talteen.life.capture.acts import CAPTURED, OPEN
from talteen.life.capture.carrying import NOT_TAKEN
from talteen.life.capture.models import Promise
from talteen.life.destroy.models import Destruction
from talteen.life.transcribe.models import Drafting
from talteen.life.transcribe.troubles import State as Writing
from talteen.notice import breaches as breach_law
from talteen.notice.breaches import BreachStage
from talteen.notice.requests import Stage
from talteen.operations import clocks
from talteen.operations.figures import JOBS, Told
from talteen.oversight import damage, drills, holders, key_alarms, key_state, today
from talteen.oversight.breaches.models import Breach
from talteen.oversight.models import LostCall
from talteen.recovery import taken
from talteen.register import house as houses
from talteen.register.log import ledger_stamps, ledger_witnesses
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead
from talteen.register.models import Recording, Tally
from talteen.register.post.message_models import OutgoingMessage
from talteen.register.states import UNSEALED_VALUES
from talteen.wiring import House

_DONE = (Stage.DELIVERED.value, Stage.CLOSED.value)
_ENDED = (BreachStage.CLOSED.value, BreachStage.DISMISSED.value)
_WORKER_SILENT_S = 60
_JOBS = """
SELECT CASE WHEN status = 'todo' AND scheduled_at > now() THEN 'later'
            WHEN status = 'todo' THEN 'ready' ELSE status::text END AS state, count(*)
  FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1
"""
_OLDEST_JOB = """
SELECT extract(epoch FROM now() - min(coalesce(job.scheduled_at, event.at)))
  FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
 WHERE job.status = 'todo' AND event.type = 'deferred'
   AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
_WORKERS = """
SELECT count(*) FROM procrastinate_workers
 WHERE last_heartbeat > now() - make_interval(secs => %s)
"""


def read(house: House, told: Told) -> None:
    """Tell all figures of the house. Raises Django's DatabaseError where the database fails."""
    now, machine = house.now(), SystemClock().now()
    told.tell("talteen_clock_skew_seconds", clocks.of_database().figures["seconds"])
    _calls(now, told)
    _destruction(house, now, told)
    _jobs(machine, told)
    _keys(house, machine, told)
    _log(house, now, told)
    _promises(now, told)
    _care(house, now, machine, told)


def _calls(now: datetime, told: Told) -> None:
    for outcome, count in _of_today(helsinki_date(now)).items():
        told.tell("talteen_calls_today", count, outcome)
    told.tell("talteen_calls_lost_unexplained", LostCall.objects.filter(explained_at=None).count())
    waiting = Promise.objects.filter(outcome=CAPTURED)
    told.tell("talteen_seal_waiting", waiting.count())
    oldest = waiting.aggregate(at=Min("ended_at"))["at"]
    told.tell("talteen_seal_oldest_seconds", _age(oldest, now) or 0)


def _of_today(day: date) -> dict[str, int]:
    """The calls of a day as ``oversight.today`` has them, counted by the database: a page may read
    a hundred thousand rows, a scrape may not."""
    sealed = Recording.objects.filter(day=day).exclude(progress__in=UNSEALED_VALUES)
    promises = Promise.objects.filter(day=day).exclude(outcome__in=today.ELSEWHERE)
    underway = promises.filter(outcome__in=OPEN)
    turned_away = Tally.objects.filter(day=day, kind=NOT_TAKEN).aggregate(n=Sum("count"))["n"]
    return {
        "recorded": sealed.count(),
        "lawful": promises.exclude(outcome__in=OPEN).count(),
        "underway": underway.count(),
        "lost": sum(1 for _ in today.lost(day)),
        "turned_away": turned_away or 0,
    }


def _destruction(house: House, now: datetime, told: Told) -> None:
    told.tell("talteen_destruction_overdue", key_state.lateness(now).overdue)
    alive = Recording.objects.filter(cutoff_at__lte=now).exclude(holds__state="active")
    oldest = alive.aggregate(at=Min("cutoff_at"))["at"]
    told.tell("talteen_destruction_oldest_seconds", _age(oldest, now) or 0)
    gone = Destruction.objects
    told.tell("talteen_destruction_bytes_waiting", gone.filter(bytes_gone_at=None).count())
    late = gone.filter(certificate_leaf=None, due_at__lte=now)
    told.tell("talteen_certificates_overdue", late.count())
    told.tell("talteen_roll_age_seconds", _age(house.vault.row().rolled_at, now) or 0)


def _jobs(machine: datetime, told: Told) -> None:
    swept = _age(houses.last_sweep(), machine)
    if swept is not None:
        told.tell("talteen_sweep_age_seconds", swept)
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        counts = dict.fromkeys(JOBS, 0) | dict(cursor.fetchall())
        cursor.execute(_OLDEST_JOB)
        told.tell("talteen_jobs_oldest_ready_seconds", cursor.fetchone()[0] or 0)
        cursor.execute(_WORKERS, [_WORKER_SILENT_S])
        told.tell("talteen_workers", cursor.fetchone()[0])
    for state, count in counts.items():
        told.tell("talteen_jobs", count, state)
    given_up = Drafting.objects.filter(state=Writing.GIVEN_UP.value)
    told.tell("talteen_words_given_up", given_up.count())


def _keys(house: House, machine: datetime, told: Told) -> None:
    for one in holders.states():
        told.tell("talteen_holder_up", one.answers, one.place.value)
        told.tell("talteen_holder_seconds", one.latency_ms / 1000, one.place.value)
        seen = _age(one.seen_at, house.clock.now()) or 0
        told.tell("talteen_holder_seen_age_seconds", seen, one.place.value)
    for kind in {one.kind.value for one in key_alarms.standing()}:
        told.tell("talteen_key_alarm", 1, kind)
    reaper = _age(pulse.last(house.config.paths.keys_ring), machine)
    if reaper is not None:
        told.tell("talteen_reaper_age_seconds", reaper)


def _log(house: House, now: datetime, told: Told) -> None:
    newest = LedgerHead.objects.order_by("-size").values_list("size", flat=True).first()
    told.tell("talteen_ledger_entries", newest or 0)
    waits = LedgerEntry.objects.filter(index=None).aggregate(at=Min("at"))["at"]
    told.tell("talteen_ledger_unpublished_seconds", _age(waits, now) or 0)
    named = wiring.witnesses_of(house.config)
    missing = _age(ledger_witnesses.missing_since(named), now)
    told.tell("talteen_ledger_unwitnessed_seconds", missing or 0)
    standings = ledger_witnesses.standings(named)
    against = sum(one.trouble == "tampered" for one in standings)
    told.tell("talteen_ledger_contradicted", against)
    overdue = ledger_stamps.missing_since(wiring.stamping_of(house.config))
    told.tell("talteen_stamp_overdue_seconds", _age(overdue, now) or 0)


def _promises(now: datetime, told: Told) -> None:
    """What people are owed, by law: answers and notifications."""
    waiting = SubjectRequest.objects.exclude(stage__in=_DONE)
    told.tell("talteen_requests_open", waiting.count())
    day = helsinki_date(now)
    told.tell("talteen_requests_overdue", waiting.filter(limit_on__lt=day).count())
    if nearest := waiting.aggregate(on=Min("limit_on"))["on"]:
        told.tell("talteen_request_nearest_days", (nearest - day).days)
    standing = Breach.objects.exclude(stage__in=_ENDED)
    told.tell("talteen_breaches_open", standing.count())
    untold = standing.filter(notified_at=None).exclude(stage=BreachStage.NOT_NOTIFIED.value)
    limits = [breach_law.limit(row.reported_at, row.aware_at) for row in untold]
    if limits:
        told.tell("talteen_breach_hours_left", (min(limits) - now).total_seconds() / 3600)


def _care(house: House, now: datetime, machine: datetime, told: Told) -> None:
    waiting = OutgoingMessage.objects.filter(state="waiting")
    told.tell("talteen_mail_waiting", waiting.count())
    oldest = waiting.aggregate(at=Min("written_at"))["at"]
    told.tell("talteen_mail_oldest_seconds", _age(oldest, now) or 0)
    told.tell("talteen_mail_refused", OutgoingMessage.objects.filter(state="refused").count())
    backup = _age(taken.last(house.config.paths.state), machine)
    if backup is not None:
        told.tell("talteen_backup_age_seconds", backup)
    if drill := drills.newest():
        told.tell("talteen_drill_ok", drill.ok)
        told.tell("talteen_drill_age_seconds", _age(drill.at, now) or 0)
    told.tell("talteen_damage", len(damage.standing()))


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())
