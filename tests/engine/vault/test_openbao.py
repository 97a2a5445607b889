"""A real OpenBao server beside the contract: restarted, sealed, and with tokens that may too much
or too little.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3

from talteen.engine.vault.holders import (
    CredentialRefused,
    HolderAway,
    HolderSealed,
    credential,
    health,
    proving,
)
from talteen.engine.vault.holders.bao_client import Client
from talteen.engine.vault.holders.health import Condition
from talteen.engine.vault.holders.openbao import (
    DATES,
    BaoBackupHolder,
    BaoLiveHolder,
    BaoReaper,
    Dates,
    Transit,
)
from talteen.errors import ConfigError, KeyGone
from tests.kit.keyrings import Places, bao
from tests.kit.keyrings.bao import Bao
from tests.kit.suites.holders import KEY, NOW


@pytest.fixture
def server(keyring: Callable[[str], Places]) -> Bao:
    made = keyring("openbao")
    assert isinstance(made, Bao)
    return made


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Bao]:
    """One that this test may stop."""
    with bao.server(tmp_path / "bao") as made:
        yield made


def test_a_server_that_restarts_comes_back_sealed_and_has_lost_nothing(own_server: Bao) -> None:
    live = own_server.live()()
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)

    own_server.stop()
    with pytest.raises(HolderAway, match="does not answer"):
        live.unwrap("live-1-a", wrapped)
    assert health.look(live).condition is Condition.AWAY

    own_server.start()
    with pytest.raises(HolderSealed, match="unseal"):
        live.unwrap("live-1-a", wrapped)
    with pytest.raises(HolderSealed):
        live.names()
    assert health.look(live).condition is Condition.SEALED

    own_server.unseal()
    assert live.unwrap("live-1-a", wrapped) == KEY
    assert health.look(live).condition is Condition.ANSWERS


def test_openbao_snapshot_restore_detected(own_server: Bao) -> None:
    """Somebody restores the whole server from a snapshot: what had died is named again."""
    live = own_server.live()()
    live.create("live-1-a")
    address, token = f"{own_server.address}/v1/sys/storage/raft", own_server.root
    headers = {"X-Vault-Token": token}
    snapshot = urllib3.request("GET", f"{address}/snapshot", headers=headers, timeout=60).data
    live.destroy("live-1-a")
    assert live.names() == frozenset()

    answer = urllib3.request(
        "POST", f"{address}/snapshot-force", body=snapshot, headers=headers, timeout=60
    )

    assert answer.status == 204
    own_server.until_open()
    assert live.names() == {"live-1-a"}
    live.destroy("live-1-a")
    assert live.names() == frozenset()


def test_nobody_takes_a_key_out_of_the_server_not_even_its_administrator(server: Bao) -> None:
    live = server.live()()
    live.create("live-1-a")
    mount, headers = live.keys.mount, {"X-Vault-Token": server.root}

    for path in ("export/encryption-key/live-1-a", "backup/live-1-a"):
        answer = urllib3.request("GET", f"{server.address}/v1/{mount}/{path}", headers=headers)
        assert answer.status in (400, 404, 500), path
        assert b"key" not in (answer.json().get("data") or {})


def test_a_key_that_is_locked_away_softly_is_not_gone_and_can_be_destroyed(server: Bao) -> None:
    """OpenBao's soft delete is reversible: it must never pass for destruction."""
    live = server.live()()
    live.create("live-1-a")
    wrapped = live.wrap("live-1-a", KEY)
    server.api("DELETE", f"{live.keys.mount}/keys/live-1-a/soft-delete")

    for use in (lambda: live.unwrap("live-1-a", wrapped), lambda: live.wrap("live-1-a", KEY)):
        with pytest.raises(HolderAway, match="soft-deleted"):
            use()
    assert live.names() == {"live-1-a"}

    live.destroy("live-1-a")
    with pytest.raises(KeyGone):
        live.unwrap("live-1-a", wrapped)
    assert live.names() == frozenset()


def test_a_token_that_may_make_keys_makes_none_by_locking(server: Bao) -> None:
    """Transit makes a key that is missing, when whoever asks may."""
    root = BaoLiveHolder(server.transit(server.mount(), server.root))
    root.create("live-1-a")
    root.destroy("live-1-a")

    with pytest.raises(KeyGone):
        root.wrap("live-1-a", KEY)

    assert root.names() == frozenset()


def test_a_mount_that_is_not_there_makes_no_key_gone(server: Bao) -> None:
    nowhere = BaoLiveHolder(server.transit("nowhere", server.root))

    for use in (nowhere.names, lambda: nowhere.unwrap("live-1-a", b"vault:v1:AAAA")):
        with pytest.raises(HolderAway, match="no such mount"):
            use()


def test_a_wrong_token_says_so(server: Bao) -> None:
    live = BaoLiveHolder(server.transit(server.mount(), "s.nobody"))

    with pytest.raises(CredentialRefused, match="token"):
        live.create("live-1-a")
    assert health.look(live).condition is Condition.CREDENTIAL


def test_a_token_that_an_agent_renews_is_read_anew(server: Bao, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("s.old")
    live = BaoLiveHolder(Transit(Client(server.address, path.read_text), server.mount()))
    with pytest.raises(CredentialRefused):
        live.names()

    path.write_text(server.root)

    assert live.names() == frozenset()


def test_no_token_of_the_house_moves_a_death_later(server: Bao) -> None:
    ring = server.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, BaoBackupHolder)
    ring.backup.create("ring-1-a")
    ring.backup.schedule_death("ring-1-a", NOW)
    dates = Dates(ring.backup.keys.client, ring.backup.keys.mount + DATES)
    ((ms,),) = dates.all().values()

    dates.add("ring-1-a", ms + 10**9)
    with pytest.raises(CredentialRefused):
        dates.forget("ring-1-a", [ms])

    assert ring.backup.deaths() == {"ring-1-a": NOW}
    assert ring.reaper.reap(NOW) == ("ring-1-a",)
    assert dates.all() == {}


def test_what_has_no_date_not_even_the_reaper_can_delete(server: Bao) -> None:
    ring = server.ring(credential.make_restore_credential())
    assert isinstance(ring.reaper, BaoReaper)
    ring.backup.create("ring-1-a")

    with pytest.raises(HolderAway):
        ring.reaper.keys.delete("ring-1-a")

    assert ring.backup.names() == {"ring-1-a"}


def test_a_house_that_could_open_the_ring_does_not_start(server: Bao) -> None:
    ring = server.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, BaoBackupHolder)
    mighty = server.transit(ring.backup.keys.mount, server.root)

    with pytest.raises(ConfigError, match=r"^keys_ring\.credential_file: may decrypt"):
        proving.prove_ring(replace(ring.backup, keys=mighty), ring.reaper)


@pytest.mark.parametrize("policy", ["root", "backup", "restore"])
def test_a_reaper_that_may_more_than_delete_does_not_start(server: Bao, policy: str) -> None:
    ring = server.ring(credential.make_restore_credential())
    assert isinstance(ring.backup, BaoBackupHolder)
    mount = ring.backup.keys.mount
    token = server.root if policy == "root" else server.token(policy, mount=mount)

    with pytest.raises(ConfigError, match=r"^keys_ring\.reaper_credential_file: may do more"):
        proving.prove_ring(ring.backup, BaoReaper(server.transit(mount, token)))


def test_what_a_start_finds_wrong_is_named_by_its_setting(server: Bao) -> None:
    nobody = BaoLiveHolder(server.transit(server.mount(), "s.nobody"))
    nowhere = BaoLiveHolder(Transit(Client("http://127.0.0.1:9", lambda: "s.x"), "m"))

    with pytest.raises(ConfigError, match=r"^keys_live\.credential_file: OpenBao does not accept"):
        proving.prove_live(nobody)
    with pytest.raises(HolderAway, match=r"^keys_live: OpenBao does not answer"):
        proving.prove_live(nowhere)


def test_a_token_stands_in_no_error_and_no_repr(server: Bao) -> None:
    live = BaoLiveHolder(server.transit(server.mount(), "s.secret-token"))

    with pytest.raises(CredentialRefused) as refused:
        live.names()

    assert "s.secret" not in f"{refused.value} {live!r}"


def test_k_counts_what_the_operator_declares(server: Bao) -> None:
    live = replace(server.live()(), copies_live_for=timedelta(days=3))  # type: ignore[type-var]

    assert (live.declared.kind, live.declared.copies_live_for) == ("openbao", timedelta(days=3))
