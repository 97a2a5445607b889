"""A bucket behind a bad way: busy, slow, half answers, lost answers. Nothing is half there, nothing
is decided twice, nothing half is believed (DESIGN 13).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.amazon import Patience
from talteen.engine.vault.blobs import Absent, s3
from talteen.engine.vault.blobs.s3 import Place, connect
from talteen.errors import Conflict, NoLongerOpens, Unavailable
from talteen.life.seal import rolling
from tests.kit import flaky, vaults
from tests.kit import s3 as servers
from tests.kit.builders import NOON
from tests.kit.flaky import Fault, Way

TRIES = 2


@pytest.fixture(scope="module")
def moto() -> Iterator[Place]:
    with servers.moto() as place:
        yield place


@pytest.fixture
def way(moto: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """To a bucket of its own; the house has less patience than usual."""
    monkeypatch.setattr(s3, "_PATIENCE", Patience(connect_s=1, read_s=0.3, tries=TRIES))
    with flaky.way(servers.bucket(moto)) as made:
        yield made


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.LOST, Fault.SILENT])
def test_what_fails_once_is_asked_again_and_done(way: Way, fault: Fault) -> None:
    store = connect(way.place)

    for act in (
        lambda: store.put("a", [b"sealed"]),
        lambda: store.read("a"),
        lambda: store.delete(["a"]),
    ):
        way.faults.append(fault)
        act()

    assert not way.faults
    with pytest.raises(Absent):
        store.read("a")


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SILENT])
def test_what_goes_on_failing_means_later_and_leaves_nothing_half(way: Way, fault: Fault) -> None:
    store = connect(way.place)
    way.faults += [fault] * TRIES

    with pytest.raises(Unavailable):
        store.put("a", [b"sealed"])

    assert not way.faults
    assert list(store.keys()) == []


def test_half_a_body_is_never_given_out(way: Way) -> None:
    store = connect(way.place)
    store.put("a", [bytes(100_000)])
    way.faults.append(Fault.HALF)

    with pytest.raises(Unavailable):
        store.read("a")

    assert store.read("a", 50_000, 1000) == bytes(1000)


def test_after_a_lost_answer_the_name_is_taken_and_holds_what_was_put(way: Way) -> None:
    store = connect(way.place)
    way.faults.append(Fault.LOST)

    with pytest.raises(Conflict):
        store.put_if_absent("rolls/1", b"decided")

    assert store.read("rolls/1") == b"decided"


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.LOST])
def test_an_erasure_over_a_bad_way_is_done_once(tmp_path: Path, way: Way, fault: Fault) -> None:
    made = vaults.unfounded(tmp_path)
    vault = replace(made.vault, blobs=connect(way.place))
    rolling.found(vault, NOON)
    kept, erased = (vaults.seal(vault, started_at=NOON - timedelta(hours=1)) for _ in range(2))
    way.faults.append(fault)

    rolled = vaults.erase(vault, erased, now=NOON)

    assert not way.faults
    assert (rolled.file.n, vault.row().settled_n) == (2, 2)
    assert vaults.sound_of(vault, kept, NOON) == vaults.SOUND
    with pytest.raises(NoLongerOpens):
        vaults.sound_of(vault, erased, NOON)
