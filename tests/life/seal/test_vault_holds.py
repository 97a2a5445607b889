"""A held call outlives its cutoff for its hold, and not a moment longer."""

from datetime import timedelta
from pathlib import Path

import pytest

from talteen import ids
from talteen.engine.vault.changes import Changes
from talteen.errors import Conflict, KeyGone, NoLongerOpens
from talteen.ids import CaseId, HoldId, RecordingId
from talteen.life.seal import rolling
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON, POLICY

pytestmark = pytest.mark.django_db(transaction=True)

STARTED = NOON - timedelta(hours=1)
CUTOFF = retention.cutoff(retention.due(STARTED, POLICY), 7)


def place(vault: Vault, call: Recording) -> HoldId:
    hold = HoldId(ids.new())
    placed = Changes(place_holds=frozenset({(hold, RecordingId(call.pk))}))
    rolling.roll(vault, placed, NOON)
    return hold


def expire(vault: Vault, *calls: Recording, held: Recording | None = None) -> None:
    vaults.dying(*(call for call in calls if call != held))
    rolling.roll(vault, Changes(expire_days=frozenset({calls[0].day})), CUTOFF)


def test_a_held_recording_outlives_its_cutoff_and_its_neighbour_does_not(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    held, other = (vaults.seal(vault, started_at=STARTED) for _ in range(2))
    place(vault, held)

    expire(vault, held, other, held=held)

    assert vaults.sound_of(vault, held, CUTOFF) == vaults.SOUND
    assert vaults.sound_of(vault, held, CUTOFF + timedelta(days=400)) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, other, CUTOFF)


def test_a_release_past_the_cutoff_destroys_in_the_same_roll(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    held = vaults.seal(vault, started_at=STARTED)
    hold = place(vault, held)
    expire(vault, held, held=held)
    released = frozenset({(hold, RecordingId(held.pk))})

    with pytest.raises(Conflict):
        rolling.roll(vault, Changes(release_holds=released), CUTOFF)
    drop = vaults.dying(held)
    rolled = rolling.roll(vault, Changes(release_holds=released, drop=drop), CUTOFF)

    assert [gone.recording for gone in rolled.file.destroyed] == [held.pk]
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, held, CUTOFF)


def test_a_release_before_the_cutoff_changes_nothing_else(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    held = vaults.seal(vault, started_at=STARTED)
    hold = place(vault, held)

    released = frozenset({(hold, RecordingId(held.pk))})
    rolling.roll(vault, Changes(release_holds=released), NOON)

    assert vaults.sound_of(vault, held, NOON) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, held, CUTOFF)


@pytest.mark.parametrize("first", [0, 1])
def test_two_holds_any_release_order(tmp_path: Path, first: int) -> None:
    vault = vaults.safe(tmp_path).vault
    held = vaults.seal(vault, started_at=STARTED)
    recording = RecordingId(held.pk)
    holds = [place(vault, held), place(vault, held)]
    expire(vault, held, held=held)

    one = frozenset({(holds[first], recording)})
    rolling.roll(vault, Changes(release_holds=one), CUTOFF)
    assert vaults.sound_of(vault, held, CUTOFF) == vaults.SOUND

    other = frozenset({(holds[1 - first], recording)})
    drop = vaults.dying(held)
    rolling.roll(vault, Changes(release_holds=other, drop=drop), CUTOFF)
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, held, CUTOFF)


@pytest.mark.parametrize("order", ["with the expiry", "before it", "after it"])
def test_hold_during_expiry_roll_both_orders(tmp_path: Path, order: str) -> None:
    """The lock of rolls decides: a hold stands in a roll file, or the recording is gone."""
    vault = vaults.safe(tmp_path).vault
    call = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    placed = frozenset({(HoldId(ids.new()), RecordingId(call.pk))})
    days = frozenset({call.day})

    if order == "with the expiry":
        rolling.roll(vault, Changes(expire_days=days, place_holds=placed), CUTOFF)
    elif order == "before it":
        rolling.roll(vault, Changes(place_holds=placed), CUTOFF)
        rolling.roll(vault, Changes(expire_days=days), CUTOFF)
    else:
        vaults.dying(call)
        rolling.roll(vault, Changes(expire_days=days), CUTOFF)
        with pytest.raises(Conflict):
            rolling.roll(vault, Changes(place_holds=placed), CUTOFF)

    if order == "after it":
        with pytest.raises(NoLongerOpens):
            vaults.sound_of(vault, call, CUTOFF)
    else:
        assert vaults.sound_of(vault, call, CUTOFF) == vaults.SOUND


def test_a_held_recording_cannot_be_erased(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    held = vaults.seal(vault, started_at=STARTED)
    place(vault, held)

    with pytest.raises(Conflict):
        vaults.erase(vault, held, now=NOON)


def test_released_hold_dead_while_case_file_opens(tmp_path: Path) -> None:
    vault = vaults.safe(tmp_path).vault
    held, case = vaults.seal(vault, started_at=STARTED), CaseId(ids.new())
    hold = place(vault, held)
    rolling.roll(vault, Changes(open_cases=frozenset({case})), NOON)
    key = vault.case_key(case)
    expire(vault, held, held=held)

    released = frozenset({(hold, RecordingId(held.pk))})
    drop = vaults.dying(held)
    rolling.roll(vault, Changes(release_holds=released, drop=drop), CUTOFF)

    assert vault.case_key(case) == key
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, held, CUTOFF)
    rolling.roll(vault, Changes(close_cases=frozenset({case})), CUTOFF)
    with pytest.raises(KeyGone):
        vault.case_key(case)
