"""kill -9 after every step of a hold, a release and a redaction: it is in force or it is not, and
done again it ends as if nothing had happened (DESIGN 13; keys-review 7, 11).
"""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from talteen import ids
from talteen.engine.vault.changes import Changes, Resealed
from talteen.engine.vault.entries import Kind
from talteen.errors import NoLongerOpens, Tampered
from talteen.ids import HoldId, RecordingId
from talteen.life.seal import catch_up, rolling
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON, POLICY
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

STARTED = NOON - timedelta(hours=1)
CUTOFF = retention.cutoff(retention.due(STARTED, POLICY), 7)
UNDECIDED = ROLL_STEPS[:2]
"""After these the roll file does not stand: nothing has been decided."""


def killed(vault: Vault, changes: Changes, after: str, *, at: timedelta = timedelta(0)) -> None:
    """Roll in a process that kills itself -9 right after ``after``; then start again."""
    connection.close()
    child = os.fork()
    if not child:

        def die(step: str) -> None:
            if step == after:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            rolling.roll(vault, changes, NOON + at, die)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the step {after} never came"
    vault.forget()
    catch_up.catch_up(vault, NOON + at)


def opens(vault: Vault, call: Recording, *, on: timedelta = timedelta(0)) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON + on) == vaults.SOUND
    except NoLongerOpens:
        return False


def test_a_killed_hold_is_in_force_exactly_when_its_roll_file_stands(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    late = CUTOFF - NOON

    for step in ROLL_STEPS:
        call = vaults.seal(vault, started_at=STARTED)
        placed = Changes(place_holds=frozenset({(HoldId(ids.new()), RecordingId(call.pk))}))

        killed(vault, placed, step)

        assert opens(vault, call)
        assert opens(vault, call, on=late) == (step not in UNDECIDED)
        if step in UNDECIDED:
            rolling.roll(vault, placed, NOON)
            assert opens(vault, call, on=late)


def test_a_killed_release_past_the_cutoff_ends_the_call_once_and_for_all(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    late = CUTOFF - NOON
    for step in ROLL_STEPS:
        call = vaults.seal(vault, started_at=STARTED)
        pair = (HoldId(ids.new()), RecordingId(call.pk))
        rolling.roll(vault, Changes(place_holds=frozenset({pair})), NOON)
        drop = vaults.dying(call)
        release = Changes(drop=drop, release_holds=frozenset({pair}))

        killed(vault, release, step, at=late)

        assert not opens(vault, call, on=late)
        if step in UNDECIDED:
            rolling.roll(vault, release, CUTOFF)
        Recording.objects.filter(pk=call.pk).update(progress="sealed")
        assert not opens(vault, call, on=late), "whatever its row says"
        Recording.objects.filter(pk=call.pk).update(progress="destroying")


def test_a_killed_redaction_opens_the_old_sound_or_the_new_and_never_both(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    for step in ROLL_STEPS:
        call = vaults.seal(vault, started_at=STARTED)
        name = RecordingId(call.pk)
        rolling.roll(vault, Changes(), NOON)
        before = vault.entry(name, NOON)
        dek = vault.new_dek()
        cut = vault.write_blob(name, Kind.CALLER_SOUND, [b"with a gap"], dek=dek, start=STARTED)
        with transaction.atomic():
            vault.attach(name, [cut], start=STARTED)
        redaction = Changes(reseal={name: Resealed(dek, (cut,))})

        killed(vault, redaction, step)
        if step in UNDECIDED:
            assert vault.entry(name, NOON).dek == before.dek
            rolling.roll(vault, redaction, NOON)

        after = vault.entry(name, NOON)
        assert (after.dek, after.blobs) == (dek, (cut,))
        with pytest.raises(Tampered):
            vault.open_blob(name, before.blobs[0], after).read(0, 1)
