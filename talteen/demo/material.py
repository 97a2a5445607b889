"""The spoken calls of the demo, and when each of them is made: carried in the project, all
invented.

A telephone system writes sound and a sidecar into a drop folder; that is what ``drop`` does, with
the start moved so that the newest call is of today, whatever day it is.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from talteen.clock import HELSINKI
from talteen.errors import ConfigError
from talteen.life.capture.sources import Found, Unmatched
from talteen.life.capture.sources import folder as folders

CALLS, DAYS, CAST, REGISTER = "demo/calls", "demo/days.json", "demo/cast.toml", "registers/mara"
SIDES = ("agent", "caller")


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """One call of the demo and the moment at which it begins."""

    name: str
    started_at: datetime
    length_ms: int
    files: Path
    """Its files without their endings."""

    @property
    def ends_at(self) -> datetime:
        return self.started_at + timedelta(milliseconds=self.length_ms)


def root() -> Path:
    """Where the demo's material lies: in a checkout, or beside this file in a wheel of a release
    (``./run wheel``). ConfigError where there is none."""
    for found in (Path(__file__).resolve().parents[2], Path(__file__).with_name("carried")):
        if (found / CALLS).is_dir():
            return found
    raise ConfigError(
        "demo/calls: is not here", remedy="take the wheel that ./run wheel makes, or a checkout"
    )


def calls(today: date) -> Sequence[SpokenCall]:
    """Every call in the order in which it is made, the last ones on ``today``."""
    told: dict[str, dict[str, Any]] = json.loads((root() / DAYS).read_text())
    made = [_call(name, when, today) for name, when in told.items()]
    return sorted(made, key=lambda call: (call.started_at, call.name))


def _call(name: str, when: dict[str, Any], today: date) -> SpokenCall:
    files = root() / CALLS / name
    sidecar = json.loads(files.with_suffix(".json").read_text())
    at = time.fromisoformat(when["at"])
    day = today - timedelta(days=when["age_days"])
    last_ms = max((event["at_ms"] for event in sidecar["events"]), default=60_000)
    return SpokenCall(name, datetime.combine(day, at, tzinfo=HELSINKI), last_ms, files)


def drop(call: SpokenCall, folder: Path) -> Found:
    """What the telephone system leaves in ``folder`` when the call is over."""
    folder.mkdir(parents=True, exist_ok=True)
    sidecar = json.loads(call.files.with_suffix(".json").read_text())
    sidecar["started_at"] = call.started_at.isoformat()
    for side in SIDES:
        shutil.copyfile(f"{call.files}.{side}.opus", folder / f"{call.name}.{side}.opus")
    (folder / f"{call.name}.json").write_text(json.dumps(sidecar, ensure_ascii=False))
    for found in folders.find([folder / f"{call.name}.json"]):
        if isinstance(found, Unmatched):
            raise found.why
        return found
    raise ConfigError(
        f"demo/calls/{call.name}: is not whole", remedy="restore it from the checkout"
    )
