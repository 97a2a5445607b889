"""A capture node has a key an hour, sealed to but never opened by it, and each dies in a roll."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talteen.engine.vault.changes import Changes
from talteen.ids import IntakeKeyId
from talteen.life.seal import models as rows
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from tests.kit import vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
NORTH = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def enrolled(folder: Path) -> Vault:
    vault = vaults.safe(folder).vault
    rows.Node.objects.create(name="north", public=NORTH, seen_at=NOON)
    rolling.roll(vault, Changes(enrol={"north": NORTH}), NOON)
    return vault


def keys_of(vault: Vault, node: str = "north") -> list[IntakeKeyId]:
    """Oldest first, as the root has them."""
    held = [key for key in vault.root().intake if key.node == node]
    return [key.id for key in sorted(held, key=lambda key: key.opened_at)]


def test_the_roll_that_enrols_a_node_gives_it_its_first_key(tmp_path: Path) -> None:
    vault = enrolled(tmp_path)

    row = rows.IntakeKey.objects.get(node="north")
    assert keys_of(vault) == [row.id]
    assert row.closed_n is None


def test_a_roll_an_hour_later_gives_another_and_the_old_one_waits_for_the_node(
    tmp_path: Path,
) -> None:
    vault = enrolled(tmp_path)
    (first,) = keys_of(vault)

    rolling.roll(vault, Changes(), NOON + HOUR)
    second = keys_of(vault)[1]
    rolling.roll(vault, Changes(), NOON + 1.5 * HOUR)
    assert keys_of(vault) == [first, second]

    rows.Node.objects.update(knows=second, needs=[str(first)])
    rolling.roll(vault, Changes(), NOON + 1.6 * HOUR)
    assert keys_of(vault) == [first, second]

    rows.Node.objects.update(needs=[])
    rolling.roll(vault, Changes(), NOON + 1.7 * HOUR)
    assert keys_of(vault) == [second]
    assert rows.IntakeKey.objects.filter(id=first, closed_n=None).count() == 0


def test_node_offline_three_days_loses_nothing(tmp_path: Path) -> None:
    """keys-review 4: however many rolls go by, a node that was cut off finds its key alive."""
    vault = enrolled(tmp_path)
    (first,) = keys_of(vault)

    for hours in range(1, 73):
        rolling.roll(vault, Changes(), NOON + hours * HOUR)

    assert keys_of(vault)[0] == first


def test_a_node_that_never_comes_back_keeps_no_key_past_the_first_cutoff(tmp_path: Path) -> None:
    vault = enrolled(tmp_path)
    (first,) = keys_of(vault)

    rolling.roll(vault, Changes(), NOON + timedelta(days=90))

    assert first not in keys_of(vault)
