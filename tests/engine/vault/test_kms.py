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
    proving,
)
from talteen.engine.vault.holders.health import Condition
from talteen.engine.vault.holders.kms import (
    KmsBackupHolder,
    KmsLiveHolder,
    KmsReaper,
    Place,
    connect,
)
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


def key_of(service: Kms, live: KmsLiveHolder, name: str) -> tuple[str, str]:
    """(Id, state), as the service's administrator sees it."""
    keys = service.keys("administrator", live.keys.prefix)
    told = keys.client.describe_key(KeyId=f"alias/{keys.prefix}/key/{name}")["KeyMetadata"]
    return told["KeyId"], told["KeyState"]


def test_a_key_whose_deletion_waits_counts_as_destroyed(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)

    live.destroy("live-1-a")

    assert key_of(service, live, "live-1-a")[1] == "PendingDeletion"
    with pytest.raises(KeyGone):
        live.unwrap("live-1-a", wrapped)
    assert live.names() == frozenset()


def test_the_wait_is_the_shortest_and_k_counts_it(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    live.destroy("live-1-a")
    administrator = service.keys("administrator", live.keys.prefix).client
    told = administrator.describe_key(KeyId=key_of(service, live, "live-1-a")[0])["KeyMetadata"]

    wait = told["DeletionDate"] - told["CreationDate"]
    assert timedelta(days=7) <= wait < timedelta(days=7, minutes=5)
    assert live.declared.copies_live_for == timedelta(days=7)
    assert retention.least_margin_days([live.declared.copies_live_for]) == 8
    assert replace(live, copies_live_for=timedelta(days=9)).declared.copies_live_for.days == 9


def test_kms_cancel_alarms(service: Kms, live: KmsLiveHolder) -> None:
    """A key whose deletion somebody cancelled is named again, and dies again."""
    live.create("live-1-a")
    live.destroy("live-1-a")
    key, _ = key_of(service, live, "live-1-a")

    service.keys("administrator", "").client.cancel_key_deletion(KeyId=key)

    assert live.names() == {"live-1-a"}
    live.destroy("live-1-a")
    assert live.names() == frozenset()
    assert key_of(service, live, "live-1-a")[1] == "PendingDeletion"


def test_a_backup_key_that_was_brought_back_is_due_again(service: Kms) -> None:
    ring = service.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, KmsBackupHolder)
    ring.backup.create("ring-1-a")
    wrapped = ring.backup.wrap("ring-1-a", KEY)
    ring.backup.schedule_death("ring-1-a", NOW)
    assert ring.reaper.reap(NOW) == ("ring-1-a",)
    administrator = service.keys("administrator", ring.backup.keys.prefix).client
    alias = f"alias/{ring.backup.keys.prefix}/key/ring-1-a"
    key = administrator.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]

    administrator.cancel_key_deletion(KeyId=key)
    administrator.enable_key(KeyId=key)

    assert ring.restore.unwrap("ring-1-a", wrapped) == KEY  # the danger is real
    assert ring.backup.names() == {"ring-1-a"}
    assert ring.reaper.reap(NOW) == ("ring-1-a",)
    with pytest.raises(KeyGone):
        ring.restore.unwrap("ring-1-a", wrapped)


def test_a_key_that_is_switched_off_is_not_gone(service: Kms, live: KmsLiveHolder) -> None:
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)
    administrator = service.keys("administrator", live.keys.prefix).client
    key, _ = key_of(service, live, "live-1-a")

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
    ((name, ms),) = ring.backup.keys.dates().items()

    client, prefix = ring.backup.keys.client, ring.backup.keys.prefix
    client.create_alias(
        AliasName=f"alias/{prefix}/dies/{name}/{ms + 10**9}",
        TargetKeyId=client.describe_key(KeyId=f"alias/{prefix}/key/{name}")["KeyMetadata"]["KeyId"],
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
