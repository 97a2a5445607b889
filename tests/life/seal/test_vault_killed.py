"""kill -9 after every step of a roll: nothing lost, nothing revived, and the next start ends it."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from talteen import ids
from talteen.engine.vault.changes import Changes
from talteen.errors import NoLongerOpens
from talteen.ids import HoldId, RecordingId
from talteen.life.seal import catch_up, ring, rolling
from talteen.life.seal import models as rows
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON, POLICY
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

STARTED = NOON - timedelta(hours=1)
CUTOFF = retention.cutoff(retention.due(STARTED, POLICY), 7)


def killed(act: Callable[[rolling.Progress], object], after: str) -> None:
    """Run ``act`` in a process of its own, which kills itself -9 right after the step ``after``."""
    connection.close()
    child = os.fork()
    if not child:

        def die(step: str) -> None:
            if step == after:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            act(die)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the step {after} never came"
    assert os.WTERMSIG(status) == signal.SIGKILL


def opens(vault: Vault, call: Recording, *, on: timedelta = timedelta(0)) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON + on) == vaults.SOUND
    except NoLongerOpens:
        return False


def all_is_settled(vault: Vault) -> None:
    row, newest = vault.row(), rows.RollRecord.objects.latest("n")
    assert row.n == row.open_n == row.settled_n == newest.n
    assert vault.live.names() == {newest.live_name}
    assert not rows.RollRecord.objects.filter(n__lt=newest.n, live_dead_at=None).exists()
    ring.tend(vault, NOON)
    undated = vault.backup.names() - set(vault.backup.deaths())
    assert undated == {newest.backup_name}


@pytest.mark.parametrize("after", ROLL_STEPS)
def test_a_killed_erasure_is_finished_at_the_next_start(tmp_path: Path, after: str) -> None:
    safe = vaults.safe(tmp_path)
    vault = safe.vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    waiting = vaults.seal(vault, started_at=STARTED)
    drop = vaults.dying(erased)

    killed(lambda die: rolling.roll(vault, Changes(drop=drop), NOON, die), after)
    assert not opens(vault, erased)
    catch_up.catch_up(vault, NOON)

    if after in ROLL_STEPS[:2]:
        assert vault.row().n == 2
        rolling.roll(vault, Changes(drop=drop), NOON)
    all_is_settled(vault)
    assert vault.row().n == 3
    assert opens(vault, kept)
    assert opens(vault, waiting)
    Recording.objects.filter(pk=erased.pk).update(progress="sealed")
    assert not opens(vault, erased), "no page and no envelope knows it, whatever its row says"


@pytest.mark.parametrize("after", ROLL_STEPS)
def test_a_killed_expiry_keeps_what_is_held(tmp_path: Path, after: str) -> None:
    vault = vaults.safe(tmp_path).vault
    held, expired = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    hold = frozenset({(HoldId(ids.new()), RecordingId(held.pk))})
    rolling.roll(vault, Changes(place_holds=hold), NOON)
    vaults.dying(expired)
    changes = Changes(expire_days=frozenset({held.day}))

    killed(lambda die: rolling.roll(vault, changes, CUTOFF, die), after)
    catch_up.catch_up(vault, CUTOFF)

    if after in ROLL_STEPS[:2]:
        rolling.roll(vault, changes, CUTOFF)
    all_is_settled(vault)
    assert opens(vault, held, on=CUTOFF - NOON)
    assert not opens(vault, expired, on=CUTOFF - NOON)
    assert vault.root().count == 0


@pytest.mark.parametrize("after", ROLL_STEPS)
def test_a_house_killed_while_it_was_founded_can_be_founded(tmp_path: Path, after: str) -> None:
    vault = vaults.unfounded(tmp_path).vault

    killed(lambda die: rolling.found(vault, NOON, die), after)

    if after in ROLL_STEPS[:2]:
        rolling.found(vault, NOON)
    else:
        catch_up.catch_up(vault, NOON)
    call = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    all_is_settled(vault)
    assert opens(vault, call)


@pytest.mark.parametrize("after", ["applied"])
def test_a_killed_catch_up_goes_on_where_it_was(tmp_path: Path, after: str) -> None:
    vault = vaults.safe(tmp_path).vault
    kept, erased = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    rolling.roll(vault, Changes(), NOON)
    drop = vaults.dying(erased)
    killed(lambda die: rolling.roll(vault, Changes(drop=drop), NOON, die), "file_put")

    killed(lambda die: catch_up.catch_up(vault, NOON, progress=die), after)
    caught_up = catch_up.catch_up(vault, NOON)

    assert caught_up.applied == ()
    all_is_settled(vault)
    assert (opens(vault, kept), opens(vault, erased)) == (True, False)
