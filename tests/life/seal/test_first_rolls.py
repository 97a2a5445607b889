"""A recording's key: handed in sealed, folded by a roll, gone after the next one that leaves it out."""

from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.plan import Changes
from talteen.errors import KeyGone, NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.seal import rolling
from talteen.register.states import Progress
from tests.kit import builders, vaults
from tests.kit.builders import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_recording_opens_from_its_envelope_and_after_the_roll_from_its_page(
    tmp_path: Path,
) -> None:
    made = vaults.make(tmp_path, NOON)
    row = builders.recording()

    before = vaults.hand_in(made.vault, row, number="+358505550112", sound=b"hei")
    rolling.roll(made.vault, Changes(), NOON)
    after = made.vault.entry(RecordingId(row.pk), NOON)

    assert (before.dek, after.number) == (after.dek, "+358505550112")
    (ref,) = made.vault.refs(RecordingId(row.pk), after)
    assert made.vault.open_blob(RecordingId(row.pk), ref, after).read(0, 3) == b"hei"


def test_a_dropped_recording_opens_nowhere_and_its_generation_is_dead(tmp_path: Path) -> None:
    made = vaults.make(tmp_path, NOON)
    row, other = builders.recording(), builders.recording()
    vaults.hand_in(made.vault, row)
    vaults.hand_in(made.vault, other)
    rolling.roll(made.vault, Changes(), NOON)
    old = rolling.read_file(made.vault, 2)

    row.progress = Progress.DESTROYING.value
    row.save()
    rolling.roll(made.vault, Changes(drop={RecordingId(row.pk): "request"}), NOON)

    with pytest.raises(NoLongerOpens):
        made.vault.entry(RecordingId(row.pk), NOON)
    with pytest.raises(KeyGone):
        made.vault.live.unwrap(old.live.name, old.live.wrapped)
    assert made.vault.entry(RecordingId(other.pk), NOON).dek


def test_a_backup_key_dies_six_days_after_it_was_superseded(tmp_path: Path) -> None:
    made = vaults.make(tmp_path, NOON)
    rolling.roll(made.vault, Changes(), NOON + timedelta(hours=1))

    early = made.reaper.reap(NOON + timedelta(days=6))
    on_time = made.reaper.reap(NOON + timedelta(days=6, hours=1))

    assert (len(early), len(on_time)) == (0, 1)
