"""A page opens as the very page that the root names, and as no other."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from talteen.engine.vault import pages
from talteen.engine.vault.entries import Entries, Entry
from talteen.engine.vault.pages import (
    DayPage,
    DayRef,
    HoldPage,
    HoldRef,
    IntakeSecret,
    PageName,
    RootPage,
    SealedPage,
)
from talteen.errors import Tampered
from talteen.ids import CaseId, HoldId, HouseId, IntakeKeyId, PageId, RecordingId
from tests.kit.flipped import flipped

HOUSE = HouseId(uuid4())
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
ENTRY = Entry(os.urandom(32), AT, AT, os.urandom(32), "+358401234567", ())


def name(*, house: HouseId = HOUSE, version: int = 1, n: int = 1) -> PageName:
    return PageName(house, PageId(uuid4()), version, n)


def day_page(count: int = 3) -> DayPage:
    entries = {RecordingId(uuid4()): ENTRY for _ in range(count)}
    return DayPage(date(2026, 11, 24), Entries().having(entries))


def root(n: int = 7) -> RootPage:
    page = pages.seal_day(day_page(), name(n=n), random=os.urandom)
    hold = HoldPage(HoldId(uuid4()), RecordingId(uuid4()), ENTRY)
    held = pages.seal_hold(hold, name(n=n), random=os.urandom)
    return RootPage(
        house=HOUSE,
        n=n,
        at=AT,
        days=(DayRef.of(date(2026, 11, 24), bytes(16), 3, AT, page.key),),
        holds=(HoldRef(hold.hold, hold.recording, held.key),),
        shards={date(2026, 11, 24): os.urandom(32)},
        cases={CaseId(uuid4()): os.urandom(32)},
        intake=(IntakeSecret(IntakeKeyId(uuid4()), "import", n, AT, os.urandom(96)),),
        nodes={"import": os.urandom(32)},
        tombstone_key=os.urandom(32),
    )


def test_pages_come_back_as_they_were_sealed() -> None:
    day, hold = day_page(), HoldPage(HoldId(uuid4()), RecordingId(uuid4()), ENTRY)

    sealed_day = pages.seal_day(day, name(), random=os.urandom)
    sealed_hold = pages.seal_hold(hold, name(), random=os.urandom)

    assert pages.open_day(sealed_day, HOUSE) == day
    assert pages.open_hold(sealed_hold, HOUSE) == hold


def test_a_root_comes_back_as_it_was_sealed() -> None:
    made, key = root(), os.urandom(32)

    sealed = pages.seal_root(made, key, random=os.urandom)

    assert pages.open_root(sealed, key, house=HOUSE, n=7) == made


def test_old_page_version_rejected() -> None:
    """Whoever puts yesterday's page into today's row finds that the root names another."""
    old = pages.seal_day(day_page(4), name(version=1, n=1), random=os.urandom)
    new = pages.seal_day(
        day_page(3), PageName(HOUSE, old.key.id, version=2, n=2), random=os.urandom
    )

    with pytest.raises(Tampered):
        pages.open_day(SealedPage(new.key, old.sealed), HOUSE)


def test_an_old_page_does_not_open_even_with_its_hash_in_the_root() -> None:
    """The hash alone is no lock: key, version and generation are bound into the page itself."""
    old = pages.seal_day(day_page(), name(version=1, n=1), random=os.urandom)

    for forged in (
        replace(old.key, version=2),
        replace(old.key, n=2),
        replace(old.key, id=PageId(uuid4())),
        replace(old.key, key=os.urandom(32)),
    ):
        with pytest.raises(Tampered):
            pages.open_day(SealedPage(forged, old.sealed), HOUSE)
    with pytest.raises(Tampered):
        pages.open_day(old, HouseId(uuid4()))


def test_a_hold_page_is_no_day_page() -> None:
    hold = HoldPage(HoldId(uuid4()), RecordingId(uuid4()), ENTRY)
    sealed = pages.seal_hold(hold, name(), random=os.urandom)

    with pytest.raises(Tampered):
        pages.open_day(sealed, HOUSE)


def test_a_root_opens_for_its_house_and_generation_only() -> None:
    made, key = root(n=7), os.urandom(32)
    sealed = pages.seal_root(made, key, random=os.urandom)

    for house, n, with_key in (
        (HouseId(uuid4()), 7, key),
        (HOUSE, 8, key),
        (HOUSE, 7, os.urandom(32)),
    ):
        with pytest.raises(Tampered):
            pages.open_root(sealed, with_key, house=house, n=n)


@pytest.mark.parametrize("at", [0, 11, 12, 40, -1])
def test_a_flipped_byte_of_a_page_is_seen(at: int) -> None:
    page = pages.seal_day(day_page(), name(), random=os.urandom)

    with pytest.raises(Tampered):
        pages.open_day(SealedPage(page.key, flipped(page.sealed, at)), HOUSE)


def test_an_empty_row_is_tampered_and_nothing_worse() -> None:
    page = pages.seal_day(day_page(), name(), random=os.urandom)

    with pytest.raises(Tampered):
        pages.open_day(SealedPage(page.key, b""), HOUSE)


def test_every_write_of_a_page_has_a_key_of_its_own() -> None:
    page, named = day_page(), name()

    keys = {pages.seal_day(page, named, random=os.urandom).key.key for _ in range(20)}

    assert len(keys) == 20
