"""What happens, in order, and what must be true after each loss."""

import os
import time
from pathlib import Path

from tests.drills.machines import database, hosts, house, services
from tests.drills.machines.hosts import Host
from tests.kit.certificates import Authority

NAMES = ("db-1", "db-2", "s3", "bao", "capture-1", "capture-2", "web-1", "web-2",
         "work-1", "work-2", "work-3")  # fmt: skip


def tell(folder: Path, *, seconds: int) -> int:
    began = time.monotonic()
    def say(t): print(f"{time.monotonic()-began:6.1f} {t}", flush=True)
    machines = hosts.network(NAMES, folder)
    say("network")
    authority = Authority(folder / "authority")
    pair = database.pair((machines["db-1"], machines["db-2"]), folder, authority)
    say("pair")
    passwords = database.follow_the_page(pair.first, folder)
    store = services.Store(machines["s3"], folder / "s3")
    store.start()
    say("store")
    holder = services.holder(machines["bao"], folder / "bao", authority)
    say("bao")
    homes = house.Homes(folder, authority)
    homes.write_common(pair, store, holder, passwords)
    os.environ["TALTEEN_HOME"] = str(homes.desk)
    from talteen.desk import commands
    with commands.migrating():
        commands.django()
    say("migrated")
    house.found(homes.desk)
    say("founded")
    for name, h in machines.items():
        kind = name.partition("-")[0]
        if kind in ("capture", "web", "work"):
            getattr(homes, kind)(h)
    import subprocess
    subprocess.run(["bash", "-i"]) if os.environ.get("DRILL_SHELL") else time.sleep(60)
    return 0
