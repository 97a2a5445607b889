"""READ FIRST. What happens next: from a state or a date to an act.

    a call is handed in      -> take_in: sealed and registered, or counted        at once
    it lay in a watch folder -> its files go once a roll holds it                 watch
    a call of a node ends    -> carry: noted, its bundle offered; receive         sweep, then a job
    two nodes had it         -> one recording; replaced: what was healed goes     the job, sweep
    it was called a complaint, or asked for -> a case, and a hold, before any end sweep
    nobody confirmed that hold -> lapse: it ends, past its cutoff with the call   sweep
    it is sealed             -> transcribe                    a job, in the same transaction
    its words failed         -> tried again, or said to have failed           words_again, a job
    a person asks            -> its words in another language                 a job
    a code was said in it    -> cut: out of sound and words, the old key dies  a job, then the sweep
    the house called itself  -> its call ends at once, by the sweep if need be     doctor, sweep
    a letter lies in the mailbox -> a request from when it arrived   letterbox, a job
    a minute has passed      -> look at the key holders, tell of one that is away  sweep
    a notice keeps shorter   -> shortening: earlier calls end by it              sweep
    a day begins, an hour has passed -> roll: fold what waits, renew the keys     sweep
    cutoff has passed        -> expire: nothing opens, live keys die              sweep
    a roll has dropped it    -> finish: bytes and index go, an hour later again   sweep
    a roll was made          -> writes that a crash broke off a day ago go        sweep
    the last backup key died -> certify                                          sweep
    a day is over            -> commit its access log; old days go               sweep
    a week begins, ends      -> the seed of its lot is fixed; it is drawn         sweep
    a month has ended        -> state what became of its calls                   sweep
    anything was entered     -> publish the ledger; tell programs that asked     sweep
    a week has passed        -> drill: the dead stay dead, a held call plays      sweep
    a night has passed       -> report it, and carry out what mail waits          sweep
    the ring is looked at    -> watch_keys: what is wrong is told, and ends        sweep

Destruction never waits for the queue: ``sweep`` reads due dates from the tables and the sealed
pages, and may be killed anywhere and called again.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from talteen import capturing, letterbox, subscribers, wiring
from talteen.clock import SystemClock, helsinki_date
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.clocks import Readings, ruling
from talteen.engine.vault.holders import pulse
from talteen.engine.vault.roll import Overtaken
from talteen.errors import KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.answer import packages
from talteen.life.capture import begun
from talteen.life.capture.sources import Found
from talteen.life.capture.sources.watch import Drop
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied, finish, remains, stating, synthetic
from talteen.life.destroy.acts import Ruled
from talteen.life.hold import complaint
from talteen.life.seal import acts as seal
from talteen.life.seal import catch_up as catching_up
from talteen.life.seal import (
    handover,
    purge,
    relist,
    replacing,
    rolling,
    rolls_due,
    seen,
    silencing,
    telling,
    uplink,
)
from talteen.life.seal.acts import Outcome
from talteen.life.seal.catch_up import CaughtUp
from talteen.life.seal.looking import Looks
from talteen.life.seal.opening import NothingSealed
from talteen.life.seal.rolling import Progress as Progressed
from talteen.life.seal.rolling import Rolled
from talteen.life.seal.watched import Watch
from talteen.life.transcribe import acts as transcribe
from talteen.life.transcribe import again, cutting, drafting, indexing, surviving
from talteen.life.transcribe.masking.spans import Span
from talteen.life.transcribe.speech import Transcriber
from talteen.life.use import covering
from talteen.life.use.quality import weekly
from talteen.oversight import (
    alarms,
    daily,
    drills,
    holders,
    key_alarms,
    keys,
    tending,
    unstamped,
    unwitnessed,
)
from talteen.register import access_days
from talteen.register.access import Grant
from talteen.register.database.jobs import job
from talteen.register.log import ledger, ledger_stamps, ledger_witnesses
from talteen.wiring import House

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    rolled: bool
    destroyed: int
    certified: int


@job("transcribe")
def transcribe_job(recording: UUID) -> None:
    """Write the machine's draft of a sealed recording."""
    house = wiring.house()
    with contextlib.suppress(NoLongerOpens):  # it died before its turn came
        transcribe.attempt(
            house.vault,
            house.speech,
            house.shards,
            RecordingId(recording),
            house.now(),
            rewrite=lambda *asked: _rewrite(house, *asked),
        )


def _rewrite(house: House, engine: Transcriber, recording: RecordingId, language: str) -> None:
    now = house.now()
    again.rewrite(
        house.vault,
        engine,
        house.shards,
        recording,
        language,
        now,
        leaves=lambda draft: [applied.rolled_leaf(draft, now)],
    )


def rewrite(grant: Grant, language: str, now: datetime) -> None:
    """A person wants the words of a call in another language (``again.ask``)."""
    again.ask(grant, language, now, then=ask_for_words)


@job("cut")
def cut_job(recording: UUID) -> None:
    """Cut out of a recording what people decided to cut (``cutting``)."""
    house = wiring.house()
    with contextlib.suppress(NoLongerOpens):
        cutting.cut(house.vault, RecordingId(recording), house.now())


def cut(grant: Grant, span: Span, *, by: str, now: datetime) -> None:
    """A person wants a card's security code out of a call (``covering.cut``)."""
    covering.cut(wiring.house().vault, grant, span, by=by, now=now, then=cut_job.enqueue)


def words_again(house: House, now: datetime) -> None:
    """Words that could not be written are tried again when it is their time."""
    with transaction.atomic():
        for recording in drafting.due(now):
            ask_for_words(recording)


def tend_index(house: House, now: datetime) -> None:
    """Bring the word index of this machine to what lives, wherever its words were written."""
    if brought_up := indexing.tend(house.vault, house.shards, now):
        log.info("index.brought_up", n=len(brought_up))


@job("receive", priority=10)
def receive(recording: UUID) -> None:
    """Take in a node's call from its bundle, before words are written: its intake key must stay."""
    house, call = wiring.house(), RecordingId(recording)
    # Whichever node put it there: with two of them, either's worker may have this job.
    key = handover.bundle_of(house.vault, call)
    if key is None:
        _lost(house, call, "no_bundle")
        return
    try:
        taken = handover.take_in(
            house.vault,
            key,
            house.now(),
            then=ask_for_words,
            decided=surviving.decided,
            delivers=packages.waits,
        )
        alarms.unheard(house.register, taken, house.now())
    except (KeyGone, NothingSealed) as error:
        house.vault.blobs.delete([key])
        _lost(house, call, error.slug)


def _lost(house: House, call: RecordingId, reason: str) -> None:
    destroyed = remains.of_call(call) is not None
    if begun.lose(house.vault.origin_mac(call.bytes), destroyed=destroyed) and not destroyed:
        log.error("call.lost", recording=call, reason=reason)


def carry(house: House, now: datetime) -> int:
    """Take in what the capture node of this machine has noted; gives how many notes."""
    if not house.config.capture.address:
        return 0
    folder = capturing.folder(house.config)
    telling.tell(folder, house.config.capture, house.config.paths.register, now)
    taken = uplink.carry(
        house.vault,
        house.config.capture.node,
        folder,
        now,
        captured=lambda call: _receive(house, call),
        silent=lambda note: alarms.silent(house.register, note),
    )
    begun.expire(now)
    handover.let_go(house.vault, now)
    return taken


def settle_complaints(house: House, now: datetime) -> list[str]:
    """Open a case for every call that was called a complaint, and hold it for some days (13.6)."""
    days_alone = house.register.hold.provisional_days
    return complaint.settle(house.vault, now, held_for=timedelta(days=days_alone))


def _receive(house: House, call: RecordingId) -> None:
    """Have a call taken in: soon, where another node may still hand over the same session."""
    wait = timedelta(seconds=house.config.capture.twin_wait_s)
    receive.enqueue_in(handover.wait_for(house.vault, call, wait), recording=call)


def catch_up(house: House, now: datetime) -> CaughtUp:
    """Bring the database to where the roll files are; calls that it had lost are told of."""
    caught_up = catching_up.catch_up(
        house.vault,
        now,
        witnessed_n=seen.generation(house.vault),
        rebuild=partial(relist.relist, house.vault, then=ask_for_words),
    )
    if caught_up.unlisted:
        log.error("restore.unlisted", count=len(caught_up.unlisted))
    return caught_up


def look_at_holders(house: House) -> None:
    """Before a worker trusts its key holders: one that is away is told of."""
    now = house.clock.now()
    holders.watch(house.vault, house.register, now)
    letterbox.deliver(house, now)


def take_in(
    house: House, found: Found, now: datetime, *, recording: RecordingId | None = None
) -> Outcome:
    """Take in one call from files; its transcript is asked for in the same transaction."""
    return seal.take_in(house.vault, found, now, recording=recording, then=ask_for_words)


def watch(house: House, drop: Drop) -> Watch:
    """The calls of a watched folder are taken in like any other; their files go when they may."""
    return Watch(house.vault, drop, lambda found, now: take_in(house, found, now))


def ask_for_words(recording: RecordingId) -> None:
    """Once its transaction is through, the words of a call are written."""
    transcribe_job.enqueue(recording=recording)


def sweep(house: House, now: datetime, *, ruled: Ruled | None = None) -> Swept:
    """Everything that its time has come for. Called every few seconds by the worker.

    ``ruled`` stands above the house's own doubts about its clocks: two persons have decided. Raises
    Unavailable while the live key holder is away: the rest waits for it, and that is told.
    """
    try:
        return _sweep(house, now, ruled)
    except Overtaken:
        # The roll file stands, and the answer to its put, or the database behind it, was lost.
        log.warning("roll.overtaken")
        catch_up(house, now)
        return _sweep(house, now, ruled)
    finally:
        # Behind destruction, which makes room first on a disk that is full.
        holders.watch(house.vault, house.register, now)
        alarms.sound(house.register, now)
        drills.sound(house.register, now)
        watch_keys(house, now, house.ring)
        letterbox.deliver(house, now)
        subscribers.tend()
        witnessed(house, now)  # the last of all: these two wait for others
        stamped(house, now)


def _sweep(house: House, now: datetime, ruled: Ruled | None) -> Swept:
    before, ruled = helsinki_date(house.vault.row().rolled_at), ruled or _ruling(house)
    house.shortening.tend(now)
    tending.first(house, now)
    destroy.lapse(house.vault, now, ruled=ruled)
    destroyed = destroy.expire(house.vault, now, ruled=ruled)
    destroyed += synthetic.end_forgotten(house.vault, now)
    rolled = bool(destroyed)
    if not rolled and rolls_due.is_due(house.vault, now):
        roll(house, now)
        rolled = True
    if rolled:
        machine_at = SystemClock().now()  # as the store's is: a demo's clock leaps over months
        purge.tidy(house.vault, now, machine_at, new_day=before < helsinki_date(now))
    certified = finish.finish(house.vault, house.reaper, house.shards, now, looks=house.ring)
    silencing.end_refused(house.vault, now)
    replaced(house, now)
    carry(house, now)
    settle_complaints(house, now)
    tending.tend(house, now)
    letterbox.watch(house, now)
    access_days.tend(now, log_months=house.register.retention.log_months)
    weekly.tend(house.vault.lot_seed, house.register.pool.percent, now)
    ledger.publish(house.log, now)
    if stating.state(now):
        ledger.publish(house.log, now)
    drills.tend(house.vault, now)
    daily.tend(house.vault, house.register, house.config, now)
    return Swept(rolled, destroyed, certified)


def witnessed(house: House, now: datetime) -> int:
    """Have the log's newest head witnessed, and tell of witnesses that are missing too long."""
    witnesses = wiring.witnesses_of(house.config)
    if not witnesses.addresses:
        return 0
    signed = ledger_witnesses.gather(house.log, witnesses, now)
    after = timedelta(seconds=house.config.ledger.unwitnessed_alarm_s)
    unwitnessed.sound(house.register, witnesses, after, now)
    return signed


def stamped(house: House, now: datetime) -> bool:
    """Have the log's newest head stamped with the time, where an authority was named."""
    stamping = wiring.stamping_of(house.config)
    done = ledger_stamps.gather(house.log, stamping, now)
    after = timedelta(seconds=house.config.ledger.unwitnessed_alarm_s)
    unstamped.sound(house.register, stamping, after, now)
    return done


def replaced(house: House, now: datetime) -> int:
    """Take away the sound that another node's packets have replaced, and ask for words anew."""
    return replacing.finish(
        house.vault,
        now,
        forget=transcribe.forget,
        then=ask_for_words,
        rebuild=lambda day: indexing.rebuild_day(house.vault, house.shards, day, now),
    )


def _ruling(house: House) -> Ruled:
    """Whether the clocks are good enough to destroy by (13.5, J7)."""
    if house.steady is None:
        return destroy.always
    last_roll = house.vault.row().rolled_at
    readings = Readings(
        own=house.clock.now(),
        second=house.steady.now(),
        last_roll=last_roll,
        # What passed before this process began is explained by the house having been off.
        off_for=max(house.steady.started_at - last_roll, timedelta(0)),
    )
    return lambda days: ruling(readings, days)


def roll(house: House, now: datetime, progress: Progressed = rolling.silent) -> Rolled:
    """Renew the generation: fold what waits, let the old live key die."""
    changes = Changes(leaves=lambda draft: [applied.rolled_leaf(draft, now)])
    return rolling.roll(house.vault, changes, now, progress)


def watch_keys(house: House, now: datetime, looks: Looks | None = None) -> int:
    """Look whether the ring is as it should be, and say so where it is not; returns what is new.

    ``looks``: at most a minute old; left out, the ring is asked now.
    """
    seen = keys.look(
        house.vault,
        now,
        (looks or Looks()).names(house.vault, now),
        reaper_at=pulse.last(house.config.paths.keys_ring),
        watched_since=house.steady.started_at if house.steady else None,
    )
    return key_alarms.sound(house.register, keys.faults(seen, now), now)
