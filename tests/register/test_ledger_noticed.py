"""What is noticed when a log, its rows or its second store were changed."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog import note, tiles
from talteen.engine.tlog.note import Checkpoint, Ed25519Signer
from talteen.errors import Conflict, InputError, Tampered
from talteen.register.log import ledger, ledger_check, ledger_store
from talteen.register.log.ledger_store import Log
from tests.kit.flipped import flipped
from tests.register.conftest import ORIGIN
from tests.register.ledger_surgery import lose_the_database, operate
from tests.register.second_stores import QuickStore
from tests.register.test_ledger import AT, enter, parked, second


def test_a_sound_log_checks_out(log: Log) -> None:
    enter(300)
    ledger.publish(log, AT)
    enter(1)
    ledger.publish(log, AT)

    assert ledger_check.check(log) == ledger_check.Checked(301, 2, None)


@pytest.mark.parametrize(
    "path",
    [
        "tile/entries/000",
        "tile/entries/001.p/45",
        "tile/0/000",
        "tile/0/001.p/45",
        "tile/1/000.p/1",
        "checkpoint",
    ],
)
def test_a_flipped_bit_in_the_second_store_is_named(log: Log, path: str) -> None:
    enter(300)
    ledger.publish(log, AT)
    enter(1)
    ledger.publish(log, AT)
    file = second(log) / "log" / path
    whole = file.read_bytes()
    file.write_bytes(flipped(whole, len(whole) // 2))

    assert ledger_check.check(log).first_difference == path


def test_a_changed_row_is_named(log: Log) -> None:
    enter(300)
    ledger.publish(log, AT)
    other = ledger.entry_bytes(parked(), AT)
    operate("UPDATE ledger_entry SET raw = %s WHERE index = 270", other)

    assert ledger_check.check(log).first_difference == "row 270"


def test_a_removed_row_is_named(log: Log) -> None:
    enter(300)
    ledger.publish(log, AT)
    operate("DELETE FROM ledger_entry WHERE index = 7")

    assert ledger_check.check(log).first_difference == "row 7"


def test_a_head_that_says_something_else_is_named(log: Log) -> None:
    for _ in range(3):
        enter(2)
        ledger.publish(log, AT)
    forged = note.sign(Checkpoint(ORIGIN, 4, bytes(32)).text(), log.signer).to_bytes()
    operate("UPDATE ledger_head SET root = %s, note = %s WHERE size = 4", bytes(32), forged)

    assert ledger_check.check(log).first_difference == "head 4"


def test_nothing_is_signed_over_a_second_store_that_was_changed(log: Log) -> None:
    raws = enter(3)
    ledger.publish(log, AT)
    bundle = second(log) / "log/tile/entries/000.p/3"
    bundle.write_bytes(tiles.bundle([*raws[:2], ledger.entry_bytes(parked(), AT)]))
    enter(1)

    with pytest.raises(Tampered, match="does not continue the head of 3"):
        ledger.publish(log, AT)
    assert ledger.head(log)[0].size == 3  # type: ignore[index]


def test_the_store_of_another_log_is_refused(log: Log, tmp_path: Path) -> None:
    enter(3)
    ledger.publish(log, AT)
    lose_the_database()
    key = Ed25519PrivateKey.generate()
    stranger = Log("other.example", Ed25519Signer("other.example", key), log.store)

    with pytest.raises(Tampered):
        ledger.publish(stranger, AT)


def test_a_former_key_of_the_log_still_counts(log: Log) -> None:
    enter(3)
    ledger.publish(log, AT)
    key = Ed25519PrivateKey.generate()
    renewed = Log(ORIGIN, Ed25519Signer(ORIGIN, key), log.store, former=(log.signer.key,))
    enter(2)

    assert ledger.publish(renewed, AT).size == 5
    assert ledger_check.check(renewed).first_difference is None


def test_a_key_under_another_name_makes_no_log(tmp_path: Path) -> None:
    signer = Ed25519Signer("other.example", Ed25519PrivateKey.generate())

    with pytest.raises(InputError, match="another name"):
        Log(ORIGIN, signer, QuickStore(tmp_path))


def test_only_the_first_to_decide_decides(log: Log) -> None:
    first, second = ([ledger.entry_bytes(parked(), AT)] for _ in range(2))
    ledger_store.decide(log, 0, first)

    with pytest.raises(Conflict):
        ledger_store.decide(log, 0, second)
    assert ledger_store.decided(log, 0) == first


def test_who_comes_after_the_whole_bundle_decides_nothing(log: Log) -> None:
    raws = enter(3)
    ledger.publish(log, AT)
    raws += enter(253)
    ledger.publish(log, AT)

    with pytest.raises(Conflict):
        ledger_store.decide(log, 3, [ledger.entry_bytes(parked(), AT)])
    assert ledger_store.decided(log, 3) == raws[3:]
    assert not list(log.store.keys("log/step/"))


def test_the_second_store_does_not_keep_what_whole_tiles_say_again(log: Log) -> None:
    for _ in range(60):
        enter(10)
        ledger.publish(log, AT)

    kept = [key.removeprefix("log/") for key in log.store.keys("log/")]
    whole = [key for key in kept if key.endswith(("/000", "/001"))]

    assert len(whole) == 4
    assert not [key for key in kept if key.startswith(("step/0/", "step/1/", "tile/0/000.p"))]
    assert len(kept) < 50
