"""Torn and flipped bytes in a living house: named, never served, told (DESIGN 13; issue 4).

Which recording, which bytes: of a page, a roll file, a tile, a blob.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talteen import course
from talteen.engine.vault import rollfile
from talteen.engine.vault.changes import Changes
from talteen.errors import KeyGone, NoLongerOpens, TalteenError, Tampered, Unavailable
from talteen.ids import RecordingId
from talteen.life.seal import catch_up, rolling, scrub
from talteen.life.seal.scrub import Wrong
from talteen.life.seal.vault import Vault
from talteen.oversight import damage, integrity
from talteen.register.models import Recording
from talteen.register.post.message_models import OutgoingMessage
from tests.kit import houses, vaults
from tests.kit.builders import NOON
from tests.kit.flipped import flipped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STARTED = NOON - timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """A vault with one call, folded, and where its blob lies."""

    vault: Vault
    row: Recording
    blob: Path

    @property
    def call(self) -> RecordingId:
        return RecordingId(self.row.pk)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    vault = vaults.safe(tmp_path).vault
    row = vaults.seal(vault, started_at=STARTED)
    rolling.roll(vault, Changes(), NOON)
    (blob,) = (path for path in (tmp_path / "blobs/blobs").rglob("*") if path.is_file())
    return Scene(vault, row, blob)


def serves(scene: Scene) -> bool:
    """Whether a door would give the very sound; anything but it or an error fails the test."""
    scene.vault.forget()
    try:
        sound = vaults.sound_of(scene.vault, scene.row, NOON)
    except TalteenError:
        return False
    assert sound == vaults.SOUND, "what was never said was served"
    return True


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_any_flipped_or_torn_byte_of_a_blob_is_named_and_never_served(
    scene: Scene, data: st.DataObject
) -> None:
    whole = scene.blob.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        bit = data.draw(st.integers(0, 7))
        wrong = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    else:
        wrong = whole[:at]
    scene.blob.write_bytes(wrong)
    try:
        assert not serves(scene)
        found = list(scrub.blobs(scene.vault))
        assert {one.recording for one in found} == {scene.call}
        assert any(one.start <= at < one.end for one in found)
        assert all(one.name.endswith(scene.blob.name) for one in found)
    finally:
        scene.blob.write_bytes(whole)
    assert list(scrub.blobs(scene.vault)) == []


def test_a_blob_that_is_gone_is_named_whole(scene: Scene) -> None:
    size = scene.blob.stat().st_size
    scene.blob.unlink()

    assert not serves(scene)
    (wrong,) = scrub.blobs(scene.vault)
    assert (wrong.recording, wrong.start, wrong.end) == (scene.call, 0, size)


@pytest.mark.parametrize(
    "spoil",
    [
        "set_byte(sealed, 40, get_byte(sealed, 40) # 1)",
        "substr(sealed, 1, octet_length(sealed) / 2)",
        "''",
    ],
)
def test_a_page_that_somebody_changed_is_named_and_opens_nothing(scene: Scene, spoil: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE key_page SET sealed = {spoil}::bytea")

    assert not serves(scene)
    found = list(scrub.key_plane(scene.vault))
    assert [one.kind for one in found] == ["page"]


def torn(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize("spoil", [flipped, torn])
def test_a_roll_file_that_somebody_changed_is_named_and_a_start_refuses_it(
    scene: Scene, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "blobs" / rollfile.key_of(2)
    path.write_bytes(spoil(path.read_bytes()))

    assert list(scrub.key_plane(scene.vault)) == [
        Wrong("roll_file", rollfile.key_of(2), None, 0, path.stat().st_size)
    ]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault SET settled_n = 1")
    with pytest.raises(Tampered):
        catch_up.catch_up(scene.vault, NOON)
    with pytest.raises((Unavailable, Tampered, NoLongerOpens, KeyGone)):
        rolling.roll(scene.vault, Changes(), NOON)


def test_a_roll_file_of_another_day_in_its_place_breaks_the_chain(
    scene: Scene, tmp_path: Path
) -> None:
    rolling.roll(scene.vault, Changes(), NOON)
    first, other = (tmp_path / "blobs" / rollfile.key_of(n) for n in (1, 2))
    other.write_bytes(first.read_bytes())

    assert rollfile.key_of(2) in {one.name for one in scrub.key_plane(scene.vault)}


def test_damage_is_told_once_with_its_bytes_and_kept_as_the_draft_of_a_breach(
    tmp_path: Path,
) -> None:
    built = houses.build(tmp_path / "house", born_at=BORN)
    call = RecordingId(built.take_in(houses.spoken("022", NEWEST)).recording)
    course.roll(built.house, built.clock.now())
    course.sweep(built.house, built.clock.now())
    house, now = built.house, built.clock.now()
    blob = house.vault.entry(call, now).blobs[0]
    path = next(house.config.paths.blobs.rglob(str(blob.id)))
    path.write_bytes(flipped(path.read_bytes(), 60))
    tiles = (house.config.paths.blobs / "log/tile/0").rglob("*.p/*")
    tile = max(tiles, key=lambda path: int(path.name))
    whole = tile.read_bytes()
    tile.write_bytes(flipped(whole))

    places = [integrity.check(house.vault, house.log, house.register, now) for _ in range(2)]

    assert places[0] == places[1]
    assert {place.kind for place in places[0]} == {"blob", "tile"}
    drafts = damage.standing()
    assert [draft.recording for draft in drafts if draft.kind == "blob"] == [call]
    assert len(drafts) == len(places[0])
    mails = OutgoingMessage.objects.filter(key__startswith="damage:")
    assert mails.count() == len({house.register.dpo.email, house.register.contact.email})
    assert str(call) in mails[0].body

    path.write_bytes(flipped(path.read_bytes(), 60))
    tile.write_bytes(whole)
    assert integrity.check(house.vault, house.log, house.register, now) == ()
    assert damage.standing() == ()
