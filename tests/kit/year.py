"""A year in a register, from one seed: calls, holds, releases, erasures, redactions, days off, a
ring that is away, restores. All through public acts on a real vault with real holders; the clock is
ours and the sound is four bytes.

``Year`` does what people and the clock do, and keeps its own book of what must be true, from the
law alone. ``year_truths`` holds the vault against that book.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction

from talteen.clock import helsinki_date, start_of_day
from talteen.engine.vault.changes import Changes, Resealed
from talteen.engine.vault.entries import Entry, Kind
from talteen.errors import Unavailable
from talteen.ids import HoldId, RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied, finish
from talteen.life.destroy.rules import Reason
from talteen.life.hold import acts as holding
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import catch_up, purge, ring, rolling
from talteen.life.seal.memory import Memory
from talteen.life.seal.models import Envelope
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.register.models import Hold, Recording
from tests.kit import builders, vaults
from tests.kit.copies import Copies

BEGINS = datetime(2027, 2, 1, 10, tzinfo=UTC)
"""A year with a leap day, both changes of clocks, and every end of a month in it."""
YEAR, TAIL = 366, 100
"""Days with calls in a whole year, and those after which the last of them is gone."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOUND = b"hei!"


@dataclass(slots=True)
class Call:
    """What must be true of one call, by the notice."""

    id: RecordingId
    start: datetime
    due: datetime
    cutoff: datetime
    holds: dict[HoldId, datetime] = field(default_factory=dict)
    """In force -> until when the case goes on."""
    was_held: bool = False
    gone_at: datetime | None = None
    """Erased, or let go with its last hold."""

    def lives(self, now: datetime) -> bool:
        return self.gone_at is None and (now < self.cutoff or bool(self.holds))


@dataclass(slots=True)
class Year:
    """The register, its people, and the time."""

    folder: Path
    copies: Copies
    seed: int
    length: int = YEAR
    """For how many days calls come in."""
    now: datetime = BEGINS
    calls: dict[RecordingId, Call] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    vault: Vault = field(init=False)
    safe: vaults.Safe = field(init=False)
    rng: random.Random = field(init=False)
    restored: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When a dump was made, and when it was put back."""
    blind: list[datetime] = field(default_factory=list)
    """Days on which nobody looked at the ring: the house was off, or the ring away."""
    happened: bool = False
    """Whether anything was done, or anything died, since this was last set to False."""
    _swept_at: datetime = BEGINS
    _dump: str = ""
    _dumped_at: datetime = BEGINS
    _elsewhere: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.safe = vaults.safe(self.folder, now=self.now)
        self.vault = replace(
            self.safe.vault, on_apply=lambda roll: applied.apply(roll, margin_days=7)
        )

    def close(self) -> None:
        """Back to the first database."""
        self._elsewhere.close()

    def days(self) -> Iterator[int]:
        """Live through the year and until the last call of it is gone; yields after every day that
        the house was on."""
        for day in range(self.length + TAIL):
            self.now = start_of_day(helsinki_date(self.now) + DAY) + self._minutes(10, 50)
            if self.rng.random() < 0.03:
                self._count("days off")
                self.blind.append(self.now)
                self.safe.reaper.reap(self.now)  # it goes on while the house is off
                continue
            with self._ring_may_be_away():
                if self._is_due() or day % 3 == 0:
                    self._sweep()
                self.now += self._minutes(7 * 60, 14 * 60)
                for act in self._acts(day):
                    act()
                if self.rng.random() < 0.3 and self._is_due():
                    self._sweep()
                self.now = start_of_day(helsinki_date(self.now) + DAY) - self._minutes(5, 30)
                with suppress(Unavailable):  # every half minute, and every ten seconds
                    self.safe.reaper.reap(self.now)
                    ring.tend(self.vault, self.now)
            if self._dump and self.rng.random() < 0.1:
                self._restore()
            yield day

    # --- what the clock does ------------------------------------------------------------------

    def _sweep(self) -> None:
        self._swept_at = self.now
        self.happened |= bool(destroy.expire(self.vault, self.now))
        if Envelope.objects.filter(done_n=None, rejected=False).exists():
            self._roll(Changes())
        shards = self.folder / "shards"
        self.happened |= bool(finish.finish(self.vault, self.safe.reaper, shards, self.now))

    def _is_due(self) -> bool:
        """Whether a sweep would find anything that has to be done today. On other days it is run
        all the same, but not on each: a year of sweeps that do nothing is most of its time.
        """
        ended = any(self._swept_at < one.cutoff <= self.now for one in self.calls.values())
        return ended or self.vault.envelopes().exists()

    def _roll(self, changes: Changes) -> None:
        rolling.roll(
            self.vault,
            replace(changes, leaves=lambda draft: applied.leaves(draft, self.now)),
            self.now,
        )

    # --- what people do ----------------------------------------------------------------------

    def _acts(self, day: int) -> Iterator[Callable[[], None]]:
        chance = self.rng.random
        if day < self.length:
            yield from [self._call] * self.rng.choice([0, 0, 0, 2, 3])
        for act, likely in (
            (self._erase, 0.10),
            (self._hold, 0.10),
            (self._redact, 0.05),
            (self._keep_a_dump, 0.02),
        ):
            if chance() < likely:
                yield act
        yield self._release_what_is_over

    def _call(self) -> None:
        late = self.rng.choice([0, 0, 0, 0, 1, 5, 40])
        start = self.now - late * DAY - self._minutes(1, 23 * 60)
        row = builders.recording(started_at=start)
        recording, dek = RecordingId(row.pk), self.vault.new_dek()
        blob = self.vault.write_blob(recording, Kind.CALLER_SOUND, [SOUND], dek=dek, start=start)
        with transaction.atomic():
            self.vault.deposit(
                recording,
                start=start,
                due=row.due_at,
                dek=dek,
                mac=self.vault.origin_mac(recording.bytes),
                number="",
                blobs=[blob],
            )
        cutoff = retention.cutoff(row.due_at, 7)
        self.calls[recording] = Call(recording, start, row.due_at, cutoff)
        self._count("calls")

    def _erase(self) -> None:
        if call := self._some(lambda one: not one.holds):
            eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
            destroy.erase(
                self.vault,
                call.id,
                Reason.REQUEST,
                decided_by=eila,
                approved_by=ilkka,
                now=self.now,
            )
            call.gone_at = self.now
            self._count("erasures")

    def _hold(self) -> None:
        if call := self._some(lambda one: self.now < one.cutoff):
            eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
            case = builders.case(eila, opened_at=self.now)
            placing = Placing(
                case, Ground.COMPLAINT, [eila], helsinki_date(self.now) + 30 * DAY, eila, ilkka
            )
            hold = holding.place(self.vault, call.id, placing, self.now)
            call.holds[HoldId(hold.pk)] = self.now + self.rng.randint(3, 150) * DAY
            call.was_held = True
            self._count("holds")

    def _release_what_is_over(self) -> None:
        for call in list(self.calls.values()):
            for hold in [one for one, until in call.holds.items() if until <= self.now]:
                eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
                row = Hold.objects.get(pk=hold)
                destroy.release(self.vault, row, proposed_by=eila, approved_by=ilkka, now=self.now)
                del call.holds[hold]
                if not call.holds and self.now >= call.cutoff:
                    call.gone_at = self.now
                self._count("releases")

    def _redact(self) -> None:
        if call := self._some(lambda one: not Envelope.objects.filter(recording=one.id).exists()):
            old = self.vault.entry(call.id, self.now).blobs
            dek = self.vault.new_dek()
            cut = self.vault.write_blob(
                call.id, Kind.CALLER_SOUND, [SOUND], dek=dek, start=call.start
            )
            with transaction.atomic():
                self.vault.attach(call.id, [cut], start=call.start)
            self._roll(Changes(reseal={call.id: Resealed(dek, (cut,))}))
            purge.discard(self.vault, [blob.id for blob in old])
            self._count("redactions")

    # --- what goes wrong -----------------------------------------------------------------------

    def _ring_may_be_away(self) -> ExitStack:
        stack = ExitStack()
        if self.rng.random() < 0.02:
            folder, away = self.folder / "keys-ring", self.folder / "unmounted"
            folder.rename(away)
            stack.callback(self._sweep)
            stack.callback(away.rename, folder)
            self._count("days without the ring")
            self.blind.append(self.now)
        return stack

    def _keep_a_dump(self) -> None:
        self._dump, self._dumped_at = self.copies.standby(), self.now
        self._count("dumps")

    def _restore(self) -> None:
        """The newest dump is put back and becomes the database of the house. Nothing waited for a
        roll: what did would be offered again by its node, which is another test's story.
        """
        self._sweep()
        self._elsewhere.enter_context(self.copies.at(self._dump))
        self.copies = Copies(self.copies.cluster, self._dump, self.copies.made)
        self.restored.append((self._dumped_at, self.now))
        self._dump = ""
        self.vault = replace(self.vault, _memory=Memory())
        catch_up.catch_up(self.vault, self.now, rebuild=self._rebuild)
        self._enter_holds_again()
        self._sweep()
        self._count("restores")

    def _rebuild(self, recording: RecordingId, entry: Entry) -> bool:
        made = builders.recording(started_at=entry.start)
        Recording.objects.filter(pk=made.pk).update(id=recording)
        return True

    def _enter_holds_again(self) -> None:
        """Holds placed after the dump are in the pages; people enter their papers again."""
        eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
        for call in self.calls.values():
            for hold in call.holds:
                if not Hold.objects.filter(pk=hold).exists():
                    Hold.objects.create(
                        id=hold,
                        recording_id=call.id,
                        case=builders.case(eila, opened_at=self.now),
                        ground=Ground.COMPLAINT.value,
                        purposes=[],
                        state="active",
                        opened_at=self.now,
                        opened_by=eila,
                        approved_by=ilkka,
                        review_on=helsinki_date(self.now),
                    )

    # --- small -----------------------------------------------------------------------------------

    def _some(self, fits: Callable[[Call], bool]) -> Call | None:
        living = [one for one in self.calls.values() if one.lives(self.now) and fits(one)]
        return self.rng.choice(living) if living else None

    def _minutes(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self.rng.randint(least, most))

    def _count(self, what: str) -> None:
        self.happened = True
        self.counts[what] = self.counts.get(what, 0) + 1
