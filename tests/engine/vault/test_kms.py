"""AWS-style keys beside the contract: a deletion that waits, and can be cancelled.

Against moto, whose keys open all the same while their deletion waits: so that they count as
destroyed is ours.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from talteen.engine.vault.holders import (
    CredentialRefused,
    HolderAway,
    credential,
    health,
    kms_keys,
    proving,
)
from talteen.engine.vault.holders.health import Condition
from talteen.engine.vault.holders.kms import KmsBackupHolder, KmsLiveHolder, KmsReaper
from talteen.engine.vault.holders.kms_keys import Keys, Place, connect
from talteen.errors import ConfigError, KeyGone
from talteen.notice import retention
from tests.kit.keyrings import Places
from tests.kit.keyrings.kms import Kms
from tests.kit.suites.holders import KEY, NOW


@pytest.fixture
def service(keyring: Callable[[str], Places]) -> Kms:
    made = keyring("kms")
    assert isinstance(made, Kms)
    return made


@pytest.fixture
def live(service: Kms) -> KmsLiveHolder:
    return service.live()()


def id_of(keys: Keys, name: str) -> str:
    """Of a key that stands."""
    return keys.listed().keys[name]


def state_of(service: Kms, id: str) -> str:
    """As the service's administrator sees it."""
    told = service.keys("administrator", "").client.describe_key(KeyId=id)
    return told["KeyMetadata"]["KeyState"]


def test_a_key_whose_deletion_waits_counts_as_destroyed(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    wrapped, key = live.wrap("live-1-a", KEY), id_of(live.keys, "live-1-a")

    live.destroy("live-1-a")

    assert state_of(service, key) == "PendingDeletion"
    with pytest.raises(KeyGone):
        live.unwrap("live-1-a", wrapped)
    assert live.names() == frozenset()


def test_the_wait_is_the_shortest_and_k_counts_it(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    key = id_of(live.keys, "live-1-a")
    live.destroy("live-1-a")
    administrator = service.keys("administrator", live.keys.prefix).client
    told = administrator.describe_key(KeyId=key)["KeyMetadata"]

    wait = told["DeletionDate"] - told["CreationDate"]
    assert timedelta(days=7) <= wait < timedelta(days=7, minutes=5)
    assert live.declared.copies_live_for == timedelta(days=7)
    assert retention.least_margin_days([live.declared.copies_live_for]) == 8
    assert replace(live, copies_live_for=timedelta(days=9)).declared.copies_live_for.days == 9


def test_kms_cancel_alarms(service: Kms, live: KmsLiveHolder) -> None:
    """A key whose deletion somebody cancelled is named again, and dies again."""
    live.create("live-1-a")
    wrapped, key = live.wrap("live-1-a", KEY), id_of(live.keys, "live-1-a")
    live.destroy("live-1-a")

    service.keys("administrator", "").client.cancel_key_deletion(KeyId=key)

    assert live.names() == {"live-1-a"}
    with pytest.raises(KeyGone):
        live.unwrap("live-1-a", wrapped)
    live.destroy("live-1-a")
    assert live.names() == frozenset()
    assert state_of(service, key) == "PendingDeletion"


def test_a_dead_key_is_asked_again_every_hour_and_not_at_every_sweep(
    service: Kms, live: KmsLiveHolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.create("live-1-a")
    key = id_of(live.keys, "live-1-a")
    live.destroy("live-1-a")
    assert live.names() == frozenset()
    administrator = service.keys("administrator", "").client

    administrator.cancel_key_deletion(KeyId=key)

    assert live.names() == frozenset()
    monkeypatch.setattr(kms_keys, "LOOK_AGAIN_S", 0.0)
    assert live.names() == {"live-1-a"}


def test_a_destruction_that_broke_off_behind_the_deletion_is_finished(
    service: Kms, live: KmsLiveHolder
) -> None:
    """The key is dying, and still has its name among the standing: a crash in between."""
    live.create("live-1-a")
    key = id_of(live.keys, "live-1-a")
    live.keys.client.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert live.names() == {"live-1-a"}
    with pytest.raises(KeyGone):
        live.wrap("live-1-a", KEY)

    live.destroy("live-1-a")

    assert live.names() == frozenset()
    assert live.keys.listed().dead == [("live-1-a", key)]


def test_a_backup_key_that_was_brought_back_is_due_again(service: Kms) -> None:
    ring = service.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, KmsBackupHolder)
    ring.backup.create("ring-1-a")
    wrapped = ring.backup.wrap("ring-1-a", KEY)
    key = id_of(ring.backup.keys, "ring-1-a")
    ring.backup.schedule_death("ring-1-a", NOW)
    assert ring.reaper.reap(NOW) == ("ring-1-a",)
    administrator = service.keys("administrator", ring.backup.keys.prefix).client

    administrator.cancel_key_deletion(KeyId=key)
    administrator.enable_key(KeyId=key)

    assert ring.backup.names() == {"ring-1-a"}
    assert ring.backup.deaths() == {"ring-1-a": NOW}
    assert ring.reaper.reap(NOW) == ("ring-1-a",)
    assert state_of(service, key) == "PendingDeletion"
    with pytest.raises(KeyGone):
        ring.restore.unwrap("ring-1-a", wrapped)


def test_a_key_that_is_switched_off_is_not_gone(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)
    administrator = service.keys("administrator", live.keys.prefix).client
    key = id_of(live.keys, "live-1-a")

    administrator.disable_key(KeyId=key)
    with pytest.raises(HolderAway, match="switched off"):
        live.unwrap("live-1-a", wrapped)
    assert live.names() == {"live-1-a"}

    administrator.enable_key(KeyId=key)
    assert live.unwrap("live-1-a", wrapped) == KEY


def test_no_credential_of_the_house_moves_a_death_later(service: Kms) -> None:
    ring = service.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, KmsBackupHolder)
    ring.backup.create("ring-1-a")
    ring.backup.schedule_death("ring-1-a", NOW)
    ((name, ms),) = ring.backup.keys.listed().dates.items()

    client, prefix = ring.backup.keys.client, ring.backup.keys.prefix
    client.create_alias(
        AliasName=f"alias/{prefix}/dies/{name}/{ms + 10**9}",
        TargetKeyId=id_of(ring.backup.keys, name),
    )
    with pytest.raises(client.exceptions.ClientError, match="not authorized"):
        client.delete_alias(AliasName=f"alias/{prefix}/dies/{name}/{ms}")

    assert ring.backup.deaths() == {"ring-1-a": NOW}


def test_a_service_that_is_away_or_refuses_is_told_apart(service: Kms, live: KmsLiveHolder) -> None:
    place = service.users["live"]
    nobody = KmsLiveHolder(connect(replace(place, prefix="p", access_key="AKIANOBODY")))
    away = KmsLiveHolder(connect(Place("p", "http://127.0.0.1:9", access_key="a", secret_key="b")))

    with pytest.raises(CredentialRefused):
        nobody.names()
    with pytest.raises(HolderAway, match="does not answer"):
        away.unwrap("live-1-a", b"x")
    assert [health.look(one).condition for one in (live, nobody, away)] == [
        Condition.ANSWERS,
        Condition.CREDENTIAL,
        Condition.AWAY,
    ]


def test_a_house_that_could_open_the_ring_does_not_start(service: Kms) -> None:
    ring = service.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, KmsBackupHolder)
    mighty = service.keys("administrator", ring.backup.keys.prefix)

    with pytest.raises(ConfigError, match=r"^keys_ring\.credential_file: may decrypt"):
        proving.prove_ring(replace(ring.backup, keys=mighty), ring.reaper)


@pytest.mark.parametrize("user", ["administrator", "backup"])
def test_a_reaper_that_may_more_than_delete_does_not_start(service: Kms, user: str) -> None:
    ring = service.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, KmsBackupHolder)
    mighty = KmsReaper(service.keys(user, ring.backup.keys.prefix))

    with pytest.raises(ConfigError, match=r"^keys_ring\.reaper_credential_file: may do more"):
        proving.prove_ring(ring.backup, mighty)
