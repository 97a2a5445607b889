"""``talteen keys``: look at the generations and the ring, and renew the generation."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cyclopts
from cyclopts import Parameter
from rich.console import Console

from talteen import config as configs
from talteen.clock import HELSINKI
from talteen.desk.ground import database, place, startup
from talteen.errors import InputError

if TYPE_CHECKING:
    from talteen.life.seal.ring import Generation
    from talteen.life.seal.rolling import Rolled
    from talteen.oversight.key_state import BackupDay, KeyState
    from talteen.wiring import House

app = cyclopts.App(name="keys", help="The generations of keys, and the ring of their backups.")

_NEWEST = 12
_STEPS = {
    "live_key_created": "a new live key stands and opens what it locks",
    "backup_key_created": "a new backup key stands, or its holder is down",
    "file_put": "the roll file lies in the store: the roll is decided",
    "applied": "the database follows it",
    "read_back": "the new generation was read back and counted",
    "live_key_destroyed": "the old live key is destroyed, and proved to open nothing",
    "deaths_dated": "the old backup key has its date of death",
    "settled": "done",
}


@app.command
def status(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Show the living generation, the ring, and until when a backup can be restored.

    Exit status 1 while an alarm about the keys stands.

    Parameters
    ----------
    json
        Print one JSON object instead (docs/operators/keys.md).
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import wiring

        shown = _state(wiring.house(config))
        _print_json(shown) if json else _Drawn(shown).draw()
    return 1 if shown.alarms else 0


@app.command
def roll() -> int:
    """Renew the generation now: fold what waits, let the old live key die.

    Exit status 2 while another process of this house rolls.
    """
    config = startup.ready()
    with database.running(config):
        startup.django()
        from talteen import course, wiring
        from talteen.life.seal import rolling

        house = wiring.house(config)
        console = Console(stderr=True)
        with rolling.turn(house.vault, wait=False), console.status("Rolling") as line:
            rolled = course.roll(house, house.now(), lambda step: line.update(_STEPS[step]))
    return _told(rolled)


@app.command
def move(former: Path) -> int:
    """Move the live keys to the holder that talteen.toml names now: one roll, and the old key dies
    where it lay. Stop the house first. After a crash, run it again.

    Parameters
    ----------
    former
        The settings from before the change: a copy of talteen.toml with the old [keys_live].
    """
    config = startup.ready()
    if not former.is_file():
        raise InputError(
            f"{former.name}: there is no such file", remedy="copy talteen.toml before you change it"
        )
    before = configs.load(config.home, file=former)
    place.prepare(config)
    with place.owned(config), database.running(config):
        startup.django()
        from talteen import waking, wiring

        house = wiring.house(config)
        wiring.prove_holders(config, house.vault)
        console = Console(stderr=True)
        with console.status("Moving") as line:
            rolled = waking.move_keys(house, before, lambda step: line.update(_STEPS[step]))
        kind = house.vault.live.declared.kind
    Console().print(f"The live keys lie in the holder of kind {kind}; the former one has none.")
    return _told(rolled) if rolled else 0


def _told(rolled: "Rolled") -> int:
    file = rolled.file
    out = Console()
    out.print(
        f"generation {file.n} lives; {file.n - 1} is dead here. "
        f"{len(file.folded)} folded, {len(file.destroyed)} destroyed."
    )
    if rolled.unbacked:
        out.print("It has no backup key: the backup holder is down (talteen keys status).")
    for many, what in (
        (rolled.rejected, "envelopes were refused: forged, moved, or a second key"),
        (rolled.late_keys, "live keys had come back and were destroyed again"),
    ):
        if many:
            out.print(f"{len(many)} {what}.")
    return 1 if rolled.unbacked or rolled.rejected or rolled.late_keys else 0


def _state(house: "House") -> "KeyState":
    from talteen.engine.vault.holders import pulse
    from talteen.oversight import key_state

    now = house.now()
    reaper_at = pulse.last(house.config.paths.keys_ring)
    return key_state.state(house.vault, now, reaper_at=reaper_at)


# --- drawn ------------------------------------------------------------------------------------


class _Drawn:
    """The state in a terminal."""

    def __init__(self, state: "KeyState") -> None:
        self.state = state
        self.out = Console(highlight=False)

    def draw(self) -> None:
        self._alarms()
        self._generations()
        self._days()
        self._facts()

    def _alarms(self) -> None:
        from django.utils.translation import override

        from talteen.oversight.key_alarms import WORDS

        with override("en"):
            for alarm in self.state.alarms:
                words = WORDS[alarm.kind]
                about = f" (generation {alarm.subject})" if alarm.subject else ""
                self.out.print(f"[bold red]! {words.what}{about}[/], since {_at(alarm.since)}")
                self.out.print(f"  {words.remedy}")

    def _generations(self) -> None:
        from rich.table import Table

        table = Table("generation", "since", "live key", "backup key", "opens until")
        for one in self.state.generations[:_NEWEST]:
            live = f"dead {_at(one.live_dead_at)}" if one.live_dead_at else "[bold]alive[/]"
            table.add_row(str(one.n), _at(one.at), live, *self._backup(one))
        self.out.print(table)
        if (more := len(self.state.generations) - _NEWEST) > 0:
            self.out.print(f"and {more} older ones in the ring")

    def _backup(self, one: "Generation") -> tuple[str, str]:
        if not one.backed:
            return "none: the roll was unbacked", "–"
        if one.lost:
            return f"lost {_at(one.backup_dead_at)}", "–"
        if one.backup_dead_at:
            return f"dead {_at(one.backup_dead_at)}", "–"
        if one.backup_dies_at is None:
            return "alive", "dated by the next roll"
        return "alive", f"{self._bar(one.backup_dies_at)} {_at(one.backup_dies_at)}"

    def _bar(self, dies_at: datetime) -> str:
        """Six cells, one a sixth of the ring: what is left of a backup key's life."""
        left = (dies_at - self.state.now).total_seconds() / 86_400 / self.state.ring_days
        full = max(0, min(6, round(left * 6)))
        return "█" * full + "░" * (6 - full)

    def _days(self) -> None:
        for one in self.state.days:
            gaps = f"; {one.gaps} of {one.generations} generations have no backup key"
            self.out.print(f"{_until(one, self.state.now)}{gaps if one.gaps else ''}")

    def _facts(self) -> None:
        state = self.state
        for name, holder in (("live", state.live), ("backup", state.backup)):
            keys = "does not answer" if holder.keys is None else f"{holder.keys} keys"
            copies = holder.declared.copies_live_for.days
            self.out.print(
                f"{name} holder: {holder.declared.kind}, {keys}, own copies live {copies} d"
            )
        reaper = _at(state.reaper_at) if state.reaper_at else "no sign of life here"
        self.out.print(f"reaper: {reaper}")
        for node in state.intake:
            self.out.print(
                f"intake keys of {node.node}: {node.alive} alive, oldest of {_at(node.oldest_at)}"
            )
        self.out.print(
            f"k: {state.margin_days} days; at least {state.margin.days} ({state.margin.because}), "
            f"ring {state.ring_days} days"
        )
        late = state.lateness
        self.out.print(
            f"late: {late.overdue} recordings past their cutoff; of those destroyed in 30 days "
            f"{late.late} after more than an hour (longest {late.longest_s} s)"
        )


def _until(one: "BackupDay", now: datetime) -> str:
    day = f"a backup of {one.day:%d %b}".replace(" 0", " ")
    if one.until is None:
        return f"{day} can be restored; the next roll says until when"
    if not one.opens(now):
        return f"{day} can no longer be restored through the ring"
    return f"{day} can be restored until {_at(one.until)}"


def _at(at: datetime | None) -> str:
    if at is None:
        return "–"
    local = at.astimezone(HELSINKI)
    return f"{local:%d %b %H:%M}".lstrip("0")


# --- for programs ------------------------------------------------------------------------------


def _print_json(state: "KeyState") -> None:
    json.dump(as_json(state), sys.stdout, indent=1)
    print()


def as_json(state: "KeyState") -> dict[str, object]:
    """The state as ``--json`` prints it: instants in ISO 8601 UTC, days as dates."""

    def iso(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "now": iso(state.now),
        "k": {
            "days": state.margin_days,
            "least": state.margin.days,
            "because": state.margin.because,
            "ring_days": state.ring_days,
        },
        "generations": [
            {
                "n": one.n,
                "at": iso(one.at),
                "live_dead_at": iso(one.live_dead_at),
                "backed": one.backed,
                "backup_dies_at": iso(one.backup_dies_at),
                "backup_dead_at": iso(one.backup_dead_at),
                "lost": one.lost,
            }
            for one in state.generations
        ],
        "backups": [
            {
                "day": one.day.isoformat(),
                "until": iso(one.until),
                "opens": one.opens(state.now),
                "gaps": one.gaps,
            }
            for one in state.days
        ],
        "intake": [
            {"node": one.node, "alive": one.alive, "oldest_at": iso(one.oldest_at)}
            for one in state.intake
        ],
        "holders": {
            name: {"kind": one.declared.kind, "keys": one.keys}
            for name, one in (("live", state.live), ("backup", state.backup))
        },
        "reaper_at": iso(state.reaper_at),
        "late": {
            "overdue": state.lateness.overdue,
            "late": state.lateness.late,
            "longest_s": state.lateness.longest_s,
        },
        "alarms": [
            {"kind": one.kind.value, "subject": one.subject, "since": iso(one.since)}
            for one in state.alarms
        ],
    }
