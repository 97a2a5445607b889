"""A start proves the holders before it trusts them, and names the setting that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from talteen.engine.vault.holders import LiveHolder, credential, proving
from talteen.engine.vault.holders.file import FileLiveHolder, open_live
from talteen.engine.vault.holders.kms import KmsBackupHolder, KmsReaper
from talteen.engine.vault.holders.openbao import BaoBackupHolder, BaoReaper
from talteen.errors import ConfigError
from tests.kit.keyrings import KINDS, Places, places
from tests.kit.keyrings.bao import Bao
from tests.kit.keyrings.kms import Kms


@pytest.fixture(scope="module", params=KINDS)
def kind(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    with places(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def test_a_holder_that_is_set_up_as_its_page_says_is_trusted(kind: Places) -> None:
    live, ring = kind.live()(), kind.ring(credential.make_restore_credential())

    proving.prove_live(live)
    proving.prove_ring(ring.backup, ring.reaper)

    assert live.names() == frozenset()
    assert ring.backup.names() == frozenset()


def test_without_the_reapers_credential_the_probe_waits_for_the_reaper(kind: Places) -> None:
    ring = kind.ring(credential.make_restore_credential())

    proving.prove_ring(ring.backup, None)

    (waits,) = ring.backup.deaths().values()
    assert ring.reaper.reap(waits)
    assert ring.backup.names() == frozenset()
