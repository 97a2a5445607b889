"""What every blob store must do. Subclass it with a ``store`` fixture."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from talteen.engine.vault.blobs import Absent, BlobStore, prove_put_if_absent
from talteen.errors import Conflict


class BlobStoreSuite:
    """The duties of ``BlobStore``, as promises."""

    def test_what_is_put_can_be_read_in_ranges(self, store: BlobStore) -> None:
        store.put("blobs/2026-11-24/a", [b"0123", b"", b"456789"])

        assert store.read("blobs/2026-11-24/a") == b"0123456789"
        assert store.read("blobs/2026-11-24/a", 3, 4) == b"3456"
        assert store.read("blobs/2026-11-24/a", 8, 10) == b"89"
        assert store.read("blobs/2026-11-24/a", 20, 5) == b""
        assert store.size("blobs/2026-11-24/a") == 10

    def test_a_put_replaces_what_was_there(self, store: BlobStore) -> None:
        store.put("a", [b"a longer first version"])

        store.put("a", [b"second"])

        assert store.read("a") == b"second"

    def test_put_if_absent_never_replaces(self, store: BlobStore) -> None:
        store.put_if_absent("rolls/1", b"first")

        with pytest.raises(Conflict):
            store.put_if_absent("rolls/1", b"second")

        assert store.read("rolls/1") == b"first"

    def test_of_many_writers_at_once_exactly_one_wins(self, store: BlobStore) -> None:
        won: list[int] = []
        gate = threading.Barrier(8)

        def put(number: int) -> None:
            gate.wait()
            try:
                store.put_if_absent("rolls/1", b"%d" % number)
            except Conflict:
                return
            won.append(number)

        writers = [threading.Thread(target=put, args=[number]) for number in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert len(won) == 1
        assert store.read("rolls/1") == b"%d" % won[0]

    def test_the_start_up_proof_passes_and_leaves_nothing(self, store: BlobStore) -> None:
        prove_put_if_absent(store)

        assert list(store.keys()) == []

    def test_what_is_not_there_is_said_to_be_absent(self, store: BlobStore) -> None:
        store.put("a/b", [b"x"])

        for key in ("nothing", "a/c", "a/b/c"):
            with pytest.raises(Absent):
                store.read(key)
            with pytest.raises(Absent):
                store.size(key)
            with pytest.raises(Absent):
                store.written_at(key)

    def test_deleting_is_idempotent_and_counts(self, store: BlobStore) -> None:
        for name in ("a/1", "a/2", "b/1"):
            store.put(name, [b"x"])

        assert store.delete(["a/1", "b/1", "a/3", "c/1"]) == 2
        assert store.delete(["a/1", "b/1"]) == 0
        assert list(store.keys()) == ["a/2"]

    def test_keys_come_in_order_below_their_prefix(self, store: BlobStore) -> None:
        for name in ("rolls/2", "rolls/1", "rollsmore", "blobs/x/1", "blobs/x/2"):
            store.put(name, [b"x"])

        assert list(store.keys("rolls/")) == ["rolls/1", "rolls/2"]
        assert list(store.keys("blobs/x/1")) == ["blobs/x/1"]
        assert list(store.keys("nothing/")) == []
        assert list(store.keys()) == sorted(
            ["rolls/2", "rolls/1", "rollsmore", "blobs/x/1", "blobs/x/2"]
        )

    def test_a_write_that_breaks_off_leaves_nothing_to_read(self, store: BlobStore) -> None:
        def broken() -> "list[bytes]":
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.put("a", (broken()[0] for _ in range(1)))

        with pytest.raises(Absent):
            store.read("a")
        assert list(store.keys()) == []

    def test_it_says_when_something_was_written(self, store: BlobStore) -> None:
        store.put("a", [b"x"])

        assert abs(store.written_at("a") - datetime.now(UTC)) < timedelta(minutes=1)

    @pytest.mark.parametrize(
        "key", ["", "/a", "a//b", "../a", "a/../b", ".hidden", "a/.b", "Ä", "a b"]
    )
    def test_a_key_that_could_leave_the_store_is_refused(self, store: BlobStore, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            store.put(key, [b"x"])
