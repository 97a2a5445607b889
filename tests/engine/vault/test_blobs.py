"""The folder store: the contract, what only a folder can do wrong, and the proof itself."""

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talteen.engine.vault.blobs import prove_put_if_absent
from talteen.engine.vault.blobs.folder import FolderStore
from talteen.engine.vault.blobs.reserve import Reserve
from talteen.errors import DiskFull, Unavailable
from tests.kit.suites.blobs import BlobStoreSuite


class TestFolderStore(BlobStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FolderStore:
        return FolderStore(tmp_path / "blobs")


@dataclass(frozen=True, slots=True)
class Forgetful(FolderStore):
    """A store that silently ignores the condition, as some servers do."""

    def put_if_absent(self, key: str, data: bytes) -> None:
        self.put(key, [data])


def test_a_store_that_ignores_the_condition_is_refused(tmp_path: Path) -> None:
    store = Forgetful(tmp_path)

    with pytest.raises(Unavailable, match="put if absent"):
        prove_put_if_absent(store)


def test_nobody_else_can_read_what_is_stored(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "blobs")

    store.put("blobs/2026-11-24/a", [b"x"])

    for path in (tmp_path / "blobs").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def test_unfinished_writes_are_swept_once_they_are_old(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("blobs/a", [b"x"])
    left = tmp_path / "blobs" / ".unfinished-0"
    left.touch()
    now = datetime.now(UTC)

    assert store.sweep(now - timedelta(hours=1)) == 0
    assert store.sweep(now + timedelta(hours=1)) == 1

    assert not left.exists()
    assert store.read("blobs/a") == b"x"


def test_a_write_is_flushed_before_and_after_it_gets_its_name(tmp_path: Path) -> None:
    """Seen from outside: data, then name, then directories; without any of them a power cut undoes
    what was answered.
    """
    trace = tmp_path / "trace"
    code = (
        "from pathlib import Path; import sys;"
        "from talteen.engine.vault.blobs.folder import FolderStore;"
        "FolderStore(Path(sys.argv[1])).put_if_absent('rolls/1', b'x')"
    )
    calls = "trace=fsync,link,linkat,mkdir,mkdirat"
    strace = ["strace", "-f", "-e", calls, "-o", str(trace)]
    try:
        subprocess.run([*strace, sys.executable, "-c", code, str(tmp_path / "s")], check=True)
    except FileNotFoundError:
        pytest.skip("strace is not installed")

    seen = [line.split(" ", 1)[1].strip() for line in trace.read_text().splitlines()]
    ours = [call.split("(")[0].strip() for call in seen if "(" in call and "+++" not in call]
    after_mkdir = ours[max(i for i, call in enumerate(ours) if call.startswith("mkdir")) + 1 :]

    assert after_mkdir == ["fsync", "fsync", "link", "fsync"] or after_mkdir == [
        "fsync",
        "fsync",
        "linkat",
        "fsync",
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk can be mounted by root only")
@pytest.mark.drill
def test_on_a_full_disk_intake_stops_and_the_ballast_makes_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount")
    try:
        store = FolderStore(disk)
        reserve = Reserve(disk, reserve_bytes=2 << 20, ballast_bytes=1 << 20)
        assert reserve.fill()
        reserve.admit()

        store.put("blobs/a", [os.urandom(1 << 20)] * 5 + [bytes(100_000)])
        with pytest.raises(DiskFull):
            reserve.admit()
        with pytest.raises(DiskFull):
            store.put("blobs/b", _endless())
        _fill(disk / "filler")
        with pytest.raises(DiskFull):
            store.put_if_absent("rolls/1", bytes(100_000))

        assert reserve.give_up()
        store.put_if_absent("rolls/1", bytes(100_000))

        assert store.size("rolls/1") == 100_000
        assert [path.name for path in disk.rglob(".unfinished-*")] == []
        assert not reserve.fill()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill(path: Path) -> None:
    """Somebody else takes what is left."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def _endless() -> Iterable[bytes]:
    while True:
        yield bytes(1 << 20)
