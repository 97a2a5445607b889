"""kill -9 after every durable step of an end: of an erasure from the decision on, of what comes
after the roll, and of a hold that two persons have decided (DESIGN 13, REGISTER I22).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from talteen.engine.vault.changes import Changes
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import applied, finish
from talteen.life.destroy.models import Destruction
from talteen.life.destroy.rules import Reason
from talteen.life.hold import acts as holding
from talteen.life.hold import provisional
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.life.seal import catch_up, rolling
from talteen.life.transcribe import indexing
from talteen.life.transcribe.index import Shard
from talteen.life.transcribe.query import parse
from talteen.register.log import ledger
from talteen.register.log.ledger_kinds import DestroyedEverywhere
from talteen.register.models import Hold, Recording
from tests.kit import builders, indexed, vaults
from tests.kit.builders import NOON
from tests.kit.processes import killed_at
from tests.kit.vaults import Safe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_STEPS = ("deaths confirmed", "bytes gone", "index rebuilt", "bytes noted")
LATER_STEPS = ("strays gone", "ring looked at", "certified")


@pytest.fixture
def safe(tmp_path: Path) -> Safe:
    made = vaults.safe(tmp_path)
    on_apply = partial(applied.apply, margin_days=made.vault.margin_days)
    return replace(made, vault=replace(made.vault, on_apply=on_apply))


def folded(safe: Safe, at: datetime) -> Recording:
    """A call of an hour ago, on its page."""
    call = vaults.seal(safe.vault, started_at=at - HOUR)
    rolling.roll(safe.vault, Changes(), at)
    return call


def plays(safe: Safe, call: Recording, at: datetime) -> bool:
    try:
        return vaults.sound_of(safe.vault, call, at) == vaults.SOUND
    except NoLongerOpens:
        return False


def a_year_apart() -> Iterator[datetime]:
    """Time enough for each call to be gone before the next one comes."""
    at = NOON
    while True:
        yield at
        at += 120 * DAY


def test_killed_after_any_step_of_its_end_a_call_is_gone_and_certified_once(safe: Safe) -> None:
    times = a_year_apart()
    for step in (*FIRST_STEPS, *LATER_STEPS):
        call = folded(safe, next(times))
        assert destroy.expire(safe.vault, call.cutoff_at) == 1
        end = partial(finish.finish, safe.vault, safe.reaper, safe.folder / "shards")
        if step in LATER_STEPS:
            end(call.cutoff_at)
        at = call.due_at if step in LATER_STEPS else call.cutoff_at

        assert killed_at(step, lambda told, at=at, end=end: end(at, progress=told)), step
        for later in (at, call.due_at, call.due_at + 2 * HOUR):
            end(later)

        gone = Destruction.objects.get(pk=call.pk)
        assert gone.bytes_gone_at, step
        assert gone.forgotten_at, step
        assert gone.certificate_leaf, step
        assert not list(safe.vault.blobs.keys("blobs/"))
        assert len(list(ledger.find(DestroyedEverywhere, recording=gone.pk))) == 1


def test_an_erasure_that_was_killed_as_soon_as_it_was_decided_is_finished_for_its_own_reason(
    safe: Safe,
) -> None:
    call = folded(safe, NOON)
    one, other = builders.staff("Eila"), builders.staff("Ilkka")
    erase = partial(
        destroy.erase,
        safe.vault,
        RecordingId(call.pk),
        Reason.REQUEST,
        decided_by=one,
        approved_by=other,
        now=NOON,
    )

    assert killed_at("destroying committed", lambda told: erase(progress=told))
    assert not plays(safe, call, NOON)
    assert destroy.expire(safe.vault, NOON + HOUR) == 1

    assert Destruction.objects.get(pk=call.pk).reason == Reason.REQUEST.value


def test_killed_at_any_step_of_an_erasure_the_day_is_indexed_from_what_was_copied(
    safe: Safe,
) -> None:
    """No call here has sealed words: a day that was not carried over would find nothing."""
    shards, one, other = safe.folder / "shards", builders.staff("Eila"), builders.staff("Ilkka")
    safe.vault.before_roll = partial(indexing.carry, safe.vault, shards)
    for step, at in zip(("destroying committed", *vaults.ROLL_STEPS), a_year_apart(), strict=False):
        kept = vaults.seal(safe.vault, started_at=at - HOUR)
        call = folded(safe, at)
        path = indexed.lay(safe.vault, shards, {call: "xylofoni", kept: "pasuuna"}, at)
        people = {"decided_by": one, "approved_by": other}
        erase = partial(
            destroy.erase, safe.vault, RecordingId(call.pk), Reason.REQUEST, **people, now=at
        )

        assert killed_at(step, lambda told, erase=erase: erase(progress=told)), step
        catch_up.catch_up(safe.vault, at + HOUR)
        destroy.expire(safe.vault, at + HOUR)
        rolling.roll(safe.vault, Changes(), at + HOUR)
        finish.finish(safe.vault, safe.reaper, shards, at + HOUR)

        with Shard.open(path, safe.vault.shard_key(kept.day)) as shard:
            assert shard.recordings() == {kept.pk}, step
            assert shard.find(parse("pasuuna")), step
            assert shard.find(parse("xylofoni")) == [], step
        assert not list(shards.glob(f"{kept.day}.shard?*")), step


def test_a_hold_that_two_decided_comes_into_force_though_its_process_was_killed(safe: Safe) -> None:
    call = folded(safe, NOON)
    eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
    case = builders.case(eila, opened_at=NOON)
    placing = Placing(case, Ground.COMPLAINT, [eila], NOON.date() + 30 * DAY, eila, ilkka)
    place = partial(holding.place, safe.vault, RecordingId(call.pk), placing, NOON)

    assert killed_at("placing committed", lambda told: place(progress=told))
    assert provisional.place_waiting(safe.vault, NOON) == 0, "somebody may be at it"
    assert provisional.place_waiting(safe.vault, NOON + HOUR) == 1

    assert Hold.objects.get().state == "active"
    assert plays(safe, call, call.due_at + DAY)


def test_a_hold_that_came_to_nothing_before_the_cutoff_keeps_nothing(safe: Safe) -> None:
    call = folded(safe, NOON)
    eila, ilkka = builders.staff("Eila"), builders.staff("Ilkka")
    case = builders.case(eila, opened_at=NOON)
    placing = Placing(case, Ground.COMPLAINT, [eila], NOON.date() + 30 * DAY, eila, ilkka)
    place = partial(holding.place, safe.vault, RecordingId(call.pk), placing, NOON)

    assert killed_at("placing committed", lambda told: place(progress=told))
    assert destroy.expire(safe.vault, call.cutoff_at) == 1, "nor stands in the way of its day"
    assert provisional.place_waiting(safe.vault, call.cutoff_at) == 0

    assert not Hold.objects.exists()
    assert Destruction.objects.filter(pk=call.pk).exists()
