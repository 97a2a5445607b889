"""Three months pass: what is due dies on every machine, what is held plays, and it is proved."""

import subprocess
import sys
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.db.models import F

from talteen import wiring
from talteen.clock import SystemClock, helsinki_date
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.hold import acts as holding
from talteen.life.hold.acts import Placing
from talteen.life.hold.rules import Ground
from talteen.oversight import drills
from talteen.oversight.night import LATE_S
from talteen.register import house as houses
from talteen.register.models import Recording, Staff
from talteen.register.states import Progress
from tests.drills.machines.asking import patiently
from tests.drills.machines.hosts import until
from tests.drills.machines.story import Said, Scene
from tests.kit import builders

WITHIN_S = 300
VERIFIER = Path(__file__).parents[3] / "verifier" / "talteen_verify.py"
_LITTLE, _SOON = timedelta(minutes=1), timedelta(seconds=5)


def on_time(scene: Scene, said: Said) -> None:
    """A call is held; the clock comes to the others' cutoff, and to the day of the promise."""
    house = patiently(wiring.house)
    sealed = list(Recording.objects.filter(progress=Progress.SEALED.value).order_by("id"))
    kept = RecordingId(sealed[0].pk)
    _hold(kept)
    first = min(one.cutoff_at for one in sealed)
    _move(first - 10 * _LITTLE)
    said.check(_living() >= len(sealed), f"{len(sealed)} calls live until their cutoff")
    scene.machines["work-1"].lose_power()
    said.line("the cutoff has come; a worker has just lost its power")
    _move(max(one.cutoff_at for one in sealed) - _SOON)
    with said.took("      until the others are destroyed"):
        time.sleep(_SOON.total_seconds() + 1)
        until(lambda: patiently(_dying) == 0, "all that is due is destroyed", within_s=WITHIN_S)
    scene.machines["work-1"].power_up()
    dead = [RecordingId(one) for one in Destruction.objects.values_list("pk", flat=True)]
    gone = {one.pk for one in sealed[1:]} <= set(dead)
    said.check(gone and _living() == 1, f"{len(dead)} destroyed, the held one lives")
    tried = attempt.attempt(house.vault, [*dead, kept])
    said.check(tried.found == {kept}, f"no key of {tried.opened} generations opens a dead one")
    said.check(drills.plays(house.vault, kept, house.now()), "the held one plays on both sides")
    _certified(scene, said, max(one.due_at for one in sealed))


def _hold(recording: RecordingId) -> None:
    one, other = Staff.objects.filter(is_active=True).order_by("code")[:2]
    now = wiring.house().now()
    case = builders.case(one, opened_at=now)
    review = helsinki_date(now) + timedelta(days=60)
    placing = Placing(case, Ground.COMPLAINT, [one], review, one, other)
    patiently(partial(holding.place, wiring.house().vault, recording, placing, now))


def _move(to: datetime) -> None:
    patiently(lambda: houses.set_clock(to, machine_at=SystemClock().now()))


def _living() -> int:
    return Recording.objects.filter(progress=Progress.SEALED.value).count()


def _dying() -> int:
    """What is past its cutoff and not gone yet."""
    now = wiring.house().now()
    past = Recording.objects.filter(cutoff_at__lte=now).exclude(holds__state="active")
    return past.count() + Destruction.objects.filter(live_dead_at=None).count()


def _certified(scene: Scene, said: Said, due: datetime) -> None:
    """The last backup key dies on its date, and the authority's own program says so."""
    _move(due - _LITTLE)
    with said.took("      until every destruction has its certificate, before the promise ends"):
        until(lambda: patiently(_uncertified) == 0, "all is certified", within_s=WITHIN_S)
    latest_s = max(Destruction.objects.values_list("lateness_s", flat=True))
    said.check(latest_s < LATE_S, f"the last one died {latest_s} s after its cutoff")
    broken = Destruction.objects.filter(backup_dead_at__gt=F("due_at")).count()
    said.check(not broken, "every backup key was dead before the day that the notice promises")
    house, folder = wiring.house(), scene.folder / "certificates"
    day = Destruction.objects.values_list("day", flat=True)[0]
    some = [str(one) for one in Destruction.objects.values_list("pk", flat=True)[:5]]
    for what in (*some, str(day)):
        command = [sys.executable, "-m", "talteen.desk.cli", "certificate", what, "--to", folder]
        subprocess.run([*map(str, command), "--language", "fi"], check=True, capture_output=True)
    files = [str(one) for one in sorted(folder.glob("*.cert"))]
    key = str(house.log.signer.key)
    told = subprocess.run(
        [sys.executable, "-I", "-B", VERIFIER, "--key", key, *files],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said.check(
        told.returncode == 0 and len(files) == len(some) + 1,
        f"{len(files)} certificates hold before the authority's program {told.stderr}",
    )


def _uncertified() -> int:
    return Destruction.objects.filter(certificate_leaf=None).count()
