"""Before a day's key dies in a roll, what stays of its index is copied under the key that comes.

The calls here have no sealed words at all: what is found was carried, and read from no ciphertext.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from talteen.engine.vault.blobs.reserve import Reserve
from talteen.engine.vault.changes import Changes
from talteen.ids import RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.life.transcribe import indexing
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.query import parse
from talteen.register.models import Recording
from tests.kit import indexed, vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
WORDS = ("xylofoni", "pasuuna", "kanervikko")


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    folder = tmp_path / "shards"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def vault(tmp_path: Path, shards: Path) -> Vault:
    vault = vaults.safe(tmp_path).vault
    vault.before_roll = partial(indexing.carry, vault, shards)
    return vault


@pytest.fixture
def calls(vault: Vault, shards: Path) -> list[Recording]:
    """Three calls of one day, in its index."""
    calls = [vaults.seal(vault) for _ in WORDS]
    rolling.roll(vault, Changes(), NOON)
    indexed.lay(vault, shards, dict(zip(calls, WORDS, strict=True)), NOON)
    return calls


def found(vault: Vault, shards: Path, day: date) -> set[str]:
    with Shard.open(indexing.shard_path(shards, day), vault.shard_key(day)) as shard:
        return {word for word in WORDS if shard.find(parse(word))}


def drop(call: Recording) -> Changes:
    return Changes(drop=vaults.dying(call))


def test_after_an_erasure_a_day_is_found_in_again_though_no_call_was_opened(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    day, before = calls[0].day, vault.shard_key(calls[0].day)

    rolling.roll(vault, drop(calls[0]), NOON + HOUR)
    indexing.rebuild_day(vault, shards, day, NOON + HOUR)

    assert vault.shard_key(day) != before
    assert found(vault, shards, day) == {"pasuuna", "kanervikko"}
    assert indexing.behind(vault, shards) == []
    assert [each.name for each in shards.iterdir()] == [f"{day}.shard"]


def test_a_second_erasure_of_a_day_needs_no_sweep_after_the_first(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    for gone in calls[:2]:
        rolling.roll(vault, drop(gone), NOON + HOUR)

    assert indexing.bring_up(vault, shards, calls[0].day, NOON + HOUR)

    assert found(vault, shards, calls[0].day) == {"kanervikko"}


def test_what_died_while_a_copy_waited_is_not_in_the_day_that_takes_it(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    rolling.roll(vault, drop(calls[0]), NOON + HOUR)
    vaults.dying(calls[1])

    indexing.rebuild_day(vault, shards, calls[0].day, NOON + HOUR)

    assert found(vault, shards, calls[0].day) == {"kanervikko"}


def test_a_copy_from_before_another_roll_is_never_given_a_key(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    """It may hold what died in that roll."""
    made: list[Mapping[date, bytes]] = []
    other = replace(vault, before_roll=None)

    def overtaken(changes: Changes) -> Mapping[date, bytes]:
        made.append(indexing.carry(vault, shards, changes))
        rolling.roll(other, drop(calls[1]), NOON + HOUR)
        return made[0]

    vault.before_roll = overtaken
    rolling.roll(vault, drop(calls[0]), NOON + HOUR)

    assert set(made[0]) == {calls[0].day}
    assert vault.shard_key(calls[0].day) != made[0][calls[0].day]


def test_on_a_full_disk_what_is_left_is_the_rolls(
    vault: Vault, shards: Path, calls: list[Recording], tmp_path: Path
) -> None:
    vault.reserve = Reserve(tmp_path, reserve_bytes=1 << 62)

    assert indexing.carry(vault, shards, drop(calls[0])) == {}
    assert [each.name for each in shards.iterdir()] == [f"{calls[0].day}.shard"]


def test_a_day_that_has_no_index_here_or_a_torn_one_is_left_for_after_the_roll(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    elsewhere = vaults.seal(vault, started_at=NOON - timedelta(days=2))
    gone = dict.fromkeys((RecordingId(calls[0].pk), RecordingId(elsewhere.pk)), "request")
    indexing.shard_path(shards, calls[0].day).write_bytes(b"torn")

    assert indexing.carry(vault, shards, Changes(drop=gone)) == {}


def test_a_roll_that_takes_nothing_copies_nothing(
    vault: Vault, shards: Path, calls: list[Recording]
) -> None:
    vaults.seal(vault)

    rolling.roll(vault, Changes(), NOON + HOUR)

    assert found(vault, shards, calls[0].day) == set(WORDS)
    assert [each.name for each in shards.iterdir()] == [f"{calls[0].day}.shard"]
