"""What happens, in order: a whole house on eleven machines, each of which loses its power."""

import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.drills.machines import database, hosts, house, services
from tests.drills.machines.database import Pair
from tests.drills.machines.hosts import Host, until
from tests.drills.machines.services import Holder, Store
from tests.kit.certificates import Authority

NAMES = (
    "db-1", "db-2", "s3", "bao", "capture-1", "capture-2",
    "web-1", "web-2", "work-1", "work-2", "work-3",
)  # fmt: skip


@dataclass(slots=True)
class Said:
    """What was done and found: a line each, with the seconds since the beginning."""

    began: float = field(default_factory=time.monotonic)
    faults: list[str] = field(default_factory=list)

    def line(self, text: str) -> None:
        print(f"{time.monotonic() - self.began:7.1f} s  {text}", flush=True)

    def check(self, holds: object, what: str) -> None:
        """Say whether ``what`` is so; it is a fault if not."""
        self.line(f"{'ok   ' if holds else 'FAULT'} {what}")
        if not holds:
            self.faults.append(what)

    @contextmanager
    def took(self, what: str) -> Iterator[None]:
        """Say how long the block took."""
        before = time.monotonic()
        yield
        self.line(f"{what}: {time.monotonic() - before:.1f} s")


@dataclass(slots=True)
class Scene:
    """All that stands."""

    folder: Path
    machines: dict[str, Host]
    authority: Authority
    pair: Pair
    store: Store
    holder: Holder
    homes: house.Homes

    def of(self, kind: str) -> tuple[Host, ...]:
        """The machines of a kind."""
        return tuple(one for name, one in self.machines.items() if name.startswith(f"{kind}-"))

    def ready(self, host: Host) -> bool:
        """Whether a web node is ready for people, or a capture node takes calls, as others see
        it."""
        try:
            if host.name.startswith("capture"):
                socket.create_connection((host.address, 5060), 2).close()
                return True
            trust = ssl.create_default_context(cafile=str(self.authority.file))
            url = f"https://{host.full_name}:{house.WEB_PORT}/readyz"
            with urllib.request.urlopen(url, timeout=12, context=trust) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def tell(folder: Path, wanted: Collection[str], *, seconds: int) -> int:
    """All of it; 0 where everything held."""
    said = Said()
    scene = build(folder, said)
    from tests.drills.machines import acts

    acts.all_of_it(scene, said, wanted, load_s=seconds)
    said.line(f"{len(said.faults)} faults" if said.faults else "nothing was lost silently")
    return 1 if said.faults else 0


def build(folder: Path, said: Said) -> Scene:
    """Machines, services, a house founded on them, and every role at work."""
    machines = hosts.network(NAMES, folder)
    authority = Authority(folder / "authority")
    with said.took("PostgreSQL on db-1, a synchronous standby on db-2, over verified TLS"):
        pair = database.pair((machines["db-1"], machines["db-2"]), folder, authority)
    with said.took("SeaweedFS on s3, OpenBao on bao"):
        passwords = database.follow_the_page(pair.first, folder)
        store = Store(machines["s3"], folder / "s3")
        store.start()
        holder = services.holder(machines["bao"], folder / "bao", authority)
    homes = house.Homes(folder, authority)
    homes.write_common(pair, store, holder, passwords)
    with said.took("the house is founded"):
        _found(homes.desk)
    scene = Scene(folder, machines, authority, pair, store, holder, homes)
    with said.took("2 capture nodes, 2 web nodes, 3 workers answer"):
        for kind, role in (("capture", homes.capture), ("web", homes.web), ("work", homes.work)):
            for host in scene.of(kind):
                role(host)
        _until_all_answer(scene)
    return scene


def _found(home: Path) -> None:
    os.environ["TALTEEN_HOME"] = str(home)
    from talteen.desk.ground import startup

    with startup.migrating():
        startup.django()
    house.found(home)


def _until_all_answer(scene: Scene) -> None:
    for host in (*scene.of("web"), *scene.of("capture")):
        until(partial(scene.ready, host), f"{host.name} answers", within_s=480)
