"""Two vaults on one key plane, met at every step of each other: put-if-absent decides, both
databases end the same, and no call that lives is lost (keys-review 3; DESIGN 5).

After a fail-over two publishers may live at once. Here the second rolls while the first stands
still after each of its steps, and is itself stopped for good after each of its own.
"""

import threading
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import connection

from talteen.engine.vault.changes import Changes
from talteen.errors import Conflict, KeyGone, NoLongerOpens, TalteenError
from talteen.life.seal import catch_up, rolling
from talteen.life.seal.memory import Memory
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.copies import Copies

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

STARTED = NOON - timedelta(hours=1)
STEPS = ("live_key_created", "backup_key_created", "file_put", "applied", "live_key_destroyed")
WHOLE = "never"


class Stopped(BaseException):
    """Nothing of this process goes on: as kill -9, but for the memory of the test."""


def another(vault: Vault) -> Vault:
    return replace(vault, _memory=Memory())


def opens(vault: Vault, call: Recording) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON) == vaults.SOUND
    except (NoLongerOpens, KeyGone):
        return False


def test_two_vaults_met_at_every_step(tmp_path: Path, copies: Copies) -> None:
    vault = vaults.safe(tmp_path).vault
    kept = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    standby = copies.standby()
    won: set[str] = set()

    for ours, theirs in product(STEPS, (*STEPS[:4], WHOLE)):
        n = vault.row().n + 1

        def other_rolls(theirs: str = theirs) -> None:
            def stop(step: str) -> None:
                if step == theirs:
                    raise Stopped

            with copies.at(standby):
                try:
                    rolling.roll(another(vault), Changes(), NOON, stop)
                except (Stopped, TalteenError):
                    pass
                finally:
                    connection.close()

        def meet(step: str, ours: str = ours) -> None:
            if step == ours:
                thread = threading.Thread(target=other_rolls)
                thread.start()
                thread.join()

        try:
            rolling.roll(vault, Changes(), NOON, meet)
            won.add("ours")
        except Conflict:
            won.add("theirs")
        except KeyGone:
            # The other one settled first, and let the key die that we were proving.
            won.add("theirs")
        vault.forget()
        catch_up.catch_up(vault, NOON)
        with copies.at(standby):
            late = another(vault)
            catch_up.catch_up(late, NOON)
            assert opens(late, kept), (ours, theirs)
            assert late.row().n == vault.row().n
            connection.close()

        assert vault.row().n >= n
        assert opens(vault, kept), (ours, theirs)
        assert rolling.read_file(vault, vault.row().n).live.name in vault.live.names()

    assert won == {"ours", "theirs"}
    rolling.roll(vault, Changes(), NOON)
    assert len(vault.live.names()) == 1
