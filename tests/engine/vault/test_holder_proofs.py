"""A start proves the holders before it trusts them, and names the setting that is wrong."""

from collections.abc import Callable

import pytest

from talteen.engine.vault.holders import credential, proving
from tests.kit.keyrings import KINDS, Places


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, keyring: Callable[[str], Places]) -> Places:
    return keyring(request.param)


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
