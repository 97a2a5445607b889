"""What a vault makes of holders that are services: k counts their copies, and a key that comes back
dies again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders import credential
from talteen.engine.vault.holders.kms import KmsLiveHolder
from talteen.errors import ConfigError
from talteen.life.seal import ring, rolling
from tests.kit import vaults
from tests.kit.builders import NOON
from tests.kit.keyrings import KINDS, Places
from tests.kit.keyrings.kms import Kms

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def test_k_counts_a_backup_keys_own_copies_on_top_of_the_ring(
    tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    """Of a live key they count from the cutoff on, of a backup key from its date of death on."""
    vault = vaults.unfounded(tmp_path).vault
    service = keyring("kms")
    live = service.live()()
    backup = service.ring(credential.make_restore_credential()).backup

    with pytest.raises(ConfigError, match="margin_days"):
        replace(vault, live=live, margin_days=7)
    replace(vault, live=live, margin_days=8)
    with pytest.raises(ConfigError, match="margin_days"):
        replace(vault, backup=backup, margin_days=13)
    replace(vault, backup=backup, margin_days=14)


def test_a_live_key_whose_deletion_was_cancelled_is_destroyed_again_and_told(
    tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    service = keyring("kms")
    assert isinstance(service, Kms)
    live = service.live()()
    assert isinstance(live, KmsLiveHolder)
    vault = replace(vaults.unfounded(tmp_path).vault, live=live, margin_days=8)
    rolling.found(vault, NOON)
    ((old, key),) = live.keys.listed().keys.items()
    assert rolling.roll(vault, Changes(), NOON + HOUR).late_keys == ()
    administrator = service.keys("administrator", live.keys.prefix).client

    administrator.cancel_key_deletion(KeyId=key)

    with capture_logs() as told:
        assert rolling.roll(vault, Changes(), NOON + 2 * HOUR).late_keys == (old,)
    assert [line["count"] for line in told if line["event"] == "keys.revived"] == [1]
    assert old not in live.names()
    assert rolling.roll(vault, Changes(), NOON + 3 * HOUR).late_keys == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_week_of_rolls_leaves_one_live_key_and_the_ring_of_its_days(
    kind: str, tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    made = credential.make_restore_credential()
    places = keyring(kind)
    parts = places.ring(made)
    vault = replace(
        vaults.unfounded(tmp_path).vault,
        live=places.live()(),
        backup=parts.backup,
        margin_days=14,
    )
    rolling.found(vault, NOON)
    for day in range(1, 8):
        now = NOON + timedelta(days=day)
        rolled = rolling.roll(vault, Changes(), now)
        assert not rolled.unbacked
        parts.reaper.reap(now)
        assert ring.tend(vault, now) == ()

    file = rolled.file
    assert file.backup is not None
    assert vault.live.names() == {file.live.name}
    assert len(vault.backup.names()) == 7  # today's, and those superseded in the last six days
    opened = parts.restore.unwrap(file.backup.name, file.backup.wrapped)
    assert opened == vault.live.unwrap(file.live.name, file.live.wrapped)
