"""The losses, one after the other under load, and the reckoning at the end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from talteen import wiring
from talteen.register import versions
from talteen.register.models import AccessEntry, Staff
from tests.drills.machines import asking
from tests.drills.machines.account import account
from tests.drills.machines.asking import Watcher
from tests.drills.machines.calls import Telephones
from tests.drills.machines.hosts import Host, until
from tests.drills.machines.story import Said, Scene, answers
from tests.drills.machines.visitor import Visitor

SETTLED_WITHIN_S = 300


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


def all_of_it(scene: Scene, said: Said, *, load_s: float) -> None:
    """Everything, in order."""
    load = loaded(scene)
    load.start()
    time.sleep(load_s)
    fail_over(scene, said, load)
    time.sleep(load_s)
    reckon(scene, said, load)


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
        Watcher(_parameters()),
    )  # fmt: skip


def _parameters() -> dict[str, object]:
    """How the product itself connects, without its pool."""
    from django.db import connection

    told = connection.get_connection_params()
    kept = {"cursor_factory", "context", "prepare_threshold", "autocommit"}
    return {key: value for key, value in told.items() if key not in kept}


def fail_over(scene: Scene, said: Said, load: Load) -> None:
    """The first database loses its power; the standby takes its place."""
    said.line(f"{scene.pair.first.host.name} loses its power; the standby is promoted")
    scene.pair.fail_over()
    with said.took("until both web nodes are ready again"):
        for host in scene.of("web"):
            until(lambda host=host: answers(host), host.name)
    lost = load.watcher.lost()
    said.check(not lost, f"of {load.watcher.seen.count} rows seen committed none is lost {lost}")
    scene.pair.take_back()
    said.line(f"{scene.pair.standby.host.name} follows as the new synchronous standby")


def reckon(scene: Scene, said: Said, load: Load) -> None:
    """No more load; what runs comes to its end, and every call is looked for."""
    placed = load.telephones.stop()
    load.visitor.stop()
    with said.took("until every call has come to its end in the register"):
        until(lambda: asking.open_calls() == 0, "all calls end", within_s=SETTLED_WITHIN_S)
    lost = load.watcher.lost()
    load.watcher.stop()
    vault = asking.patiently(wiring.house).vault
    made = account(placed, asking.register_of(placed, vault.session_key()))
    said.line(f"{len(placed)} calls placed:")
    for verdict, count in made.verdicts.items():
        said.line(f"      {count:4d} {verdict.value}")
    said.check(made.balances, f"recorded + excused + told lost = placed {made.faults[:5]}")
    said.check(not lost, f"of {load.watcher.seen.count} rows seen committed none is lost {lost}")
    grants = AccessEntry.objects.filter(action="grant").count()
    said.check(
        grants >= len(load.visitor.opened) > 0,
        f"{len(load.visitor.opened)} acknowledged openings, {grants} in the access log; "
        f"{load.visitor.listened} listened to",
    )
    said.line(f"pages: {dict(load.visitor.answers)}, away {_seconds(load.visitor.away_s)}")
    said.line(f"database away for its reader {_seconds(load.watcher.away_s)}")


def _seconds(found: list[float]) -> str:
    return ", ".join(f"{one:.0f} s" for one in found) or "never"
