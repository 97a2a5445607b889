"""The S3 store: the contract against two servers, versions that die, buckets that are refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from talteen.engine.vault.blobs import erasable
from talteen.engine.vault.blobs.erasable import Bucket, prove_erasable
from talteen.engine.vault.blobs.s3 import PART_BYTES, Place, S3Store, connect
from talteen.errors import ConfigError, Unavailable
from tests.kit import s3
from tests.kit.suites.blobs import BlobStoreSuite


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with s3.seaweed(tmp_path_factory.mktemp("seaweed")) as place:
        yield place


@pytest.fixture(scope="module")
def moto() -> Iterator[Place]:
    with s3.moto() as place:
        yield place


@pytest.fixture(params=["seaweed", "moto"])
def server(request: pytest.FixtureRequest) -> Place:
    place: Place = request.getfixturevalue(request.param)
    return place


class TestS3Store(BlobStoreSuite):
    @pytest.fixture
    def store(self, server: Place) -> S3Store:
        return connect(s3.bucket(server))


class TestS3StoreBelowAPrefixOfAVersionedBucket(BlobStoreSuite):
    @pytest.fixture
    def store(self, server: Place) -> S3Store:
        place = s3.bucket(server, versioned=True)
        return connect(replace(place, prefix="house/"))


def versions(store: S3Store) -> int:
    """Versions and delete markers in the whole bucket."""
    found = store.client.list_object_versions(Bucket=store.bucket)
    return len(found.get("Versions", ())) + len(found.get("DeleteMarkers", ()))


def test_what_is_large_goes_up_in_parts_and_comes_back_whole(server: Place) -> None:
    store = connect(s3.bucket(server))
    blocks = [bytes([n]) * (1 << 20) for n in range(2 * (PART_BYTES >> 20) + 3)]

    store.put("sound/a", blocks)

    assert store.size("sound/a") == len(blocks) << 20
    assert store.read("sound/a", PART_BYTES - 1, 2) == bytes([7, 8])
    assert store.read("sound/a") == b"".join(blocks)


def test_a_large_write_that_breaks_off_leaves_no_part_behind(moto: Place) -> None:
    store = connect(s3.bucket(moto))

    def broken() -> Iterator[bytes]:
        yield bytes(2 * PART_BYTES + 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.put("sound/a", broken())

    assert not store.client.list_multipart_uploads(Bucket=store.bucket).get("Uploads")


def test_uploads_that_a_crash_left_are_swept_once_they_are_old(seaweed: Place) -> None:
    store = connect(s3.bucket(seaweed))
    store.client.create_multipart_upload(Bucket=store.bucket, Key="sound/a")
    now = datetime.now(UTC)

    assert store.sweep(now - timedelta(hours=1)) == 0
    assert store.sweep(now + timedelta(hours=1)) == 1
    assert store.sweep(now + timedelta(hours=1)) == 0


@pytest.mark.parametrize("count", [2, 120], ids=["asked by name", "found in a listing"])
def test_deletion_takes_every_version_with_it(server: Place, count: int) -> None:
    store = connect(s3.bucket(server, versioned=True))
    keys = [f"sound/{n:03d}" for n in range(count)]
    for key in (*keys, "sound/other"):
        store.put(key, [b"first"])
        store.put(key, [b"second"])
    store.client.delete_object(Bucket=store.bucket, Key=keys[0])  # a marker, as others leave it

    assert store.delete(keys) == count - 1
    assert list(store.keys()) == ["sound/other"]
    assert versions(store) == 2


def test_of_a_key_that_begins_another_only_itself_dies(server: Place) -> None:
    store = connect(s3.bucket(server, versioned=True))
    for key in ("sound/a", "sound/ab", "sound/a/b"):
        store.put(key, [b"x"])

    assert store.delete(["sound/a"]) == 1
    assert list(store.keys()) == ["sound/a/b", "sound/ab"]


def test_a_plain_bucket_is_erasable_and_the_proof_leaves_nothing(server: Place) -> None:
    store = connect(s3.bucket(server))

    assert prove_erasable(store) == Bucket(versioned=False)
    assert versions(store) == 0


def test_a_versioned_bucket_is_erasable_where_old_versions_expire(moto: Place) -> None:
    with pytest.raises(ConfigError, match="keeps old versions for ever"):
        prove_erasable(connect(s3.bucket(moto, versioned=True)))
    store = connect(s3.bucket(moto, versioned=True, expires=True))

    assert prove_erasable(store).noncurrent_days == 1
    assert versions(store) == 0


def test_a_rule_for_another_part_of_the_bucket_does_not_count(moto: Place) -> None:
    place = s3.bucket(moto, versioned=True)
    rules = [s3.EXPIRES["Rules"][0] | {"Filter": {"Prefix": "elsewhere/"}}]
    connect(place).client.put_bucket_lifecycle_configuration(
        Bucket=place.bucket,
        LifecycleConfiguration={"Rules": rules},  # type: ignore[typeddict-item]
    )

    with pytest.raises(ConfigError, match="keeps old versions for ever"):
        prove_erasable(connect(replace(place, prefix="house/")))
    assert erasable.read(connect(replace(place, prefix="elsewhere/x/"))).noncurrent_days == 1


def test_a_bucket_that_retains_by_default_is_refused(moto: Place) -> None:
    store = connect(s3.bucket(moto, locked=True))
    store.client.put_object_lock_configuration(
        Bucket=store.bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )

    with pytest.raises(ConfigError, match="retains everything by default"):
        prove_erasable(store)


@pytest.mark.parametrize(
    ("bucket", "why"),
    [
        (Bucket(versioned=True, replicated=True, noncurrent_days=1), "replicated"),
        (Bucket(versioned=True, mfa_delete=True, noncurrent_days=1), "second factor"),
        (Bucket(versioned=False, default_retention=True), "object lock"),
    ],
)
def test_a_bucket_that_would_keep_what_is_destroyed_is_refused(bucket: Bucket, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        erasable.judge(bucket)


def test_a_bucket_that_is_not_there_is_named_by_its_setting(server: Place) -> None:
    store = connect(replace(server, bucket="nobody-made-this"))

    with pytest.raises((ConfigError, Unavailable), match=r"blobs\.bucket|blob store"):
        prove_erasable(store)


def test_a_wrong_key_and_an_absent_server_mean_try_later_and_show_no_secret(
    seaweed: Place,
) -> None:
    made = s3.bucket(seaweed)
    for place in (
        replace(made, secret_key="wrong-secret"),
        replace(made, endpoint="http://127.0.0.1:9"),
    ):
        with pytest.raises(Unavailable) as refused:
            connect(place).put("a", [b"x"])
        assert "secret" not in f"{refused.value} {connect(place)!r} {place!r}"
