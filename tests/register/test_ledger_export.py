"""The log as files: what a stranger recomputes from them alone."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog import note, tiles
from talteen.errors import Conflict, Missing, Tampered
from talteen.register.log import ledger_check, ledger_export
from talteen.register.log.ledger_store import Log
from tests.kit.flipped import flipped
from tests.register.ledger_surgery import operate
from tests.register.test_ledger_witnesses import grow

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_exported_log_is_checked_from_its_files_alone(log: Log, tmp_path: Path) -> None:
    grow(log, 300)

    done = ledger_export.export(log, tmp_path / "out")

    signed = note.parse((tmp_path / "out" / "checkpoint").read_bytes())
    keys = [note.parse_key(line) for line in (tmp_path / "out" / "keys").read_text().splitlines()]
    head = note.parse_checkpoint(signed.text)
    assert note.verify(signed, keys)
    assert ledger_export.root_of(tmp_path / "out", head.size) == head.root == done.head.root
    reader = tiles.Reader(lambda tile: (tmp_path / "out" / tile.path).read_bytes(), head.size)
    assert reader.root() == head.root


def test_an_export_never_goes_over_another(log: Log, tmp_path: Path) -> None:
    with pytest.raises(Missing):
        ledger_export.export(log, tmp_path / "out")
    grow(log)
    ledger_export.export(log, tmp_path / "out")

    with pytest.raises(Conflict):
        ledger_export.export(log, tmp_path / "out")


def test_a_flipped_tile_or_entry_leaves_no_whole_export(log: Log, tmp_path: Path) -> None:
    grow(log, 260)
    path = tmp_path / "second" / "log" / "tile" / "entries" / "000"
    path.write_bytes(flipped(path.read_bytes(), 700))

    with pytest.raises(Tampered, match="root"):
        ledger_export.export(log, tmp_path / "out")
    assert not (tmp_path / "out" / "checkpoint").exists()


def test_a_checkpoint_that_somebody_else_signed_is_named(log: Log, tmp_path: Path) -> None:
    grow(log, 3)
    thief = note.Ed25519Signer(log.origin, Ed25519PrivateKey.generate())
    forged = note.sign(note.Checkpoint(log.origin, 3, bytes(32)).text(), thief)
    (tmp_path / "second" / "log" / "checkpoint").write_bytes(forged.to_bytes())

    assert ledger_check.check(log).first_difference == "checkpoint"


def test_a_changed_row_is_named_and_progress_is_told(log: Log) -> None:
    grow(log, 300)
    told: list[tuple[int, int]] = []
    assert ledger_check.check(log, told=lambda *far: told.append(far)).first_difference is None
    assert told == [(256, 300), (300, 300)]
    operate("UPDATE ledger_entry SET raw = raw || 'x' WHERE index = 270")

    assert ledger_check.check(log).first_difference == "row 270"
