"""What every pair of key holders must do. Subclass with ``live``, or ``backup`` and friends."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from talteen.engine.vault.holders import BackupHolder, LiveHolder, Reaper, RestoreHolder
from talteen.errors import Conflict, KeyGone, Tampered

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
KEY = os.urandom(32)


class LiveHolderSuite:
    """The duties of ``LiveHolder``."""

    def test_what_it_wraps_it_unwraps(self, live: LiveHolder) -> None:
        live.create("live-1-a")

        assert live.unwrap("live-1-a", live.wrap("live-1-a", KEY)) == KEY

    def test_destroy_is_final_on_all_nodes(self, live: LiveHolder) -> None:
        live.create("live-1-a")
        wrapped = live.wrap("live-1-a", KEY)

        live.destroy("live-1-a")
        live.destroy("live-1-a")

        with pytest.raises(KeyGone):
            live.unwrap("live-1-a", wrapped)
        with pytest.raises(KeyGone):
            live.wrap("live-1-a", KEY)
        assert "live-1-a" not in live.names()

    def test_a_new_key_of_an_old_name_opens_nothing_old(self, live: LiveHolder) -> None:
        live.create("live-1-a")
        wrapped = live.wrap("live-1-a", KEY)
        live.destroy("live-1-a")

        live.create("live-1-a")

        with pytest.raises(Tampered):
            live.unwrap("live-1-a", wrapped)

    def test_a_key_is_never_replaced(self, live: LiveHolder) -> None:
        live.create("live-1-a")
        wrapped = live.wrap("live-1-a", KEY)

        with pytest.raises(Conflict):
            live.create("live-1-a")

        assert live.unwrap("live-1-a", wrapped) == KEY

    def test_another_generation_opens_nothing(self, live: LiveHolder) -> None:
        live.create("live-1-a")
        live.create("live-2-a")
        wrapped = live.wrap("live-1-a", KEY)

        for forged in (wrapped, wrapped[:-1], b"", os.urandom(len(wrapped))):
            with pytest.raises(Tampered):
                live.unwrap("live-2-a", forged)

    def test_it_names_what_exists(self, live: LiveHolder) -> None:
        live.create("live-1-a")
        live.create("live-2-b")

        assert live.names() == {"live-1-a", "live-2-b"}

    def test_wrapping_twice_never_looks_the_same(self, live: LiveHolder) -> None:
        live.create("live-1-a")

        assert live.wrap("live-1-a", KEY) != live.wrap("live-1-a", KEY)

    def test_it_says_what_it_is(self, live: LiveHolder) -> None:
        assert live.declared.kind
        assert live.declared.copies_live_for >= timedelta(0)

    def test_it_answers(self, live: LiveHolder) -> None:
        live.answer()


class BackupHolderSuite:
    """The duties of ``BackupHolder``, ``Reaper`` and ``RestoreHolder`` over one ring."""

    def test_two_persons_open_what_the_house_locked(
        self, backup: BackupHolder, restore: RestoreHolder
    ) -> None:
        backup.create("ring-1-a")

        assert restore.unwrap("ring-1-a", backup.wrap("ring-1-a", KEY)) == KEY

    def test_live_credential_cannot_open_ring(self, backup: BackupHolder) -> None:
        """What the house holds has no way to unwrap, by any name."""
        ways = [name for name in dir(backup) if "unwrap" in name or "open" in name]

        assert ways == []

    def test_reaper_alone(
        self, backup: BackupHolder, reaper: Reaper, restore: RestoreHolder
    ) -> None:
        """It lets keys die on their date with nothing but the ring and the time."""
        for name in ("ring-1-a", "ring-2-a", "ring-3-a"):
            backup.create(name)
        wrapped = backup.wrap("ring-1-a", KEY)
        backup.schedule_death("ring-1-a", NOW)
        backup.schedule_death("ring-2-a", NOW + timedelta(seconds=1))

        assert reaper.reap(NOW) == ("ring-1-a",)
        assert reaper.reap(NOW) == ()

        assert backup.names() == {"ring-2-a", "ring-3-a"}
        with pytest.raises(KeyGone):
            restore.unwrap("ring-1-a", wrapped)
        assert [name for name in dir(reaper) if "wrap" in name or "create" in name] == []

    def test_a_death_moves_earlier_never_later(self, backup: BackupHolder) -> None:
        backup.create("ring-1-a")
        backup.schedule_death("ring-1-a", NOW)

        backup.schedule_death("ring-1-a", NOW + timedelta(days=1))
        assert backup.deaths() == {"ring-1-a": NOW}

        backup.schedule_death("ring-1-a", NOW - timedelta(days=1))
        assert backup.deaths() == {"ring-1-a": NOW - timedelta(days=1)}

    def test_a_death_of_a_dead_key_is_no_error(self, backup: BackupHolder, reaper: Reaper) -> None:
        backup.create("ring-1-a")
        backup.schedule_death("ring-1-a", NOW)
        reaper.reap(NOW)

        backup.schedule_death("ring-1-a", NOW)

        assert backup.deaths() == {}
        with pytest.raises(KeyGone):
            backup.wrap("ring-1-a", KEY)

    def test_a_key_without_a_date_lives(self, backup: BackupHolder, reaper: Reaper) -> None:
        backup.create("ring-1-a")

        assert reaper.reap(NOW + timedelta(days=3650)) == ()

    def test_a_key_is_never_replaced(self, backup: BackupHolder, restore: RestoreHolder) -> None:
        backup.create("ring-1-a")
        wrapped = backup.wrap("ring-1-a", KEY)

        with pytest.raises(Conflict):
            backup.create("ring-1-a")

        assert restore.unwrap("ring-1-a", wrapped) == KEY

    def test_another_generation_opens_nothing(
        self, backup: BackupHolder, restore: RestoreHolder
    ) -> None:
        backup.create("ring-1-a")
        backup.create("ring-2-a")

        with pytest.raises(Tampered):
            restore.unwrap("ring-2-a", backup.wrap("ring-1-a", KEY))
