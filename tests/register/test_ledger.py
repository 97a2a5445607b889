"""The ledger on a real PostgreSQL and a real folder: order, proofs, crashes, forks, refills."""

import os
import shutil
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from talteen.engine.postgres.cluster import Cluster
from talteen.engine.tlog import merkle, note, proof, verify
from talteen.engine.tlog.note import Checkpoint
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.errors import Conflict, InputError, Tampered
from talteen.ids import RecordingId
from talteen.register.log import ledger, ledger_bytes, ledger_check, ledger_store
from talteen.register.log import ledger_kinds as kinds
from talteen.register.log.ledger_models import LedgerEntry, LedgerHead
from talteen.register.log.ledger_store import Log
from tests.kit.database import use_clone
from tests.register.conftest import ORIGIN
from tests.register.ledger_surgery import guard, lose_the_database
from tests.register.second_stores import Countdown, QuickStore, Turns, WatchedStore

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)


def parked(recording: UUID | None = None) -> kinds.Parked:
    return kinds.Parked(
        recording=RecordingId(recording or uuid4()),
        day=date(2026, 11, 24),
        until=AT + timedelta(days=1),
    )


def enter(number: int) -> list[bytes]:
    raws = [ledger.entry_bytes(parked(), AT) for _ in range(number)]
    ledger.enter_all(raws)
    return raws


def published() -> list[bytes]:
    rows = LedgerEntry.objects.filter(index__isnull=False).order_by("index")
    assert [row.index for row in rows] == list(range(len(rows)))
    return [bytes(row.raw) for row in rows]


def root_of(raws: Iterable[bytes]) -> bytes:
    return merkle.root(merkle.leaf_hash(raw) for raw in raws)


# --- order and proof ------------------------------------------------------------------------------


def test_an_entry_stands_or_falls_with_the_act_that_made_it(log: Log) -> None:
    with suppress(Killed), transaction.atomic():
        ledger.enter(parked(), AT)
        die()
    with transaction.atomic():
        kept = ledger.enter(parked(), AT)

    checkpoint = ledger.publish(log, AT)

    assert checkpoint == Checkpoint(ORIGIN, 1, kept)


def test_entries_stand_in_the_order_in_which_they_were_committed(log: Log) -> None:
    raws = [*enter(3), *enter(2)]
    ledger.publish(log, AT)
    raws += enter(300)

    checkpoint = ledger.publish(log, AT)

    assert published() == raws
    assert (checkpoint.size, checkpoint.root) == (305, root_of(raws))


def test_bytes_entered_twice_are_one_entry(log: Log) -> None:
    raw = ledger.entry_bytes(parked(), AT)

    names = {ledger.enter_bytes(raw), ledger.enter_bytes(raw)}
    ledger.publish(log, AT)
    names.add(ledger.enter_bytes(raw))

    assert ledger.publish(log, AT).size == 1
    assert names == {merkle.leaf_hash(raw)}


def test_every_published_entry_has_a_proof_that_a_stranger_can_check(log: Log) -> None:
    raws = enter(260)
    head = ledger.publish(log, AT)
    for raw in (raws[0], raws[255], raws[256], raws[259]):
        text = ledger.certificate_text(log, merkle.leaf_hash(raw))

        shown = proof.parse_proof(text)

        assert shown.entry == raw
        assert note.verify(shown.checkpoint, [log.signer.key])
        assert merkle.verify_inclusion(
            merkle.leaf_hash(raw),
            index=raws.index(raw),
            size=head.size,
            proof=shown.hashes,
            root=head.root,
        )


def test_every_head_continues_every_earlier_one(log: Log) -> None:
    notes = {}
    for number in (1, 2, 253, 1, 44, 300):
        enter(number)
        size = ledger.publish(log, AT).size
        notes[size] = LedgerHead.objects.get(size=size).note

    for size, old in notes.items():
        growth = ledger.growth_text(log, size).encode()
        assert verify.verify_growth(bytes(old), growth, [log.signer.key]).holds
    with pytest.raises(InputError):
        ledger.growth_text(log, 602)


def test_an_entry_is_found_by_its_recording_and_by_its_day(log: Log) -> None:
    recording = uuid4()
    ledger.enter(parked(), AT)
    name = ledger.enter(parked(recording), AT)
    ledger.publish(log, AT)

    (found,) = ledger.find(kinds.Parked, recording=recording)

    assert (found.leaf_hash, found.index) == (name, 1)
    assert found.entered.entry == parked(recording)
    assert len(list(ledger.find(kinds.Parked, day=date(2026, 11, 24)))) == 2
    assert not list(ledger.find(kinds.Sealed, recording=recording))


def test_an_entry_that_is_not_published_has_no_proof_yet(log: Log) -> None:
    name = ledger.enter(parked(), AT)

    with pytest.raises(Conflict):
        ledger.proof(log, name)
    with pytest.raises(InputError):
        ledger.proof(log, bytes(32))


def test_publishing_nothing_signs_the_empty_log_once(log: Log) -> None:
    first, second = ledger.publish(log, AT), ledger.publish(log, AT)

    assert first == second == Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT)
    assert LedgerHead.objects.count() == 1


def test_what_is_not_committed_is_never_published(log: Log) -> None:
    with transaction.atomic():
        ledger.enter(parked(), AT)
        with pytest.raises(RuntimeError, match="outside of transactions"):
            ledger.publish(log, AT)


def test_many_acts_and_publishers_at_once_leave_one_whole_log(log: Log) -> None:
    entered: list[bytes] = []

    def act() -> None:
        for _ in range(20):
            raw = ledger.entry_bytes(parked(), AT)
            with transaction.atomic():
                ledger.enter_bytes(raw)
            entered.append(raw)
        connection.close()

    def publisher() -> None:
        for _ in range(5):
            ledger.publish(log, AT)
        connection.close()

    threads = [threading.Thread(target=target) for target in (act, act, act, publisher, publisher)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger.publish(log, AT)

    assert sorted(published()) == sorted(entered)
    assert ledger_check.check(log).first_difference is None


# --- what survives --------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def die() -> None:
    raise Killed


def copied(log: Log, name: object) -> QuickStore:
    """A copy of the second store for one round of a test."""
    folder = second(log).parent / f"second-{name}"
    shutil.copytree(second(log), folder)
    return QuickStore(folder)


def second(log: Log) -> Path:
    """The folder that the second store is in."""
    assert isinstance(log.store, FolderStore)
    return log.store.folder


def assert_no_fork(raws: list[bytes], checkpoints: Iterable[bytes]) -> None:
    """Every head that was ever signed, published or not, is a beginning of the log as it is."""
    for raw in checkpoints:
        head = note.parse_checkpoint(note.parse(raw).text)
        assert head.root == root_of(raws[: head.size])


@pytest.mark.parametrize("database", ["kept", "restored"])
def test_a_publisher_killed_at_any_moment_is_taken_up_by_the_next(log: Log, database: str) -> None:
    """Across a bundle's end, before and after every touch of the second store."""
    first = enter(250)
    ledger.publish(log, AT)
    for moment in count():
        folder = copied(log, moment)
        countdown = Countdown(moment, die)
        dying = WatchedStore(folder, countdown)
        well = Log(ORIGIN, log.signer, folder)
        then = enter(12)
        with suppress(Killed):
            ledger.publish(Log(ORIGIN, log.signer, dying), AT)
        if countdown.left >= 0:
            break
        if database == "restored":
            lose_the_database(keep=250)
        third = enter(5)

        ledger.publish(well, AT)

        raws = published()
        # What was decided before the kill stays; what was not is lost only with its database.
        assert raws in ([*first, *then, *third], [*first, *then[:6], *third], [*first, *third])
        assert raws == [*first, *then, *third] or database == "restored"
        assert_no_fork(raws, dying.checkpoints)
        assert ledger_check.check(well).first_difference is None
        lose_the_database(keep=250)
    assert moment > 40


@pytest.mark.drill
@pytest.mark.parametrize("moment", [0, 5, 10, 15, 20, 25, 30])
def test_a_publisher_that_is_killed_for_real_loses_nothing(log: Log, moment: int) -> None:
    first = enter(250)
    ledger.publish(log, AT)
    then = enter(12)
    folder = copied(log, moment)
    connection.close()  # the child must not inherit it: closing it there would end it here

    child = os.fork()
    if child == 0:
        countdown = Countdown(moment, lambda: os.kill(os.getpid(), signal.SIGKILL))
        try:
            ledger.publish(Log(ORIGIN, log.signer, WatchedStore(folder, countdown)), AT)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    well = Log(ORIGIN, log.signer, folder)
    ledger.publish(well, AT)

    assert published() == [*first, *then]
    assert ledger_check.check(well).first_difference is None


def test_ledger_refills_from_tiles(log: Log) -> None:
    raws = enter(700)
    ledger.publish(log, AT)
    raws += enter(3)
    seen = ledger.publish(log, AT)
    lose_the_database()

    refilled = ledger.refill(log, AT, seen=seen)

    assert refilled == 703
    assert published() == raws
    assert ledger.head(log) == (seen, ledger_store.newest(log)[1])  # type: ignore[index]
    assert ledger_check.check(log).first_difference is None
    row = LedgerEntry.objects.get(index=702)
    assert (row.kind, row.day, row.recording) == (
        "parked",
        date(2026, 11, 24),
        ledger_bytes.read(raws[702]).entry.recording,  # type: ignore[union-attr]
    )


def test_a_database_behind_its_log_catches_up_before_it_adds(log: Log) -> None:
    raws = enter(20)
    ledger.publish(log, AT)
    raws += enter(500)
    ledger.publish(log, AT)
    lose_the_database(keep=20)

    late = enter(2)
    ledger.enter_bytes(raws[300])  # a roll file carries an entry that the log has already
    checkpoint = ledger.publish(log, AT)

    assert published() == [*raws, *late]
    assert checkpoint.root == root_of([*raws, *late])


def test_a_second_store_that_ends_before_the_head_that_was_seen_is_refused(log: Log) -> None:
    enter(5)
    ledger.publish(log, AT)

    with pytest.raises(Tampered, match="does not continue the head of 6"):
        ledger.refill(log, AT, seen=Checkpoint(ORIGIN, 6, bytes(32)))
    with pytest.raises(Tampered, match="does not continue the head of 5"):
        ledger.refill(log, AT, seen=Checkpoint(ORIGIN, 5, bytes(32)))


@pytest.fixture
def houses(postgres: Cluster) -> Iterator[list[ThreadPoolExecutor]]:
    """Two houses, each with a database of its own and a thread to act in."""

    def move_in(name: str) -> None:
        connection.settings_dict = dict(connection.settings_dict)
        use_clone(postgres, name)
        guard()

    with ThreadPoolExecutor(1) as here, ThreadPoolExecutor(1) as there:
        here.submit(move_in, "test_house_here").result()
        there.submit(move_in, "test_house_there").result()
        yield [here, there]
        for house in (here, there):
            house.submit(lambda: connection.close()).result()


def test_two_houses_that_publish_into_one_store_never_fork_it(
    log: Log, houses: list[ThreadPoolExecutor]
) -> None:
    """As after a fail-over whose old side lives on: they change places at any touch."""
    for seed in range(25):
        entered, checkpoints, well = lived(log, houses, seed)

        for house in [*houses, *houses]:
            house.submit(ledger.publish, well, AT).result()

        raws, theirs = (house.submit(published).result() for house in houses)
        assert raws == theirs
        assert sorted(raws) == sorted(entered)
        assert_no_fork(raws, checkpoints)
        for house in houses:
            house.submit(lose_the_database).result()


def lived(
    log: Log, houses: list[ThreadPoolExecutor], seed: int
) -> tuple[list[bytes], list[bytes], Log]:
    """What two houses entered and signed while they took turns in the order of ``seed``."""
    random, entered = Random(seed), list[bytes]()
    turns = Turns(random)
    store = WatchedStore(copied(log, seed), turns.moment)
    shared = Log(ORIGIN, log.signer, store)

    def live() -> None:
        for _ in range(3):
            entered.extend(enter(random.choice([1, 5, 130, 256])))
            with suppress(Conflict, Tampered):
                ledger.publish(shared, AT)

    turns.run([(house, live) for house in houses])
    return entered, store.checkpoints, Log(ORIGIN, log.signer, store.real)
