"""The same by real SIPREC: our own recording client, a whole node in processes of its own, real
packets at the pace of a telephone, and the announcement recognised by its sound."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talteen.errors import Unavailable
from talteen.life.capture.console import Client
from talteen.operations.synthetic import entering, path, placing
from talteen.operations.synthetic.offer import Asker
from talteen.operations.synthetic.path import Way
from talteen.register.models import Recording
from talteen.wiring import House
from tests.desk.commands.test_cli_run import talteen
from tests.kit import houses, reception
from tests.kit.houses import Built
from tests.kit.reception import Reception

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]


@pytest.fixture
def built(home: Path) -> Built:
    return houses.of_now(home)


@contextmanager
def node_of(built: Built, *, hears: bool = True) -> Iterator[tuple[House, Reception]]:
    """The house with a capture node on this machine."""
    config = built.house.config
    sounds = config.paths.register / "sounds"
    known = {
        one.key: sounds / f"{one.key.partition('@')[0]}.wav" for one in reception.of_the_house()
    }
    with reception.reception(
        built.house.vault,
        config.paths.state / "node",
        prompts=reception.of_the_house(),
        sounds={key: file for key, file in known.items() if file.exists()} if hears else None,
    ) as at:
        told = {
            "address": "127.0.0.1",
            "sip_port": at.port,
            "peers": ("127.0.0.0/8",),
            "own_domains": ("keskus.example",),
        }
        capture = config.capture.model_copy(update=told)
        yield replace(built.house, config=replace(config, capture=capture)), at


@pytest.mark.long
def test_the_doctor_makes_a_house_and_walks_the_whole_path_in_it(home: Path) -> None:
    """A database, a worker and a node of its own, in processes; nothing is left of them."""
    done = talteen("doctor", "--demo", "--json", home=home, within_s=800)
    checks = {one["name"]: one for one in json.loads(done.stdout)["checks"]}

    assert checks["call"]["ok"], checks["call"]
    assert "came by siprec" in checks["call"]["says"]
    assert checks["call"]["figures"]["heard_s"] > 12, "both sides spoke for six seconds each"
    assert checks["call"]["figures"]["words"] > 15
    for name in ("tables", "holder:live", "holder:ring", "store", "log", "worker", "node"):
        assert checks[name]["ok"], checks[name]
    assert done.returncode == max({"ok": 0, "warning": 1}[one["state"]] for one in checks.values())
    assert done.stderr.count("Traceback") == 0


def test_a_node_that_does_not_know_the_sound_keeps_nothing_and_is_named_and_one_that_is_gone(
    built: Built,
) -> None:
    with node_of(built, hears=False) as (house, at):
        with pytest.raises(Unavailable, match="did not hear its announcement"):
            path.walk(house, Way.SIPREC, model=False, worker=True, tell=lambda *_: None)
        at.holder.terminate()
        at.holder.wait()
        with pytest.raises(Unavailable, match="'talteen capture'"):
            path.walk(house, Way.SIPREC, model=False, worker=True, tell=lambda *_: None)

    assert not Recording.objects.exists()


def test_of_two_calls_that_begin_at_once_each_asker_knows_its_own(built: Built) -> None:
    """A real call that comes in the same moment must never be taken for the synthetic one."""
    now = datetime.now(UTC)
    with node_of(built) as (house, at), Client(at.folder.path) as console, ExitStack() as calls:
        one, other = (
            calls.enter_context(placing.placed("127.0.0.1", at.port, asker_of(house), now))
            for _ in range(2)
        )
        known = [entering.ours(console, call.dialog.asker) for call in (one, other)]
        shown = {call["recording"] for call in console.calls()["calls"]}
        for call in (one, other):
            call.hang_up()

    assert known[0] != known[1]
    assert {str(call) for call in known} == shown


def asker_of(house: House) -> Callable[[int], Asker]:
    return lambda port: entering.asker_of(house, port)
