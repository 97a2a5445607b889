"""The vault opens what it should, and nothing that it should not."""

from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.changes import Changes
from talteen.errors import NoLongerOpens
from talteen.life.seal import rolling
from tests.kit import vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_plays_from_the_moment_it_is_handed_in(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault

    call = vaults.seal(vault)

    assert vaults.sound_of(vault, call, NOON) == vaults.SOUND


def test_a_call_plays_after_its_key_was_folded_into_a_page(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault)

    rolling.roll(vault, Changes(), NOON)

    assert vaults.sound_of(vault, call, NOON) == vaults.SOUND


def test_an_erased_call_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    kept, erased = vaults.seal(vault), vaults.seal(vault)
    rolling.roll(vault, Changes(), NOON)

    vaults.erase(vault, erased, now=NOON + timedelta(minutes=1))

    assert vaults.sound_of(vault, kept, NOON) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, erased, NOON)
