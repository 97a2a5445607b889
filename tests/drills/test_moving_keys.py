"""The live keys of a house move to another holder: one roll, killed anywhere, and no call is lost.

A real process is killed by the real signal; the holders are folders, a token and a server.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import config as configs
from talteen import course, waking, wiring
from talteen.engine.vault.changes import Changes
from talteen.engine.vault.holders.moving import MovingHolder
from talteen.errors import ConfigError, KeyGone
from talteen.ids import RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.models import RollRecord
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import DestroyedEverywhere
from tests.kit import houses, vaults
from tests.kit.builders import NOON
from tests.kit.houses import Built
from tests.kit.keyrings import Places
from tests.kit.processes import killed_at
from tests.kit.vaults import ROLL_STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def with_keys_in(built: Built, folder: Path) -> Built:
    """The same house, as its operator sets it up anew: the live keys lie in ``folder``."""
    home = built.house.config.home
    (home / "talteen.toml").write_text(f'[paths]\nkeys_live = "{folder}"\n')
    made = wiring.build(configs.load(home), clock=built.clock)
    return replace(built, house=made)


def generations(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.key"))


def test_keys_whose_move_is_killed_anywhere_lie_in_the_new_holder_once_it_is_run_again(
    home: Path, tmp_path: Path
) -> None:
    built = houses.build(home, born_at=BORN)
    recording = RecordingId(built.take_in(houses.spoken("001", TODAY)).recording)
    course.roll(built.house, built.clock.now())
    dek = built.house.vault.entry(recording, built.clock.now()).dek
    folders = [home / "keys-live", tmp_path / "other"]

    for step in ROLL_STEPS:
        former = built.house.config
        built = with_keys_in(built, folders[1])
        house = built.house

        def move(progress: Callable[[str], None], house=house, former=former) -> None:  # type: ignore[no-untyped-def]
            waking.move_keys(house, former, progress)

        assert killed_at(step, move), step
        waking.move_keys(house, former)

        assert generations(folders[0]) == [], step
        assert len(generations(folders[1])) == 1, step
        assert house.vault.entry(recording, built.clock.now()).dek == dek, step
        folders.reverse()

    course.roll(built.house, built.clock.now())
    assert built.house.vault.entry(recording, built.clock.now()).dek == dek


def test_every_kind_of_holder_takes_the_keys_of_another_and_leaves_it_none(
    tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    vault = replace(vaults.safe(tmp_path).vault, margin_days=8)
    call = vaults.seal(vault)
    rolling.roll(vault, Changes(), NOON)
    former, at = vault.live, NOON

    for kind in ("openbao", "kms", "pkcs11", "file"):
        at += timedelta(hours=1)
        into = keyring(kind).live()()
        rolling.roll(replace(vault, live=MovingHolder(former, into)), Changes(), at)

        vault = replace(vault, live=into)
        assert former.names() == frozenset()
        assert len(into.names()) == 1
        assert vaults.sound_of(vault, call, at) == vaults.SOUND
        former = into

    kinds = RollRecord.objects.order_by("n").values_list("live_kind", flat=True)
    assert list(kinds) == ["file", "file", "openbao", "kms", "pkcs11", ""]


def test_a_certificate_names_the_holder_in_which_the_key_died(
    home: Path, tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    built = houses.build(home, born_at=BORN)
    first, second = (houses.recorded(built, name, TODAY) for name in ("001", "002"))
    course.roll(built.house, built.clock.now())
    houses.erase(built, first)
    former = built.house.config
    live, _, _ = keyring("openbao").setting(tmp_path).toml.partition("[keys_ring]")
    (home / "talteen.toml").write_text(live)
    moved = replace(built, house=wiring.build(configs.load(home), clock=built.clock))

    waking.move_keys(moved.house, former)
    houses.erase(moved, second)
    for _ in range(9):
        moved.clock.at += timedelta(days=1)
        course.sweep(moved.house, moved.clock.now())

    found = (one.entered.entry for one in ledger.find(DestroyedEverywhere))
    told = {one.recording: one for one in found}
    assert told[first].live_holder.value == "file"
    assert told[second].live_holder.value == "openbao"


def test_a_house_that_is_told_of_an_empty_holder_does_not_start_and_says_what_to_do(
    home: Path, tmp_path: Path
) -> None:
    built = houses.build(home, born_at=BORN)
    moved = with_keys_in(built, tmp_path / "other")

    with pytest.raises(ConfigError, match="talteen keys move"):
        waking.wake(moved.house)
    with pytest.raises(ConfigError, match="already"):
        waking.move_keys(moved.house, moved.house.config)
    assert generations(home / "keys-live"), "nothing died"


def test_settings_that_name_neither_holder_of_the_keys_move_nothing(
    home: Path, tmp_path: Path
) -> None:
    built = houses.build(home, born_at=BORN)
    wrong = with_keys_in(built, tmp_path / "wrong").house.config
    moved = with_keys_in(built, tmp_path / "other")

    with pytest.raises(KeyGone, match="neither"):
        waking.move_keys(moved.house, wrong)
    assert generations(home / "keys-live"), "nothing died"
