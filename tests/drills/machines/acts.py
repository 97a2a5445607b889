"""The losses, one after the other under load, and the reckoning at the end."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from talteen import wiring
from talteen.register import versions
from talteen.register.models import AccessEntry, Staff
from tests.drills.machines import asking, dying, late
from tests.drills.machines.account import account
from tests.drills.machines.asking import Watcher
from tests.drills.machines.calls import Telephones
from tests.drills.machines.hosts import until
from tests.drills.machines.story import Said, Scene
from tests.drills.machines.visitor import Visitor

SETTLED_WITHIN_S = 150
OUTAGE_S = 15.0


@dataclass(slots=True)
class Load:
    """What goes on while machines are lost."""

    telephones: Telephones
    visitor: Visitor
    watcher: Watcher

    def start(self) -> None:
        self.telephones.start()
        self.visitor.start()
        self.watcher.start()


LOSSES = ("db", "capture-1", "web-1", "work-2", "s3", "bao")


def all_of_it(scene: Scene, said: Said, wanted: Collection[str], *, load_s: float) -> None:
    """Each of ``wanted``, in order."""
    load = loaded(scene)
    load.start()
    time.sleep(load_s)
    for name in (one for one in LOSSES if one in wanted):
        match name:
            case "db":
                fail_over(scene, said, load)
            case "s3":
                store_away(scene, said)
            case "bao":
                holder_away(scene, said)
            case _:
                lose(scene, said, name, load_s)
        time.sleep(load_s)
    reckon(scene, said, load)
    if "late" in wanted:
        late.standby(scene, said)
    if "due" in wanted:
        dying.on_time(scene, said)


def loaded(scene: Scene) -> Load:
    """Calls, a person at a screen, and somebody who remembers what was committed."""
    today = datetime.now(UTC).date()
    prompt = next(one for one in versions.announcements(today) if one.key == "announce.fi@1")
    agent = Staff.objects.get(code="a03")
    return Load(
        Telephones(
            scene.folder / "calls", scene.of("capture"), prompt.key.rpartition("@")[2],
            prompt.length_ms or 0,
        ),
        Visitor(scene.of("web"), scene.authority.file, str(agent.pk)),
        Watcher(asking.parameters()),
    )  # fmt: skip


def fail_over(scene: Scene, said: Said, load: Load) -> None:
    """The first database loses its power; the standby takes its place."""
    said.line(f"{scene.pair.first.host.name} loses its power; the standby is promoted")
    scene.pair.fail_over()
    with said.took("      until both web nodes are ready again"):
        for host in scene.of("web"):
            until(partial(scene.ready, host), f"{host.name} is ready")
    lost = load.watcher.lost()
    said.check(not lost, f"of {load.watcher.seen.count} rows seen committed none is lost {lost}")
    scene.pair.take_back()
    said.line(f"      {scene.pair.standby.host.name} follows as the new synchronous standby")


def lose(scene: Scene, said: Said, name: str, load_s: float) -> None:
    """A machine loses its power under load, and gets it back."""
    host = scene.machines[name]
    said.line(f"{name} loses its power")
    host.lose_power()
    time.sleep(load_s)
    host.power_up()
    if name.startswith("work"):
        return
    with said.took(f"      until {name} answers again"):
        until(partial(scene.ready, host), f"{name} answers", within_s=240)


def store_away(scene: Scene, said: Said) -> None:
    """Nobody reaches the store of sealed bytes for a while; calls are taken all the same."""
    said.line("the store is cut off")
    scene.store.host.cut()
    time.sleep(OUTAGE_S)
    scene.store.host.mend()
    until(scene.store.answers, "the store answers")
    said.line("      it is back")


def holder_away(scene: Scene, said: Said) -> None:
    """The key holder loses its power, and comes back sealed; somebody opens it."""
    said.line("the key holder loses its power")
    scene.holder.host.lose_power()
    time.sleep(2)
    scene.holder.host.power_up()
    until(scene.holder.is_up, "the key holder answers")
    time.sleep(OUTAGE_S)
    scene.holder.unseal()
    with said.took("      it was sealed, and somebody has opened it; until the pages are ready"):
        for host in scene.of("web"):
            until(partial(scene.ready, host), f"{host.name} is ready")


def reckon(scene: Scene, said: Said, load: Load) -> None:
    """No more load; what runs comes to its end, and every call is looked for."""
    placed = load.telephones.stop()
    load.visitor.stop()
    with said.took("until every call has come to its end in the register"):
        _settled()
    lost = load.watcher.lost()
    load.watcher.stop()
    vault = asking.patiently(wiring.house).vault
    made = account(placed, asking.register_of(placed, vault.session_key()))
    said.line(f"{len(placed)} calls placed:")
    for verdict, count in sorted(made.verdicts.items(), key=lambda one: -one[1]):
        said.line(f"      {count:4d} {verdict.value}")
    shared = [one.name for one in scene.folder.glob("*.log") if "role.shared" in one.read_text()]
    said.check(not shared, f"every process has a login of its own {shared}")
    said.check(made.balances, f"recorded + excused + told lost = placed {made.faults[:5]}")
    said.check(not lost, f"of {load.watcher.seen.count} rows seen committed none is lost {lost}")
    grants, opened = AccessEntry.objects.filter(action="grant").count(), len(load.visitor.opened)
    said.check(grants >= opened, f"{opened} openings acknowledged, {grants} in the access log")
    said.line(f"      pages answered {dict(load.visitor.answers)}")
    said.line(f"      no page for {_seconds(load.visitor.away_s)}")
    said.line(f"      no database for its reader for {_seconds(load.watcher.away_s)}")


def _seconds(found: list[float]) -> str:
    return ", ".join(f"{one:.0f} s" for one in found) or "no time"


def _settled() -> None:
    """Raises TimeoutError with the outcomes of those calls that do not come to their end."""
    try:
        until(lambda: not asking.open_calls(), "all calls end", within_s=SETTLED_WITHIN_S)
    except TimeoutError:
        raise TimeoutError(f"calls that do not end: {asking.open_calls()}") from None
