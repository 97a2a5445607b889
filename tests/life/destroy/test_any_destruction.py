"""Run twice, beside itself, or broken off anywhere, destruction comes to the same end (I22).

From one seed: calls come, one of them is held, the time of some has come; then expiry and finishing
are broken off after any of their steps, while another process may do the same. What must stand at
the end is said by our own book, from the dates alone.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from talteen.clock import helsinki_date
from talteen.errors import Conflict, NoLongerOpens, TalteenError
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied, finish
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as holding
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import catch_up
from talteen.life.seal.memory import Memory
from talteen.life.seal.models import Blob
from talteen.life.seal.stored import blob_key
from talteen.life.seal.vault import Vault
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Recording
from tests.kit import builders, vaults
from tests.kit.builders import NOON
from tests.kit.vaults import ROLL_STEPS

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
EXPIRING = ("destroying committed", *ROLL_STEPS)
FINISHING = ("deaths confirmed", "bytes gone", "index rebuilt", "bytes noted", "ring looked at")
ROUNDS = 5


class BrokenOffError(BaseException):
    """Nothing of this process goes on."""


@dataclass(slots=True)
class Story:
    """A vault, the time, and the calls that were ever in it."""

    folder: Path
    rng: random.Random
    now: datetime = NOON
    calls: dict[RecordingId, Recording] = field(default_factory=dict)
    held: set[RecordingId] = field(default_factory=set)
    happened: Counter[str] = field(default_factory=Counter)
    safe: vaults.Safe = field(init=False)
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        self.safe = vaults.safe(self.folder, now=self.now)
        self.vault = replace(
            self.safe.vault, on_apply=lambda roll: applied.apply(roll, margin_days=7)
        )

    # --- what comes ----------------------------------------------------------------------------

    def calls_come(self) -> None:
        """Some whose time comes soon, one of which may be held; and days go by."""
        for _ in range(self.rng.randint(2, 4)):
            started = self.now - timedelta(days=self.rng.randint(70, 82), hours=1)
            row = vaults.seal(self.vault, started_at=started)
            self.calls[RecordingId(row.pk)] = row
        self.catch_up_and_expire()
        if self.rng.random() < 0.6:
            recording = list(self.calls)[-1]
            eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
            case = builders.case(eila, opened_at=self.now)
            until = helsinki_date(self.now) + 60 * DAY
            placing = Placing(case, Ground.COMPLAINT, [eila], until, eila, ilkka)
            holding.place(self.vault, recording, placing, self.now)
            self.held.add(recording)
        self.now += self.rng.randint(2, 12) * DAY

    # --- what is broken off ----------------------------------------------------------------------

    def one_is_broken_off(self) -> None:
        """Expiry or finishing, after one of its steps; another process may have come to it too."""
        expiring = self.rng.random() < 0.7
        step = self.rng.choice(EXPIRING if expiring else FINISHING)
        beside = self.rng.choice([*EXPIRING[:3], None, None]) if expiring else None
        others: list[threading.Thread] = []

        def heard(name: str) -> None:
            if name == beside and not others:
                others.append(threading.Thread(target=self.another_expires))
                others[0].start()
            if name == step:
                raise BrokenOffError

        try:
            self.expire(heard) if expiring else self.finish(heard)
        except BrokenOffError:
            self.happened[step] += 1
        except Conflict:
            self.happened["overtaken"] += 1
        for thread in others:
            thread.join()
            self.happened["beside"] += 1

    def another_expires(self) -> None:
        """Another process, with a memory and a connection of its own."""
        try:
            destroy.expire(replace(self.vault, _memory=Memory()), self.now)
        except TalteenError:
            pass  # it was overtaken, as the other might have been
        finally:
            connection.close()

    # --- how it goes on ---------------------------------------------------------------------------

    def catch_up_and_expire(self) -> None:
        """As a house that starts, and sweeps."""
        self.vault.forget()
        catch_up.catch_up(self.vault, self.now)
        self.expire()
        self.finish()

    def expire(self, heard: Callable[[str], None] = lambda name: None) -> None:
        destroy.expire(self.vault, self.now, progress=heard)

    def finish(self, heard: Callable[[str], None] = lambda name: None) -> None:
        shards = self.folder / "shards"
        finish.finish(self.vault, self.safe.reaper, shards, self.now, progress=heard)

    # --- the book ---------------------------------------------------------------------------------

    def living(self) -> set[RecordingId]:
        return {one for one, row in self.calls.items() if self.now < row.cutoff_at} | self.held

    def is_as_it_must_be(self) -> None:
        living = self.living()
        dead = self.calls.keys() - living
        assert {
            RecordingId(one) for one in Recording.objects.values_list("pk", flat=True)
        } == living
        assert Counter(Destruction.objects.values_list("pk", flat=True)) == Counter(dead)
        assert LedgerEntry.objects.filter(kind="destroyed").count() == len(dead)
        assert not Destruction.objects.filter(bytes_gone_at=None).exists()
        named = {blob_key(row.day, row.pk) for row in Blob.objects.all()}
        assert set(self.vault.blobs.keys("blobs/")) == named
        for one, row in self.calls.items():
            assert self.opens(row) == (one in living)
        assert len(self.vault.live.names()) == 1

    def opens(self, row: Recording) -> bool:
        try:
            return vaults.sound_of(self.vault, row, self.now) == vaults.SOUND
        except NoLongerOpens:
            return False


@pytest.mark.parametrize("seed", [22])
def test_destruction_broken_off_repeated_or_run_beside_itself_ends_the_same(
    tmp_path: Path, seed: int
) -> None:
    story = Story(tmp_path, random.Random(seed))
    for _ in range(ROUNDS):
        story.calls_come()
        for _ in range(story.rng.randint(1, 3)):
            story.one_is_broken_off()
        story.catch_up_and_expire()
        story.is_as_it_must_be()

    story.now = max(row.due_at for row in story.calls.values()) + 7 * DAY
    for _ in range(2):
        story.catch_up_and_expire()
    story.is_as_it_must_be()
    assert not Destruction.objects.filter(certificate_leaf=None).exists()
    told = LedgerEntry.objects.filter(kind="destroyed_everywhere").count()
    assert told == len(story.calls) - len(story.held)
    assert story.happened["beside"]
    assert len(story.happened) > 4
