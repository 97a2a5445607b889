"""The log and its witnesses: real servers, a real PostgreSQL, a real second store."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from talteen.engine.tlog import note
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.witness import server
from talteen.engine.witness.client import WitnessAddress
from talteen.engine.witness.folder import WitnessFolder
from talteen.errors import Tampered
from talteen.ids import RecordingId
from talteen.register.log import ledger, ledger_check, ledger_kinds, ledger_store, ledger_witnesses
from talteen.register.log.ledger_models import LedgerWitness
from talteen.register.log.ledger_store import Log
from talteen.register.log.ledger_witnesses import Witnesses
from tests.register.conftest import ORIGIN
from tests.register.ledger_surgery import lose_the_database

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 22, 0, 9, tzinfo=UTC)


@contextmanager
def running(log: Log, root: Path, name: str) -> Iterator[WitnessAddress]:
    folder = WitnessFolder(root)
    if not root.exists():
        folder.found(name)
        folder.add_logs([log.signer.key])
    witness = server.opened(folder, now_s=lambda: int(AT.timestamp()), refused=lambda _: None)
    at = server.bound(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=at.serve_forever, args=(0.01,))
    thread.start()
    try:
        keys = tuple(one.key for one in witness.cosigners)
        yield WitnessAddress(f"http://127.0.0.1:{at.server_port}", keys)
    finally:
        at.shutdown()
        thread.join()
        at.server_close()


def grow(log: Log, number: int = 3, at: datetime = AT) -> bytes:
    name = b""
    for _ in range(number):
        entry = ledger_kinds.Parked(
            recording=RecordingId(uuid4()), day=date(2026, 11, 24), until=AT + timedelta(days=1)
        )
        name = ledger.enter(entry, at)
    ledger.publish(log, at)
    return name


def test_the_newest_head_carries_what_witnesses_signed_wherever_it_is_shown(
    log: Log, tmp_path: Path
) -> None:
    name = grow(log)
    with running(log, tmp_path / "w1", "w.example/1") as one, ExitStack() as more:
        two = more.enter_context(running(log, tmp_path / "w2", "w.example/2"))

        assert ledger_witnesses.gather(log, Witnesses((one, two)), AT) == 2

    keys = [*one.keys, *two.keys]
    newest = ledger_store.newest(log)
    assert newest is not None
    for shown in (newest[1], ledger.proof(log, name).checkpoint):
        assert len(note.verify(shown, keys)) == 4
    assert ledger_check.check(log).first_difference is None


def test_a_witness_follows_a_log_that_grows_and_restarts_nothing(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as one:
        witnesses = Witnesses((one,))
        for number in (1, 255, 300, 2):
            grow(log, number)
            assert ledger_witnesses.gather(log, witnesses, AT) == 1
            assert ledger_witnesses.gather(log, witnesses, AT) == 0


def test_a_missing_witness_stops_nothing_and_is_missed(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as here, ExitStack() as away:
        gone = away.enter_context(running(log, tmp_path / "g", "w.example/2"))
        away.close()
        both, enough = Witnesses((here, gone), timeout_s=1), Witnesses((here, gone), 1, timeout_s=1)
        grow(log)
        assert ledger_witnesses.gather(log, both, AT) == 1

    assert ledger_witnesses.missing_since(both) == AT
    assert ledger_witnesses.missing_since(enough) is None
    assert [one.trouble for one in ledger_witnesses.standings(both)] == ["", "unavailable"]
    grow(log, 1, AT + timedelta(hours=1))
    assert ledger_witnesses.missing_since(enough) == AT + timedelta(hours=1)


def test_a_witness_that_did_not_answer_is_left_alone_for_a_minute(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as one:
        pass
    grow(log)
    witnesses = Witnesses((one,), timeout_s=1)
    ledger_witnesses.gather(log, witnesses, AT)
    ledger_witnesses.gather(log, witnesses, AT + timedelta(seconds=59))
    assert LedgerWitness.objects.get().tried_at == AT

    ledger_witnesses.gather(log, witnesses, AT + timedelta(seconds=60))

    assert LedgerWitness.objects.get().tried_at == AT + timedelta(seconds=60)


def test_a_house_whose_stores_were_both_rolled_back_does_not_open(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as one:
        witnesses = Witnesses((one,))
        grow(log, 5)
        ledger_witnesses.gather(log, witnesses, AT)
        ledger_witnesses.refuse_rollback(log, witnesses)
        lose_the_database()
        rolled_back = replace(log, store=FolderStore(tmp_path / "older copy"))
        grow(rolled_back, 2)

        with pytest.raises(Tampered, match="it has seen 5 entries and this log has 2"):
            ledger_witnesses.refuse_rollback(rolled_back, witnesses)
        grow(rolled_back, 4)
        with pytest.raises(Tampered, match="another history"):
            ledger_witnesses.refuse_rollback(rolled_back, witnesses)


def test_a_house_opens_while_its_witness_is_away(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as one:
        pass
    grow(log)

    ledger_witnesses.refuse_rollback(log, Witnesses((one,), timeout_s=1))


def test_a_witness_that_contradicts_the_log_is_kept_as_such(log: Log, tmp_path: Path) -> None:
    with running(log, tmp_path / "w", "w.example/1") as one:
        witnesses = Witnesses((one,))
        grow(log, 5)
        ledger_witnesses.gather(log, witnesses, AT)
        lose_the_database()
        forked = replace(log, store=FolderStore(tmp_path / "another"))
        grow(forked, 7)

        assert ledger_witnesses.gather(forked, witnesses, AT) == 0

    (standing,) = ledger_witnesses.standings(witnesses)
    assert (standing.trouble, standing.current) == ("tampered", False)


def test_a_log_signs_each_head_with_ml_dsa_too(log: Log, tmp_path: Path) -> None:
    quantum = note.MlDsa44Signer(ORIGIN, MLDSA44PrivateKey.from_seed_bytes(bytes(range(32))))
    twice = replace(log, quantum_signer=quantum)
    grow(twice)
    with running(twice, tmp_path / "w", "w.example/1") as one:
        assert ledger_witnesses.gather(twice, Witnesses((one,)), AT) == 1

    newest = ledger_store.newest(twice)

    assert newest is not None
    found = note.verify(newest[1], [log.signer.key, quantum.key, *one.keys])
    assert [signed.at_s is None for signed in found] == [True, True, False, False]
    assert ledger_check.check(twice).first_difference is None
