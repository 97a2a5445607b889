"""kill -9 anywhere between taking a call out of a watched folder and the last of its files: one
recording, no file left, and a certificate that may say so (J13). And what the folder held, no file
of the house or the folder holds afterwards.
"""

import os
import signal
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from talteen import course
from talteen.engine.hunt import hunt
from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault.entries import Kind
from talteen.ids import RecordingId
from talteen.life.capture.models import Promise, Source
from talteen.life.capture.sources import watch as drops
from talteen.life.destroy.models import Destruction
from talteen.life.seal import door
from talteen.life.seal.door import Step
from talteen.register.models import Recording
from tests.kit import houses
from tests.kit.houses import Built
from tests.life.capture.test_watch import BORN, CALLER, FREEPBX, Watched

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TABLE = FREEPBX.model_copy(update={"quiet_seconds": 0})


@pytest.fixture
def built(home: Path) -> Built:
    return houses.build(home, born_at=BORN)


def killed(built: Built, *, step: str = "", at_file_act: int = 0) -> bool:
    """One look by a process that kills itself when ``step`` is done, or just before its n-th act
    on a file of the folder; whether it came that far."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        acts = 0

        def progress(done: str) -> None:
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal acts
            if event in ("os.rename", "os.remove") and str(built.drop) in str(arguments[0]):
                acts += 1
                if acts == at_file_act:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(hook)
            with drops.opened(built.drop, TABLE) as drop:
                watch = course.watch(built.house, drop)
                watch.look(0.0, built.clock.now(), progress=progress)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def laid(built: Built, stack: ExitStack) -> Watched:
    watched = Watched(built, TABLE, stack)
    watched.pbx_call()
    stack.close()
    return watched


def finished(built: Built) -> None:
    """The next process does the rest."""
    for _ in range(2):
        with drops.opened(built.drop, TABLE) as drop:
            course.watch(built.house, drop).look(0.0, built.clock.now())
        course.roll(built.house, built.clock.now())
    assert [path.name for path in built.drop.rglob("*") if path.is_file()] == [drops.MARK]
    assert Recording.objects.count() == 1
    assert Promise.objects.get().source == Source.DELETED.value


def test_killed_after_it_was_taken_in_the_call_is_there_once(built: Built) -> None:
    with ExitStack() as stack:
        laid(built, stack)

    assert killed(built, step="taken in")

    assert len(list(built.drop.rglob("*.opus"))) == 2
    finished(built)


@pytest.mark.parametrize("act", [1, 2, 3])
def test_killed_while_the_files_go_the_rest_goes_too(built: Built, act: int) -> None:
    with ExitStack() as stack:
        laid(built, stack)
    assert not killed(built)
    course.roll(built.house, built.clock.now())

    assert killed(built, at_file_act=act)

    finished(built)


@pytest.mark.parametrize("step", ["files deleted", "said so"])
def test_killed_before_it_was_written_down_the_files_are_still_known_to_be_gone(
    built: Built, step: str
) -> None:
    with ExitStack() as stack:
        laid(built, stack)
    assert not killed(built)
    course.roll(built.house, built.clock.now())

    assert killed(built, step=step)

    finished(built)


def test_what_a_folder_held_is_found_in_no_file_afterwards(
    built: Built, home: Path, postgres: Cluster
) -> None:
    with ExitStack() as stack:
        watched = laid(built, stack)
    sound = next(watched.built.drop.rglob("*-in.opus")).read_bytes()
    assert not killed(built)
    recording = RecordingId(Recording.objects.get().pk)
    opened = door.open_for_step(built.house.vault, recording, Step.INDEX, built.clock.now())
    markers = {
        "number": CALLER.encode(),
        "number as dialled": CALLER[4:].encode(),
        "the exchange's sound": sound[2000:2064],
        "sealed sound": opened.whole(Kind.CALLER_SOUND)[2000:2064],
        "dek": opened.entry.dek,
    }
    assert {found.marker for found in hunt(built.drop, markers)} >= {
        "number",
        "the exchange's sound",
    }

    finished(built)
    row = Recording.objects.get()
    for at in (
        row.cutoff_at + timedelta(minutes=5),
        row.cutoff_at + timedelta(hours=3),
        row.due_at,
    ):
        built.clock.at = at
        course.sweep(built.house, at)
    assert Destruction.objects.get().source_fate == "deleted"
    built.house.vault.forget()
    connection.close()

    places = [folder for folder in home.iterdir() if folder.name != "register"]
    found = [
        s for place in (*places, postgres.data) if place.is_dir() for s in hunt(place, markers)
    ]
    assert found == []
