"""The power fails, and writes that nobody flushed are lost (DESIGN 13): at every step of a roll, of
taking a call in, of publishing. The key plane, the blobs and the log never answer too early.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.tlog.note import Ed25519Signer
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders import erasing
from talteen.errors import KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal import catch_up, rolling
from talteen.life.seal.vault import Vault
from talteen.register.log import ledger, ledger_check, ledger_kinds
from talteen.register.log.ledger_store import Log
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.powercut import cut_at
from tests.kit.processes import Progress
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

STARTED = NOON - timedelta(hours=1)
UNDECIDED = ROLL_STEPS[:2]


def plays(vault: Vault, call: Recording) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON) == vaults.SOUND
    except NoLongerOpens:
        return False


def test_a_power_cut_anywhere_in_an_erasure_loses_no_living_call_and_revives_no_dead_one(
    tmp_path: Path,
) -> None:
    vault = vaults.safe(tmp_path).vault
    for step in ROLL_STEPS:
        kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
        rolling.roll(vault, Changes(), NOON)
        erasure = Changes(drop=vaults.dying(erased))

        assert cut_at(step, tmp_path, lambda told, of=erasure: rolling.roll(vault, of, NOON, told))
        vault.forget()
        catch_up.catch_up(vault, NOON)
        if step in UNDECIDED:
            rolling.roll(vault, erasure, NOON)

        assert plays(vault, kept), step
        assert not plays(vault, erased), step
        assert len(vault.live.names()) == 1


def test_a_holder_that_answers_before_its_folder_is_flushed_would_lose_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the drill above sees it."""
    vault = vaults.safe(tmp_path).vault
    monkeypatch.setattr(erasing, "flush_folder", lambda folder: None)

    assert cut_at("settled", tmp_path, lambda told: rolling.roll(vault, Changes(), NOON, told))
    vault.forget()

    with pytest.raises(KeyGone):
        catch_up.catch_up(vault, NOON)


def test_what_was_answered_for_plays_and_is_in_the_log_after_a_power_cut(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    signer = Ed25519Signer("log.example/calls", Ed25519PrivateKey.generate())
    log = Log(signer.key.name, signer, FolderStore(tmp_path / "second"))

    def take_in_and_publish(told: Progress) -> None:
        call = vaults.seal(vault, started_at=STARTED)
        told("committed")
        parked = ledger_kinds.Parked(recording=RecordingId(call.pk), day=call.day, until=NOON)
        ledger.enter(parked, NOON)
        ledger.publish(log, NOON)
        told("published")

    for at in ("committed", "published"):
        assert cut_at(at, tmp_path, take_in_and_publish), at

    assert [plays(vault, call) for call in Recording.objects.all()] == [True, True]
    assert ledger_check.check(log).first_difference is None
    newest = ledger.head(log)
    assert newest is not None
    assert newest[0].size == 1
