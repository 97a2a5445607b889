"""One contract, every kind of holder: files, a token, an OpenBao server, a stand-in of AWS KMS."""

from collections.abc import Callable

import pytest

from talteen.engine.vault.holders import BackupHolder, LiveHolder, Reaper, RestoreHolder, credential
from tests.kit.keyrings import KINDS, Places, Ring
from tests.kit.suites.holders import BackupHolderSuite, LiveHolderSuite


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, keyring: Callable[[str], Places]) -> Places:
    return keyring(request.param)


class TestLive(LiveHolderSuite):
    @pytest.fixture
    def opens(self, kind: Places) -> Callable[[], LiveHolder]:
        return kind.live()

    @pytest.fixture
    def live(self, opens: Callable[[], LiveHolder]) -> LiveHolder:
        return opens()


class TestRing(BackupHolderSuite):
    @pytest.fixture
    def ring(self, kind: Places) -> Ring:
        return kind.ring(credential.make_restore_credential())

    @pytest.fixture
    def backup(self, ring: Ring) -> BackupHolder:
        return ring.backup

    @pytest.fixture
    def reaper(self, ring: Ring) -> Reaper:
        return ring.reaper

    @pytest.fixture
    def restore(self, ring: Ring) -> RestoreHolder:
        return ring.restore
