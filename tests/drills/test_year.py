"""A year, day by day: what dies, dies on time in every copy; what is held, lives; nothing else.

The invariants of REGISTER C that concern keys and dates, held against a real vault after each day.
A month of calls from one seed runs always, until the last call is gone; the long drill lives three
whole years, some minutes each.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from talteen.engine.postgres.cluster import Cluster
from talteen.engine.vault import pages, rollfile
from talteen.errors import NoLongerOpens
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.seal import ring
from talteen.register.log.ledger_models import LedgerEntry
from talteen.register.models import Recording
from tests.kit import copies as kit
from tests.kit.copies import Copies
from tests.kit.depth import LONG
from tests.kit.year import SOUND, YEAR, Call, Year

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.drill, pytest.mark.sampled]
YEARS, LENGTH = (3, YEAR) if LONG else (1, 30)


@pytest.fixture
def copies(postgres: Cluster, transactional_db: None) -> Iterator[Copies]:
    with kit.copies(postgres) as made:
        yield made


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(1, 1 + YEARS))
def test_a_year_of_a_register_keeps_its_promise_every_day(
    tmp_path: Path, copies: Copies, seed: int
) -> None:
    year = Year(tmp_path, copies, seed, LENGTH)
    looks = random.Random(seed)
    try:
        for day in year.days():
            if year.happened or day % 7 == 0:
                year.happened = False
                counts_add_up(year)
                doors_open_what_lives_and_nothing_else(year, looks)
                rows_say_what_the_law_says(year)
                ring_keys_are_dead_by_their_date(year)
            if day % 5 == 0:
                pages_hold_what_lives_and_nothing_else(year)
                no_living_backup_key_opens_what_is_due(year)
            if day % 30 == 0:
                an_attempt_with_every_key_finds_no_dead_call(year)
        at_the_end_all_is_destroyed_once_and_certified(year)
    finally:
        year.close()
    assert {"calls", "erasures", "holds", "releases", "redactions"} <= {*year.counts}
    assert "restores" in year.counts or not LONG


def counts_add_up(year: Year) -> None:
    """What the root counts, and what waits for it, are the calls that live."""
    root = year.vault.root()
    assert root.count + len(waiting_in(year)) == len(before_cutoff_of(year))
    assert len(root.holds) == sum(len(one.holds) for one in year.calls.values())


def before_cutoff_of(year: Year) -> set[RecordingId]:
    """The calls that stand on day pages, or will."""
    calls = year.calls.values()
    return {one.id for one in calls if one.lives(year.now) and year.now < one.cutoff}


def pages_hold_what_lives_and_nothing_else(year: Year) -> None:
    """Every living call is on its page once, and no other is anywhere."""
    year.vault.forget()
    book = year.vault.book()
    on_days = [one for ref in book.root.days for one in book.day_page(ref).entries]
    before_cutoff = before_cutoff_of(year)
    waiting = waiting_in(year)
    assert len(on_days) == len(set(on_days))
    assert not waiting & set(on_days)
    assert set(on_days) | waiting == before_cutoff
    held = {(one.id, hold) for one in year.calls.values() for hold in one.holds}
    assert {(ref.recording, ref.hold) for ref in book.root.holds} == held


def waiting_in(year: Year) -> set[RecordingId]:
    """Calls whose key waits for the next roll."""
    return {RecordingId(pk) for pk in year.vault.envelopes().values_list("pk", flat=True)}


def doors_open_what_lives_and_nothing_else(year: Year, looks: random.Random) -> None:
    """I1, I4, I6: of everything near its end, of some held calls, and of some others."""
    every = list(year.calls.values())
    near = [one for one in every if abs((year.now - (one.gone_at or one.cutoff)).days) <= 1]
    held = [one for one in every if one.holds]
    some = [looks.sample(these, min(2, len(these))) for these in (held, every)]
    for one in {call.id: call for call in chain(near, *some)}.values():
        assert opens(year, one) == one.lives(year.now), (year.now, one)


def opens(year: Year, call: Call) -> bool:
    try:
        entry = year.vault.entry(call.id, year.now)
    except NoLongerOpens:
        return False
    (ref,) = entry.blobs
    return year.vault.open_blob(call.id, ref, entry).read(0, len(SOUND)) == SOUND


def rows_say_what_the_law_says(year: Year) -> None:
    """I3, I7: no date has moved later; each call is a row or one destruction, never both."""
    rows = dict(Recording.objects.values_list("pk", "due_at"))
    gone = list(Destruction.objects.values_list("recording", flat=True))
    assert all(due <= year.calls[RecordingId(pk)].due for pk, due in rows.items())
    assert len(gone) == len(set(gone))
    assert not set(gone) & set(rows)
    assert set(gone) | set(rows) == set(year.calls)


def ring_keys_are_dead_by_their_date(year: Year) -> None:
    names, deaths = year.vault.backup.names(), year.vault.backup.deaths()
    for one in ring.generations(year.vault):
        over = one.backup_dies_at is not None and one.backup_dies_at <= year.now
        lives = one.backed and one.backup_dead_at is None and not over
        assert (one.backup_name in names) == lives, (year.now, one, deaths.get(one.backup_name))


def no_living_backup_key_opens_what_is_due(year: Year) -> None:
    """I8: whoever holds the ring and every old copy opens no call past its due that is not held."""
    holder, names = year.safe.restore_holder, year.vault.backup.names()
    for one in ring.generations(year.vault):
        if one.backup_name in names:
            file = rollfile.read(
                year.vault.blobs.read(rollfile.key_of(one.n)), year.vault.signer.public_key()
            )
            assert file.backup is not None
            key = holder.unwrap(file.backup.name, file.backup.wrapped)
            root = pages.open_root(file.root, key, house=file.house, n=file.n)
            assert all(ref.earliest_due > year.now for ref in root.days), (year.now, one)


def an_attempt_with_every_key_finds_no_dead_call(year: Year) -> None:
    """The drill of the house itself, with a living control."""
    dead = {one.id for one in year.calls.values() if due_and_gone(one, year.now)}
    living = {one.id for one in year.calls.values() if one.lives(year.now)} - waiting_in(year)
    tried = attempt.attempt(year.vault, dead | living, restore=year.safe.restore_holder)

    assert tried.found == living, (year.now, tried.found ^ living)


def due_and_gone(call: Call, now: datetime) -> bool:
    """Past its due and past the ring of whatever let it go last."""
    ended = max(call.due, call.gone_at or call.due) if call.was_held else call.due
    return not call.lives(now) and now >= ended and (now - ended).days >= 7 * call.was_held


def seen_anew(year: Year, call: Call) -> bool:
    """Whether its last key was seen to be gone later than it went: nobody looked at the ring that
    day, or a restore lost what was seen.
    """
    near = timedelta(days=2)
    looked_away = any(call.due - near <= day <= call.due + near for day in year.blind)
    return looked_away or any(made <= call.due <= back + near for made, back in year.restored)


def at_the_end_all_is_destroyed_once_and_certified(year: Year) -> None:
    """I8: a certificate for every call, dated before its due unless a hold kept it."""
    left = {one.id for one in year.calls.values() if one.holds}
    gone = {row.pk: row for row in Destruction.objects.all()}
    assert set(gone) == set(year.calls) - left
    for one in year.calls.values():
        if one.id in left or (one.gone_at and (year.now - one.gone_at).days < 7):
            continue
        row = gone[one.id]
        assert row.certificate_leaf is not None, one
        assert row.backup_dead_at is not None
        if not one.was_held and not seen_anew(year, one):
            assert row.backup_dead_at <= one.due, (row.backup_dead_at, one)
    tags = list(LedgerEntry.objects.values_list("kind", flat=True))
    assert tags.count("destroyed") == len(gone)
