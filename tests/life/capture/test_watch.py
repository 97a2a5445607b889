"""A watched folder: what is whole is taken in once, and its files go when the call is safe (J13).

Real files, a real house, the real database; only the seconds of the clock are told.
"""

import base64
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen import course
from talteen.config import Layout, WatchedAgent, WatchedLine, WatchSection
from talteen.demo import material
from talteen.errors import Conflict, InputError
from talteen.life.capture.models import Promise, Source
from talteen.life.capture.sources import watch as drops
from talteen.life.capture.sources.watch import Drop
from talteen.life.destroy.models import Destruction
from talteen.life.seal.watched import Report, Watch
from talteen.register.log import ledger
from talteen.register.models import Recording, Tally
from tests.kit import houses
from tests.kit.houses import Built

pytestmark = pytest.mark.django_db(transaction=True)
BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CALLER = "+358505550112"
QUIET_S = 10.0
SIDECARS = WatchSection(quiet_seconds=QUIET_S)
FREEPBX = WatchSection(
    quiet_seconds=QUIET_S,
    layout=Layout.FREEPBX,
    lines=(
        WatchedLine(
            number="600",
            line="rooms",
            announcement="announce.fi@1",
            played_ms=15_658,
            ended_ms=16_217,
        ),
        WatchedLine(number="601", line="rooms"),
    ),
    agents=(WatchedAgent(number="600", code="a01"), WatchedAgent(number="601", code="a01")),
)


@dataclass
class Watched:
    """A house, a folder that it watches, and the seconds that have passed."""

    built: Built
    table: WatchSection
    stack: ExitStack
    at_s: float = 0.0

    def __post_init__(self) -> None:
        self.built.drop.mkdir()
        self.start()

    def start(self) -> None:
        """Watch as a process does that has just begun: it remembers nothing."""
        self.stack.close()
        self.drop: Drop = self.stack.enter_context(drops.opened(self.built.drop, self.table))
        self.watch: Watch = course.watch(self.built.house, self.drop)

    def look(self, *, after_s: float = 0.0) -> Report:
        self.at_s += after_s
        return self.watch.look(self.at_s, self.built.clock.now())

    def at_rest(self) -> Report:
        """Look twice, as far apart as makes what lies there whole."""
        self.look()
        return self.look(after_s=QUIET_S)

    def call(self, name: str = "001") -> None:
        call = houses.spoken(name, TODAY)
        self.built.clock.at = max(call.ends_at, self.built.clock.now())
        material.drop(call, self.built.drop)

    def pbx_call(self, queue: str = "600") -> Path:
        """The same call as FreePBX leaves it: a file a side, all that is known in their names."""
        call = houses.spoken("001", TODAY)
        self.built.clock.at = max(call.ends_at, self.built.clock.now())
        folder = self.built.drop / f"{call.started_at:%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"q-{queue}-{CALLER}-{call.started_at:%Y%m%d-%H%M%S}-1795508043.17"
        shutil.copyfile(f"{call.files}.caller.opus", folder / f"{name}-in.opus")
        shutil.copyfile(f"{call.files}.agent.opus", folder / f"{name}-out.opus")
        return folder / name

    def roll(self) -> None:
        course.roll(self.built.house, self.built.clock.now())

    @property
    def left(self) -> list[str]:
        return sorted(p.name for p in self.built.drop.rglob("*") if p.is_file())[1:]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def watched(home: Path, stack: ExitStack) -> Watched:
    return Watched(houses.build(home, born_at=BORN), SIDECARS, stack)


@pytest.fixture
def pbx(home: Path, stack: ExitStack) -> Watched:
    return Watched(houses.build(home, born_at=BORN), FREEPBX, stack)


def test_a_call_is_taken_in_and_its_files_go_once_a_roll_file_stands(watched: Watched) -> None:
    watched.call()

    report = watched.at_rest()
    assert report.taken == {"recorded": 1}
    assert (report.waiting, report.deleted) == (1, 0)
    assert len(watched.left) == 3
    assert Promise.objects.get().source == Source.TO_DELETE.value

    watched.roll()
    report = watched.look()

    assert (report.waiting, report.deleted) == (0, 1)
    assert watched.left == []
    assert Promise.objects.get().source == Source.DELETED.value
    assert Recording.objects.count() == 1


def test_a_file_that_still_grows_or_is_written_is_left_alone(watched: Watched) -> None:
    watched.call()
    sound = next(watched.built.drop.glob("*.agent.opus"))
    whole = sound.read_bytes()
    sound.write_bytes(whole[: len(whole) // 2])
    watched.look()

    with sound.open("ab") as file:
        file.write(whole[len(whole) // 2 :])
        file.flush()
        assert watched.look(after_s=QUIET_S).growing == 1
        # It rests now, but its writer still holds it.
        report = watched.look(after_s=2 * QUIET_S)
        assert (report.growing, report.taken) == (1, {})

    assert watched.look().taken == {"recorded": 1}


def test_a_call_waits_for_its_part_that_is_still_being_copied(watched: Watched) -> None:
    watched.call()
    side = next(watched.built.drop.glob("*.caller.opus"))
    side.rename(f"{side}.part")

    assert watched.at_rest().growing == 1

    Path(f"{side}.part").rename(side)
    assert watched.at_rest().taken == {"recorded": 1}


def test_a_watcher_that_starts_again_takes_nothing_twice(watched: Watched) -> None:
    watched.call()
    watched.at_rest()

    watched.start()
    assert watched.at_rest().taken == {}
    watched.roll()
    watched.start()

    assert watched.at_rest().deleted == 1
    assert Recording.objects.count() == 1


def test_a_copy_that_comes_again_later_is_known_and_goes(watched: Watched) -> None:
    watched.call()
    watched.at_rest()
    watched.roll()
    watched.look()
    watched.call()

    report = watched.at_rest()

    assert (report.taken, report.deleted) == ({}, 1)
    assert watched.left == []


def test_files_that_belong_to_somebody_else_are_never_touched(home: Path, stack: ExitStack) -> None:
    owned = SIDECARS.model_copy(update={"owner": "the exchange's own rule, 30 days"})
    watched = Watched(houses.build(home, born_at=BORN), owned, stack)
    watched.call()

    watched.at_rest()
    watched.roll()
    report = watched.look()

    assert (report.owned, report.deleted) == (1, 0)
    assert len(watched.left) == 3
    assert Promise.objects.get().source == Source.OWNER_DELETES.value


def test_a_name_and_the_operators_table_are_enough(pbx: Watched) -> None:
    pbx.pbx_call()

    assert pbx.at_rest().taken == {"recorded": 1}

    row = Recording.objects.get()
    assert (row.line_id, row.agent.code, row.direction) == ("rooms", "a01", "inbound")
    pbx.roll()
    assert pbx.look().deleted == 1
    assert pbx.left == []


def test_a_prompt_that_ended_before_the_recording_begins_counts(
    home: Path, stack: ExitStack
) -> None:
    line = FREEPBX.lines[0].model_copy(update={"ended_ms": 0})
    table = FREEPBX.model_copy(update={"lines": (line,)})
    pbx = Watched(houses.build(home, born_at=BORN), table, stack)
    pbx.pbx_call()

    pbx.at_rest()

    row = Recording.objects.get()
    assert row.announced_until == row.started_at
    assert row.length_ms > 20_000


@pytest.mark.parametrize("played_ms", [0, 9_000])
def test_without_a_whole_prompt_nothing_is_kept_and_one_is_counted(
    home: Path, stack: ExitStack, played_ms: int
) -> None:
    line = FREEPBX.lines[0].model_copy(update={"played_ms": played_ms})
    pbx = Watched(
        houses.build(home, born_at=BORN), FREEPBX.model_copy(update={"lines": (line,)}), stack
    )
    pbx.pbx_call()

    report = pbx.at_rest()

    assert report.taken == {"not_announced": 1}
    assert not Recording.objects.exists()
    assert Tally.objects.get(kind="not_announced").count == 1
    # Nothing of the call may be kept: its files are no exception.
    assert report.deleted == 1
    assert pbx.left == []


def test_a_corrected_table_makes_no_new_call(pbx: Watched) -> None:
    pbx.pbx_call()
    pbx.at_rest()
    line = FREEPBX.lines[0].model_copy(update={"line": "tables"})
    pbx.table = FREEPBX.model_copy(update={"lines": (line,), "zone": "Europe/Stockholm"})

    pbx.start()

    assert pbx.at_rest().taken == {}
    assert Recording.objects.count() == 1


def test_a_mixture_beside_the_sides_goes_with_them(pbx: Watched) -> None:
    stem = pbx.pbx_call()
    shutil.copyfile(f"{stem}-in.opus", f"{stem}.opus")

    assert pbx.at_rest().taken == {"recorded": 1}
    pbx.roll()
    pbx.look()

    assert pbx.left == []


def test_what_cannot_be_used_is_told_without_its_name_and_tried_ever_more_seldom(
    pbx: Watched,
) -> None:
    stem = pbx.pbx_call()
    Path(f"{stem}-in.opus").write_bytes(b"no sound at all")

    report = pbx.at_rest()
    (line,) = report.unusable
    assert "5550112" not in line
    assert "is no sound that can be read" in line
    assert report.refused == 1

    assert pbx.look(after_s=5).unusable == []
    assert len(pbx.look(after_s=6).unusable) == 1
    assert pbx.look(after_s=11).unusable == []
    assert pbx.look().refused == 1
    assert len(pbx.left) == 2
    name = line.split(":")[0]
    assert pbx.watch.place(name, pbx.at_s) == stem.relative_to(pbx.built.drop).as_posix()


def test_a_file_that_is_mended_is_tried_again_at_once(pbx: Watched) -> None:
    stem = pbx.pbx_call()
    good = Path(f"{stem}-in.opus").read_bytes()
    Path(f"{stem}-in.opus").write_bytes(b"no sound at all")
    pbx.at_rest()
    Path(f"{stem}-in.opus").write_bytes(good)

    assert pbx.at_rest().taken == {"recorded": 1}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (f"holiday-{CALLER}.wav", "is not named as watch.layout says"),
        (f"q-999-{CALLER}-20261124-101403-1795508043.17.wav", "has no line"),
        (f"q-600-{CALLER}-20261124-101403-1795508043.17-in.wav", "one side only"),
    ],
)
def test_one_bad_file_is_named_harmlessly_and_hides_no_other(
    pbx: Watched, name: str, says: str
) -> None:
    (pbx.built.drop / name).write_bytes(b"RIFF")
    pbx.pbx_call()

    report = pbx.at_rest()

    assert report.taken == {"recorded": 1}
    (line,) = report.unusable
    assert says in line
    assert "5550112" not in line


def test_the_certificate_waits_for_the_files_and_then_says_so(watched: Watched) -> None:
    watched.call()
    watched.at_rest()
    watched.roll()
    row = Recording.objects.get()
    house = watched.built.house

    for at in (row.cutoff_at + timedelta(minutes=10), row.due_at):
        watched.built.clock.at = at
        course.sweep(house, at)
    gone = Destruction.objects.get()
    assert gone.backup_dead_at is None
    assert gone.certificate_leaf is None

    assert watched.look().deleted == 1
    course.sweep(house, row.due_at + timedelta(minutes=1))

    gone = Destruction.objects.get()
    assert gone.source_fate == "deleted"
    text = ledger.certificate_text(house.log, bytes(gone.certificate_leaf or b""))
    extra = next(line for line in text.splitlines() if line.startswith("extra "))
    assert b'"source":"deleted"' in base64.b64decode(extra.removeprefix("extra "))


def test_files_that_somebody_took_away_count_as_gone_only_where_the_folder_is_ours(
    watched: Watched,
) -> None:
    watched.call()
    watched.at_rest()
    for path in watched.built.drop.glob("*.*"):
        if not path.name.startswith("."):
            path.unlink()

    watched.look()

    assert Promise.objects.get().source == Source.DELETED.value


def test_an_empty_place_where_a_disk_should_be_mounted_proves_nothing(watched: Watched) -> None:
    watched.call()
    watched.at_rest()
    watched.stack.close()
    watched.built.drop.rename(watched.built.drop.with_name("unmounted"))
    watched.built.drop.mkdir()

    watched.start()
    watched.at_rest()

    assert Promise.objects.get().source == Source.TO_DELETE.value


def test_two_watchers_do_not_share_a_folder(watched: Watched) -> None:
    with pytest.raises(Conflict), drops.opened(watched.built.drop, SIDECARS):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"), drops.opened(tmp_path / "no", SIDECARS):
        pass
