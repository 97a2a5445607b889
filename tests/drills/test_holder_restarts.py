"""A key holder goes away in the middle of an erasure, and the house ends it once the holder is
back: no start, no command (DESIGN 13). Here the holder is a disk that is not mounted for a while.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders import HolderAway
from talteen.engine.vault.roll import Overtaken
from talteen.errors import NoLongerOpens
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied
from talteen.life.destroy.rules import Reason
from talteen.life.seal import catch_up, rolling
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]


def next_sweep(vault: Vault) -> None:
    """What a sweep does for the dying, and the roll of the hour."""
    try:
        destroy.expire(vault, NOON)
    except Overtaken:
        catch_up.catch_up(vault, NOON)
        destroy.expire(vault, NOON)
    rolling.roll(vault, Changes(), NOON)


@pytest.mark.parametrize("holder", ["keys-live", "keys-ring"])
def test_an_erasure_that_lost_its_key_holder_anywhere_is_ended_when_it_is_back(
    tmp_path: Path, holder: str
) -> None:
    made = vaults.safe(tmp_path)
    vault = replace(made.vault, on_apply=lambda roll: applied.apply(roll, margin_days=7))
    kept = vaults.seal(vault)
    disk, elsewhere = tmp_path / holder, tmp_path / "unplugged"
    missed = 0
    for step in ROLL_STEPS:
        erased = vaults.seal(vault)

        def unplug(done: str, step: str = step) -> None:
            if done == step:
                disk.rename(elsewhere)

        drop = vaults.dying(erased)
        Recording.objects.filter(pk=erased.pk).update(destroy_reason=Reason.REQUEST.value)
        leaves = partial(applied.leaves, at=NOON)
        try:
            rolling.roll(vault, Changes(drop=drop, leaves=leaves), NOON, unplug)
        except HolderAway:
            missed += 1
        if elsewhere.exists():  # what wrote there meanwhile is not on the disk that comes back
            with suppress(FileNotFoundError):
                disk.rmdir()
            elsewhere.rename(disk)
        next_sweep(vault)

        row = vault.row()
        assert row.n == row.open_n == row.settled_n, step
        assert len(vault.live.names()) == 1, step
        assert vaults.sound_of(vault, kept, NOON) == vaults.SOUND, step
        with pytest.raises(NoLongerOpens):
            vaults.sound_of(vault, erased, NOON)
        made.reaper.reap(NOON + timedelta(days=30))
    assert missed or holder == "keys-ring"
