"""The weekly proof: a destroyed call stays dead and a held call plays (REGISTER 17.6).

The house proves it by itself, with its newest live key and every roll file that there is. Without a
living control that plays, finding nothing proves nothing: then the drill itself is red (keys-review
rule 14). What came of it enters the ledger; a red drill, and one that has not run for eight days,
is an alarm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from talteen.clock import helsinki_date
from talteen.engine.vault.entries import Kind
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.destroy import attempt
from talteen.life.destroy.models import Destruction
from talteen.life.seal import audio, door
from talteen.life.seal.vault import Vault
from talteen.notice.particulars import RegisterFile
from talteen.oversight.drill_models import DrillRun
from talteen.register.log import ledger, ledger_recovery
from talteen.register.log.ledger_recovery import DrillKind
from talteen.register.log.ledger_recovery import DrillVerdict as Verdict
from talteen.register.models import Hold, Recording
from talteen.register.post import messages
from talteen.register.post.messages import Message
from talteen.register.states import Progress

log = structlog.get_logger()

EVERY = timedelta(days=7)
LATE_AFTER = timedelta(days=8)
DEAD_AT_MOST = 1000
"""So many of the newest dead are looked for; each has been looked for in earlier weeks, too."""
CONTROLS = 3
KIND = "drill"


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill has shown."""

    kind: DrillKind
    dead: int
    revived: frozenset[RecordingId]
    controls: int
    played: int
    files: int

    @property
    def verdict(self) -> Verdict:
        """The worst that can be said comes first."""
        if self.revived:
            return Verdict.REVIVED
        if not self.controls or self.played < self.controls:
            return Verdict.NO_CONTROL
        return Verdict.KEPT if self.dead else Verdict.NOTHING_DEAD

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return self.verdict in (Verdict.KEPT, Verdict.NOTHING_DEAD)


def weekly(vault: Vault, now: datetime) -> Drill:
    """Look for the newest dead in every roll file, and play what must live. Reads only."""
    dead, chosen = _dead(), _controls(now)
    tried = attempt.attempt(vault, [*dead, *chosen])
    heard = {one for one in chosen if one in tried.found and plays(vault, one, now)}
    # One that was erased in these seconds is no control any more.
    controls = [one for one in chosen if one in heard or one in _controls(now)]
    played = len(heard)
    return Drill(
        DrillKind.WEEKLY,
        dead=len(dead),
        revived=frozenset(dead) & tried.found,
        controls=len(controls),
        played=played,
        files=tried.files,
    )


def plays(vault: Vault, recording: RecordingId, now: datetime) -> bool:
    """Whether both sides of a living recording can be heard to their end. Nobody hears them."""
    try:
        opened = door.open_for_step(vault, recording, door.Step.DRILL, now)
        for kind in (Kind.AGENT_SOUND, Kind.CALLER_SOUND):
            if not audio.seconds(opened.file(kind)):
                return False
    except TalteenError as error:
        log.error("drill.control", recording=recording, reason=error.slug)
        return False
    return True


def tend(vault: Vault, now: datetime) -> Drill | None:
    """Run the weekly drill if a week has passed since the last, or since there was first something
    to drill; None where it is not its time. A house in which no call lives waits for one: without a
    control a drill proves nothing, and nobody did anything wrong.
    """
    since = _since()
    if since is None or now - since < EVERY or not _controls(now):
        return None
    try:
        drill = weekly(vault, now)
    except TalteenError as error:
        # A page or a roll file that does not read opens no control; ``integrity`` names it.
        log.error("drill.broken", reason=error.slug)
        drill = Drill(DrillKind.WEEKLY, 0, frozenset(), controls=0, played=0, files=0)
    note(drill, now)
    return drill


@transaction.atomic
def note(drill: Drill, now: datetime) -> DrillRun:
    """Write down what a drill has shown, and enter it into the ledger."""
    ledger.enter(
        ledger_recovery.Drilled(
            drill=drill.kind,
            verdict=drill.verdict,
            dead=drill.dead,
            revived=len(drill.revived),
            controls=drill.controls,
            played=drill.played,
            files=drill.files,
        ),
        now,
    )
    level = log.info if drill.ok else log.error
    level(
        "drill.run",
        kind=drill.kind.value,
        state=drill.verdict.value,
        count=drill.dead,
        found=drill.played,
    )
    return DrillRun.objects.create(
        kind=drill.kind.value,
        at=now,
        ok=drill.ok,
        verdict=drill.verdict.value,
        dead=drill.dead,
        revived=len(drill.revived),
        controls=drill.controls,
        played=drill.played,
        files=drill.files,
    )


def newest(kind: DrillKind = DrillKind.WEEKLY) -> DrillRun | None:
    """The last drill of this kind."""
    return DrillRun.objects.filter(kind=kind.value).order_by("-at", "-pk").first()


def late(now: datetime) -> datetime | None:
    """Since when the weekly drill should have run and has not; None where it is in time."""
    since = _since()
    if since is None or now - since <= LATE_AFTER or not _controls(now):
        return None
    return since + EVERY


@transaction.atomic
def sound(file: RegisterFile, now: datetime) -> bool:
    """Tell of a red drill once, of one that does not run once a day. False: nothing to tell."""
    red = DrillRun.objects.filter(ok=False, told_at=None).order_by("at").first()
    overdue = late(now)
    if red is not None:
        DrillRun.objects.filter(ok=False, told_at=None).update(told_at=now)
        return _tell(file, _of_red(red), f"red:{red.pk}", now)
    if overdue is not None:
        return _tell(file, _of_late(overdue), f"late:{helsinki_date(now).isoformat()}", now)
    return False


def _tell(file: RegisterFile, body: str, occasion: str, now: datetime) -> bool:
    with override("fi"):
        subject = gettext("Talteen: palautusharjoitus ei onnistunut")
    new = [
        messages.write(Message(f"{KIND}:{occasion}:{to}", to, subject, body + "\n"), now)
        for to in sorted({file.dpo.email, file.contact.email})
    ]
    if any(new):
        log.error("drill.alarm", reason=occasion.partition(":")[0])
    return any(new)


def _of_red(run: DrillRun) -> str:
    with override("fi"):
        if run.revived:
            return gettext(
                "Hävitetyiksi sanotuista tallenteista aukesi %(n)s. Tämä on tietoturvaloukkaus:"
                " selvitä heti, mikä avain on jäänyt eloon."
            ) % {"n": run.revived}
        return gettext(
            "Elävistä tallenteista aukesi %(played)s, kun olisi pitänyt aueta %(n)s. Harjoitus ei"
            " todista mitään ennen kuin ne aukeavat."
        ) % {"played": run.played, "n": run.controls}


def _of_late(since: datetime) -> str:
    with override("fi"):
        return gettext(
            "Viikoittaista palautusharjoitusta ei ole ajettu. Se oli määrä ajaa %(day)s."
        ) % {"day": f"{since.day}.{since.month}.{since.year}"}


def _dead() -> list[RecordingId]:
    gone = Destruction.objects.exclude(live_dead_at=None).order_by("-live_dead_at", "pk")
    return [RecordingId(pk) for pk in gone.values_list("pk", flat=True)[:DEAD_AT_MOST]]


def _controls(now: datetime) -> list[RecordingId]:
    """Held calls first, the longest held ones above all: they must play when all around is dead.

    What waits in an envelope stands on no page yet, and cannot be looked for there.
    """
    held = Hold.objects.filter(state="active").order_by("recording__started_at")
    living = Recording.objects.filter(
        progress=Progress.SEALED.value, envelope=None, cutoff_at__gt=now
    ).order_by("-started_at")
    found = [
        *held.values_list("recording_id", flat=True)[:CONTROLS],
        *living.values_list("pk", flat=True)[:CONTROLS],
    ]
    return [RecordingId(pk) for pk in dict.fromkeys(found)][:CONTROLS]


def _since() -> datetime | None:
    """When the weekly drill ran last, or there was first something to drill."""
    last = newest()
    if last is not None:
        return last.at
    born = Recording.objects.order_by("arrived_at").values_list("arrived_at", flat=True).first()
    gone = Destruction.objects.exclude(live_dead_at=None).order_by("live_dead_at")
    dead = gone.values_list("live_dead_at", flat=True).first()
    return min((at for at in (born, dead) if at is not None), default=None)
