"""One call lives its whole life: handed in, sealed, opened for a case, destroyed on its day,
certified."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.demo import cast, material
from talteen.engine.vault.blobs.s3 import connect
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.seal import purge
from talteen.life.seal.acts import What
from talteen.life.use import listen
from talteen.notice.purposes import Purpose, Role
from talteen.register import access
from talteen.register.log import ledger
from talteen.register.models import Recording
from talteen.register.refusals import Closed
from talteen.register.staff.people import SignIn
from tests.kit import builders, houses, s3
from tests.kit.houses import Built
from tests.kit.keyrings import KINDS, Places

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["folder", "bucket"])
def home_with_store(
    request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A house whose sealed bytes lie in a folder, or in a versioned bucket of a real S3 server."""
    if request.param == "folder":
        yield home
        return
    with s3.seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        place = s3.bucket(server, versioned=True, expires=True)
        secret = home / "s3.secret"
        secret.write_text(place.secret_key)
        secret.chmod(0o600)
        (home / "talteen.toml").write_text(
            f'[blobs]\nbucket = "{place.bucket}"\nendpoint = "{place.endpoint}"\n'
            f'prefix = "house/"\naccess_key = "{place.access_key}"\n'
            f'secret_key_file = "{secret}"\n'
        )
        yield home
        left = connect(place).client.list_object_versions(Bucket=place.bucket, Prefix="house/blobs")
        assert not left.get("Versions")
        assert not left.get("DeleteMarkers")


def test_a_call_is_sealed_opened_for_its_case_and_destroyed_with_a_certificate(
    home_with_store: Path,
) -> None:
    _lives(houses.build(home_with_store, born_at=BORN))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "file"])
def test_a_call_lives_and_dies_by_every_kind_of_key_holder(
    kind: str, home: Path, tmp_path: Path, keyring: Callable[[str], Places]
) -> None:
    setting = keyring(kind).setting(tmp_path)
    (home / "talteen.toml").write_text(setting.toml)
    register = tmp_path / "register"
    shutil.copytree(material.root() / material.REGISTER, register)
    if kind == "kms":  # the wait of the service comes on top of the ring
        told = (register / "register.toml").read_text()
        (register / "register.toml").write_text(told.replace("margin_days = 7", "margin_days = 14"))

    built = houses.build(home, born_at=BORN, register=register, restore_secret=setting.restore)

    holders = (built.house.vault.live, built.house.vault.backup)
    assert [holder.declared.kind for holder in holders] == [kind, kind]
    _lives(built)


def _lives(built: Built) -> None:
    outcome = built.take_in(houses.spoken("001", TODAY))
    assert outcome.what is What.RECORDED
    recording = RecordingId(outcome.recording)
    eila = cast.first_of(Role.REGISTER_CONTACT)
    row = Recording.objects.get(pk=recording)
    case = builders.case(eila, calls=(row,), opened_at=built.clock.now())

    grant = access.grant(
        eila,
        Purpose.RIGHTS_OF_PARTIES,
        recording,
        case=case.reference,
        sign_in=SignIn.DEMO,
        at=built.clock.now(),
    )
    wav = listen.open_view(built.house.vault, grant, built.clock.now())
    assert b"".join(wav.read(0, 1 << 16))[:4] == b"RIFF"

    built.clock.at = row.cutoff_at + timedelta(minutes=30)
    swept = course.sweep(built.house, built.clock.now())

    assert swept.destroyed == 1
    with pytest.raises(Closed):
        access.grant(
            eila,
            Purpose.RIGHTS_OF_PARTIES,
            recording,
            case=case.reference,
            sign_in=SignIn.DEMO,
            at=built.clock.now(),
        )
    built.clock.at = row.due_at
    course.sweep(built.house, built.clock.now())

    gone = Destruction.objects.get(pk=recording)
    assert gone.backup_dead_at <= row.due_at
    assert ledger.certificate_text(built.house.log, bytes(gone.certificate_leaf))
    tried = attempt.attempt(built.house.vault, [recording], restore=built.restore)
    assert tried.opened
    assert not tried.found
    assert not any(Kind) or not list(built.house.vault.blobs.keys("blobs/"))


def test_what_a_crash_broke_off_in_the_store_goes_a_day_later(home: Path) -> None:
    built = houses.build(home, born_at=BORN)
    left = [built.house.config.paths.blobs / f".unfinished-{n}" for n in range(2)]
    for path in left:
        path.write_bytes(b"half of something")
    long_ago = time.time() - purge.UNFINISHED_FOR.total_seconds() - 60
    os.utime(left[0], (long_ago, long_ago))

    built.clock.at += timedelta(days=1)
    course.sweep(built.house, built.clock.now())

    assert [path.exists() for path in left] == [False, True]
