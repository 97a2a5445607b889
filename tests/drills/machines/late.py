"""The planted fault: a standby that is not synchronous. What was acknowledged is lost with the
first server, and the drill must see it; and what the house decided meanwhile it must not forget."""

import time
from functools import partial

from talteen import wiring
from talteen.ids import RecordingId
from talteen.life.destroy import acts as destroy
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.destroy.rules import Reason
from talteen.register.models import Recording, Staff
from talteen.register.states import Progress
from tests.drills.machines import asking
from tests.drills.machines.asking import Watcher, patiently
from tests.drills.machines.hosts import until
from tests.drills.machines.story import Said, Scene

WITHIN_S = 240


def standby(scene: Scene, said: Said) -> None:
    """An erasure that a late standby has never heard of."""
    said.line("PLANTED: commits wait for no standby any more, and its cable is out")
    pair = scene.pair
    pair.first.set("synchronous_standby_names", "")
    pair.standby.host.cut()
    watcher = Watcher(asking.parameters())
    watcher.start()
    erased = _erase()
    time.sleep(2)
    watcher.stop()
    pair.first.host.lose_power()
    pair.standby.host.mend()
    pair.standby.promote()
    pair.first, pair.standby = pair.standby, pair.first
    lost = watcher.lost()
    count = sum(map(len, lost.values()))
    said.check(
        count, f"the drill sees what was lost with the first server: {count} rows {_of(lost)}"
    )
    until(lambda: patiently(partial(_gone, erased)), "the erased call is gone", within_s=WITHIN_S)
    tried = attempt.attempt(wiring.house().vault, [erased])
    said.check(not tried.found, "caught up from the roll files: the erased call stays dead")
    for host in scene.of("web"):
        until(partial(scene.ready, host), f"{host.name} is ready", within_s=WITHIN_S)
    pair.take_back()


def _erase() -> RecordingId:
    """Two persons grant a request; the roll file is put, the keys die."""
    row = Recording.objects.filter(progress=Progress.SEALED.value).order_by("-id").first()
    assert row is not None
    recording = RecordingId(row.pk)
    one, other = Staff.objects.filter(is_active=True).order_by("code")[:2]
    house = wiring.house()
    destroy.erase(
        house.vault, recording, Reason.REQUEST, decided_by=one, approved_by=other, now=house.now()
    )
    return recording


def _gone(recording: RecordingId) -> bool:
    there = Recording.objects.filter(pk=recording).exists()
    return not there and Destruction.objects.filter(pk=recording).exists()


def _of(lost: dict[str, set[str]]) -> str:
    return ", ".join(f"{len(ids)} {kind}" for kind, ids in sorted(lost.items()))
