"""Destroying 100,000 recordings in one run: does memory grow with how many are due? (group vault)

``./run bench destroyed`` measures it alone: half an hour on a busy machine. Each size has a house
of its own, filled by one process and destroyed by another that did nothing else: its peak is the
peak of ``expire`` and ``finish``. 29 days of calls, one file each; every call is past its cutoff.
One run a size: a peak is no time, and the smaller run stands beside it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks import Judged, Row, house, knobs, seconds

if TYPE_CHECKING:
    from talteen.life.seal.vault import Vault

MANY = knobs.whole("DESTROYED", 100_000)
FEW = MANY // 10
DAYS = 29
row = partial(Row, "vault")


def rows() -> Iterator[Row]:
    """Peak memory of the large run beside the small one, how many really died, and how long."""
    few, many = (_told(size) for size in (FEW, MANY))
    name = f"destroying {MANY:,} in one run"
    yield row(f"{name}, peak memory against {FEW:,} (MiB)", many["mib"], few["mib"], "<=1.1")
    yield row(f"{name}: without key, row and byte", many["destroyed"], MANY, ">=1")
    ours, peer = 1e3 * many["cpu"] / MANY, 1e3 * few["cpu"] / FEW
    yield row(f"{name}, CPU of one against {FEW:,} (ms)", ours, peer, "<=1.25")
    yield row(f"{name} (s)", many["seconds"], None, None, Judged.OURS)


def _told(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.destroyed", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=house.ROOT)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


# --- the process that fills ---------------------------------------------------------------------


def fill_and_destroy(size: int) -> None:
    """Make a house with ``size`` calls that are due, and have another process destroy them."""
    with house.standing() as config:
        from benchmarks import destruction
        from talteen import ids
        from talteen.clock import helsinki_date
        from talteen.ids import RecordingId
        from talteen.life.seal import rolling

        secrets = _secrets(config.home)
        vault = _vault(config.home, secrets)
        rolling.found(vault, destruction.NOW)
        starts = [destruction.NOW - timedelta(days=n % DAYS, hours=1) for n in range(size)]
        entries = {RecordingId(ids.new()): destruction.entry(at) for at in starts}
        destruction.write_rows(config, {one: made.start for one, made in entries.items()})
        destruction.fold(vault, entries, destruction.NOW)
        blobs = [
            (made.blobs[0].id, one, helsinki_date(made.start)) for one, made in entries.items()
        ]
        _write_blobs(config.home, blobs)
        (config.home / "bench.json").write_text(json.dumps(secrets))
        subprocess.run(
            [sys.executable, "-m", "benchmarks.destroyed", "destroy", str(config.home)], check=True
        )


def _write_blobs(folder: Path, blobs: Sequence[tuple[UUID, UUID, date]]) -> None:
    from talteen.life.seal.models import Blob

    for day in {day for _, _, day in blobs}:
        (folder / "bench-blobs" / "blobs" / str(day)).mkdir(parents=True, exist_ok=True)
    for blob, _, day in blobs:
        (folder / "bench-blobs" / "blobs" / str(day) / str(blob)).write_bytes(b"x")
    made = (
        Blob(
            id=blob,
            recording_id=recording,
            kind=1,
            sha256=bytes(32),
            size_bytes=1,
            day=day,
            attached_n=1,
        )
        for blob, recording, day in blobs
    )
    Blob.objects.bulk_create(made, batch_size=5000)


# --- the process that destroys -------------------------------------------------------------------


def destroy(home: Path) -> None:
    """Destroy all that is due in one run; print peak, count and time."""
    os.environ["TALTEEN_HOME"] = str(home)
    from talteen.desk.ground import startup

    startup.django()
    from benchmarks import destruction
    from talteen.engine.vault.holders.file import FileReaper
    from talteen.life.destroy import acts, finish
    from talteen.life.destroy.models import Destruction
    from talteen.register.models import Recording

    vault = _vault(home, json.loads((home / "bench.json").read_text()))
    now: datetime = destruction.NOW + timedelta(days=88)
    reaper = FileReaper(home / "bench-ring")

    def run() -> None:
        acts.expire(vault, now)
        finish.finish(vault, reaper, home / "shards", now)

    began = time.process_time()
    took = seconds(run)
    busy = time.process_time() - began
    peak = peak_mib()
    dead = Destruction.objects.exclude(bytes_gone_at=None).count()
    left = Recording.objects.count() + vault.root().count
    left += sum(1 for _ in vault.blobs.keys("blobs/"))
    print(json.dumps({"mib": peak, "destroyed": dead - left, "seconds": took, "cpu": busy}))


def peak_mib() -> float:
    """The most memory that this process has had. Not ``ru_maxrss``: that one survives ``exec``, and
    would tell how large the process was that filled the house.
    """
    told = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in told if line.startswith("VmHWM:"))
    return round(int(line.split()[1]) / 1024, 1)


def _secrets(home: Path) -> dict[str, str]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from talteen import ids
    from talteen.engine.vault.holders import credential

    for name in ("bench-blobs", "bench-ring"):
        (home / name).mkdir()
    keys = [Ed25519PrivateKey.generate().private_bytes_raw().hex() for _ in range(2)]
    return {
        "house": str(ids.new()),
        "signer": keys[0],
        "node_signer": keys[1],
        "live": os.urandom(32).hex(),
        "restore": credential.make_restore_credential().public.hex(),
    }


def _vault(home: Path, secrets: dict[str, str]) -> "Vault":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from talteen.engine.vault.blobs.folder import FolderStore
    from talteen.engine.vault.holders.file import FileBackupHolder, open_live
    from talteen.ids import HouseId
    from talteen.life.destroy import applied
    from talteen.life.seal.vault import Vault

    raw = {name: bytes.fromhex(value) for name, value in secrets.items() if name != "house"}
    return Vault(
        house=HouseId(UUID(secrets["house"])),
        signer=Ed25519PrivateKey.from_private_bytes(raw["signer"]),
        node="import",
        node_signer=Ed25519PrivateKey.from_private_bytes(raw["node_signer"]),
        live=open_live(home / "bench-live", raw["live"], cost=2**4),
        backup=FileBackupHolder(home / "bench-ring", raw["restore"]),
        blobs=FolderStore(home / "bench-blobs"),
        ring=timedelta(days=6),
        margin_days=7,
        on_apply=lambda roll: applied.apply(roll, margin_days=7),
    )


if __name__ == "__main__":
    if sys.argv[1] == "destroy":
        destroy(Path(sys.argv[2]))
    else:
        fill_and_destroy(int(sys.argv[1]))
