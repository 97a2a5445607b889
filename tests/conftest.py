"""Set-up for all tests: a private PostgreSQL where one is asked for, a house, a clock that stands.

def test_...(db)             rows, rolled back at the end          @pytest.mark.django_db too
def test_...(transactional_db)   real commits, seen by other processes; its rows go afterwards
def test_...(home)           an empty house in a temporary folder  (``config.load(home)``)
def test_...(clock)          a MovableClock at 24 November 2026, 10:00 in Helsinki
def test_...(keyring)        keyring("openbao"): real key holders of a kind, with empty places
"""

import atexit
import gc
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from talteen.clock import MovableClock
from talteen.engine.postgres.cluster import Cluster
from talteen.life.transcribe.word_list import LISTS
from tests.kit import database, depth
from tests.kit.duties import with_own_rights
from tests.kit.keyrings import Places, places

# Two cores, shared with a database and a browser: how fast an example comes is no promise of ours.
settings.register_profile(
    "talteen",
    deadline=None,
    max_examples=depth.EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("talteen")
# A run makes millions of objects that soon die by themselves: garbage is looked for less often.
gc.set_threshold(20_000, 20, 50)
# Of what is collected nothing is garbage.
gc.disable()
atexit.register(gc.freeze)
# The tables of the word lists are the same in every house: read through once, for all runs.
LISTS.keep_in(Path(__file__).parents[1] / ".cache" / "words")
TOGETHER = ("tests/desk/browser/", "tests/stories/")
"""Folders whose files share a browser, and the first a house."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A connection from under which an earlier test took its server or database is opened anew."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browsers first, each folder for one worker. Files that wait for spoken calls and started
    processes are spread among those that compute, so that the cores have work from the beginning to
    the end; the last of the queue only compute: no worker is left with a long one."""
    waiting = {
        item.path
        for item in items
        if item.get_closest_marker("drill") or "/capture/" in item.nodeid
    }
    places = {
        **_spread(waiting, to=_LAST_WAITING),
        **_spread({item.path for item in items} - waiting, to=1.0),
    }

    furnished = {item.path for item in items if "furnished" in getattr(item, "fixturenames", ())}

    def turn(item: pytest.Item) -> tuple[bool, bool, bool, float, Path]:
        beside, late = not item.nodeid.startswith(TOGETHER), item.path in furnished
        return beside, late, item.path.name == _USES_MUCH, places[item.path], item.path

    items.sort(key=turn)


_LAST_WAITING = 0.85
"""Of the queue."""
_USES_MUCH = "test_jobs.py"
"""Of the browser's files the one that uses up what the others find in the house they share. Before
it come those that furnish that house with a day of work."""


def _spread(files: Collection[Path], *, to: float) -> dict[Path, float]:
    """Each file's place in the queue, evenly from 0 ``to`` there; neighbours are strangers."""
    shuffled = sorted(files, key=lambda path: (crc32(path.name.encode()), path))
    return {path: to * n / len(shuffled) for n, path in enumerate(shuffled)}


def pytest_collection_finish() -> None:
    """Half a million objects that stay are not looked through at every collection of garbage."""
    gc.freeze()
    gc.enable()


class _Files(LoadFileScheduling):
    """A file stays with one worker, and so does a browser with all of the files that share it."""

    def _split_scope(self, nodeid: str) -> str:
        folder = next((one for one in TOGETHER if nodeid.startswith(one)), None)
        return folder or super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """How the files of ``-n`` are shared out, whatever ``--dist`` says."""
    return _Files(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The running server of this test run."""
    with database.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, postgres: Cluster
) -> Iterator[None]:
    """A database of this process's own, as the migrations leave it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        database.make_template(postgres)
        database.use_clone(postgres, f"test_{worker}")
    yield
    with django_db_blocker.unblock():
        database.let_go()


@pytest.fixture(scope="session", autouse=True)
def duties() -> Iterator[None]:
    """What is a worker's in the product has a worker's rights in every test."""
    with with_own_rights():
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty house that nobody lives in yet; TALTEEN_HOME names it."""
    house = tmp_path / "house"
    house.mkdir(mode=0o700)
    monkeypatch.setenv("TALTEEN_HOME", str(house))
    return house


@pytest.fixture
def clock() -> MovableClock:
    """It stands on 24 November 2026 at 10:00 in Helsinki until it is moved."""
    return MovableClock(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Places]]:
    """Real key holders by their kind; what runs for them runs once."""
    with ExitStack() as running:
        started: dict[str, Places] = {}

        def start(kind: str) -> Places:
            if kind not in started:
                folder = tmp_path_factory.mktemp(kind)
                started[kind] = running.enter_context(places(kind, folder))
            return started[kind]

        yield start


def pytest_sessionstart(session: pytest.Session) -> None:
    """With xdist the controller owns the server: the first worker to end must not take it."""
    if session.config.getoption("numprocesses", None):
        server = ExitStack()
        server.enter_context(database.running())
        session.config.add_cleanup(server.close)
