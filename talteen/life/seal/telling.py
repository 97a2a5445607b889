"""What the capture node of this machine is told of its house: lines, agents, announcements and how
they sound.

Told again by every sweep, so that a version that is published, or a line that is excluded, is known
to a node that runs (decision 117). The node sees by the files' times that they are others, so
nothing is written that stands there already.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from talteen.clock import helsinki_date
from talteen.config.capture import CaptureSection
from talteen.life.capture.house_file import HouseFile, Prompt
from talteen.life.capture.listening import waves
from talteen.life.capture.node_files import Folder
from talteen.notice.purposes import Role
from talteen.register import balanced
from talteen.register.models import AnnouncementVersion, Line, Staff
from talteen.register.staff import acknowledgements


def tell(folder: Folder, told: CaptureSection, register: Path, now: datetime) -> bool:
    """Bring the node's files in ``folder`` to what the register says now; gives whether anything
    was new. ``register``: the register folder, with the sounds of its prompts. ``now``: aware."""
    # The sound first: a version whose sound is not there cannot be heard when it comes into force.
    sounded = _give_sounds(folder, register)
    return _house_file(told, now).write(folder.house) or sounded


def _house_file(told: CaptureSection, now: datetime) -> HouseFile:
    lines = list(Line.objects.order_by("slug"))
    # Codes alone: the role of a node may read no more of people.
    agents = Staff.objects.filter(role=Role.AGENT.value, is_active=True).order_by("code")
    codes, untold = list(agents.values_list("code", flat=True)), _untold(now)
    return HouseFile(
        prompts=tuple(_prompts()) if balanced.may_record(helsinki_date(now)) else (),
        fallback_line=told.fallback_line or next((row.slug for row in lines), ""),
        fallback_agent=told.fallback_agent or _first(codes, but=untold),
        lines=told.lines,
        agents=told.agents or {code: code for code in codes},
        languages={row.slug: row.language for row in lines},
        excluded=tuple(row.slug for row in lines if not row.recorded),
        untold=untold,
    )


def _prompts() -> Iterable[Prompt]:
    """A node that knows none keeps nothing: no evidence can name one (6.2, 6.3)."""
    for row in AnnouncementVersion.objects.order_by("key"):
        yield Prompt(row.key, row.language, row.direction, row.length_ms, row.valid_from)


def _first(codes: Sequence[str], *, but: Collection[str]) -> str:
    """Whose a call counts as that names nobody: somebody's whose calls are recorded, if any are."""
    return next((one for one in codes if one not in but), next(iter(codes), ""))


def _untold(now: datetime) -> tuple[str, ...]:
    """Of everybody who works here and may answer a telephone: whose calls are not recorded."""
    people = list(Staff.objects.only("code").filter(is_active=True).order_by("code"))
    found = acknowledgements.standings(people, now)
    return tuple(one.code for one in people if not found[one.pk].recorded)


def _give_sounds(folder: Folder, register: Path) -> bool:
    """Each announcement's sound that the node lacks; a version's sound never changes. One that left
    the register folder stays where the node has it."""
    missing = AnnouncementVersion.objects.exclude(sound_sha256=None)
    missing = missing.exclude(key__in=waves.keys(folder.prompts))
    wanted = {bytes(row.sound_sha256 or b""): row.key for row in missing}
    if not wanted:
        return False
    given = False
    for path in (register / "sounds").glob("*.wav"):
        wave = path.read_bytes()
        key = wanted.get(hashlib.sha256(wave).digest())
        if key is not None:
            waves.write(folder.prompts, key, wave)
            given = True
    return given
