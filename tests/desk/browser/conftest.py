"""A whole small house on a real port, and a real browser before it, once for all browser tests.

Some calls of the demo on their own days: one with words, one held, one of which only a certificate
is left. With ``SCREENS=1`` what is looked at is drawn into ``.cache/screens``, for eyes.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from talteen import course, wiring
from talteen.clock import helsinki_date, start_of_day
from talteen.demo import cast
from talteen.engine.postgres.cluster import Cluster
from talteen.ids import RecordingId
from talteen.life.destroy import stating
from talteen.life.hold import acts as hold
from talteen.life.hold import complaint
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.transcribe import indexing
from talteen.life.use.quality import drawing, lot
from talteen.notice.purposes import Role
from talteen.oversight.models import DayBalance, LostCall
from talteen.register.log import ledger
from talteen.register.models import Recording
from talteen.register.spared import do_not_record
from tests.kit import browser, builders, database, houses, serving, transcripts
from tests.kit.houses import Built

if TYPE_CHECKING:
    from tests.desk.browser.furnishing import Furnished

BORN = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
NEWEST = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""The day that the demo's calls are counted back from."""
TODAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
CALLS = ("023", "008", "011", "007", "006", "001")
"""Oldest first. On TODAY 023 is destroyed everywhere, 008 has lost its live key, the rest live."""


@dataclass(frozen=True, slots=True)
class Served:
    """The house behind an address."""

    base: str
    spoken: Recording
    """A call with sound and words."""
    held: Recording
    gone: RecordingId
    case: str
    day_gone: date


def _balanced() -> None:
    """Two days of the exchange's records, one with a call that is missing."""
    for ago, counts in enumerate(
        ({"recorded": 24, "partial": 1, "lost": 1, "lawful:internal": 9}, {"recorded": 31}), 1
    ):
        day = helsinki_date(TODAY) - timedelta(days=2 * ago)
        DayBalance.objects.create(
            day=day,
            source="cucm-cdr",
            counts=counts,
            orphans=0,
            unlawful=0,
            unreadable=0,
            made_at=TODAY,
            sha256=bytes(32),
        )
    began_at = TODAY - timedelta(days=2)
    LostCall.objects.create(
        day=helsinki_date(began_at),
        began_at=began_at,
        source="cucm-cdr",
        reason="never_arrived",
        found_at=TODAY,
    )


@pytest.fixture(scope="package")
def served(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres: Cluster,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The house, served until the last browser test is over."""
    with django_db_blocker.unblock():
        yield from house(postgres, tmp_path_factory, "browser")


@contextlib.contextmanager
def place(
    postgres: Cluster, tmp_path_factory: pytest.TempPathFactory, name: str
) -> Iterator[tuple[Path, pytest.MonkeyPatch]]:
    """An empty home, and a database called after ``name``, for the time of a house."""
    with pytest.MonkeyPatch.context() as patch:
        # The browser's driver keeps an event loop in this thread; our queries are not in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        home = tmp_path_factory.mktemp(name)
        patch.setenv("TALTEEN_HOME", str(home))
        with database.another(postgres, f"{name}_{worker}"):
            yield home, patch


def house(
    postgres: Cluster, tmp_path_factory: pytest.TempPathFactory, name: str
) -> Iterator[Served]:
    """A house behind an address, in a database called after ``name``: for a file that uses up what
    the others would find in the shared one."""
    with place(postgres, tmp_path_factory, name) as (home, patch):
        built = houses.build(home, born_at=BORN)
        patch.setattr(wiring, "house", lambda: built.house)
        lived = _live(built)
        _balanced()
        with serving.serving() as base:
            yield Served(base, *lived)


def _live(built: Built) -> tuple[Recording, Recording, RecordingId, str, date]:
    """Take the calls in on their days, sweep as nights do, and end on TODAY."""
    house, clock = built.house, built.clock
    taken = []
    for name in CALLS:
        outcome = built.take_in(houses.spoken(name, NEWEST, whole=True))
        assert outcome.recording is not None
        taken.append(Recording.objects.get(pk=outcome.recording))
    gone, spoken, kept = taken[0], taken[-1], taken[-2]
    course.roll(house, clock.now())
    # Its words are the demo's truth: that the machine hears them is shown where it listens.
    told = transcripts.of_call(CALLS[-1], spoken)
    transcripts.write(house.vault, RecordingId(spoken.pk), told, clock.now())
    indexing.index_one(house.vault, house.shards, RecordingId(spoken.pk), clock.now())
    case = _hold(built, spoken, kept)
    monday = lot.monday_of(spoken.day)
    for at in (monday - timedelta(days=1), monday + timedelta(days=8)):
        drawing.tend(
            house.vault.lot_seed, 100, start_of_day(at)
        )  # of a handful of calls five of a hundred are none
    night = helsinki_date(clock.now())
    while (night := night + timedelta(days=1)) <= TODAY.date():
        # The worker looks every few seconds. Here: where something dies when copies are dead, and
        # every night when live keys are.
        dies = start_of_day(night) > gone.cutoff_at
        for beside in (timedelta(minutes=-1), timedelta(minutes=30))[not dies :]:
            clock.at = start_of_day(night) + beside
            course.sweep(house, clock.now())
    clock.at = TODAY
    complaint.mark(RecordingId(taken[3].pk), taken[3].agent, clock.now())
    course.sweep(house, clock.now())
    for number, ago in (("0505550901", 400), ("0505550902", 30)):
        on = TODAY.date() - timedelta(days=ago)
        do_not_record.add(house.vault.do_not_record_key(), number, on, "r01")
    # August is stated two days early, so that there is a page of it.
    ledger.enter(stating.preview(BORN.date().replace(day=1), TODAY), TODAY)
    ledger.publish(house.log, TODAY)
    return spoken, kept, RecordingId(gone.pk), case, gone.day


def _hold(built: Built, spoken: Recording, kept: Recording) -> str:
    """A complaint about both calls, and a hold on one of them."""
    eila, riitta = (cast.first_of(r) for r in (Role.REGISTER_CONTACT, Role.COMPLAINT_HANDLER))
    now = built.clock.now()
    case = builders.case(eila, riitta, calls=(spoken, kept), opened_at=now)
    review_on = now.date() + timedelta(days=20)
    placing = Placing(case, Ground.COMPLAINT, (eila, riitta), review_on, eila, riitta)
    hold.place(built.house.vault, RecordingId(kept.pk), placing, now)
    return case.reference


@pytest.fixture(scope="package")
def furnished(served: Served) -> "Furnished":
    """The house after a day of work in its rooms, done once for all files that share it."""
    from tests.desk.browser import furnishing  # knows this file

    return furnishing.furnish(served)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser; each test opens its own windows."""
    with browser.launched() as opened:
        yield opened
