"""The row of a recording, once more: from what is sealed beside its sound.

An older dump lacks the calls that were sealed after it. Their keys stand on the pages, their sound
in the blob store, and the facts of their rows in a blob of their own under the same key: so the
register is whole again after a restore, and what dies leaves no second copy of its facts
(docs/formats/facts.md).
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q

from talteen.clock import helsinki_date
from talteen.engine.vault.entries import Entry, Kind
from talteen.errors import TalteenError
from talteen.ids import RecordingId
from talteen.life.capture import acts as capture
from talteen.life.capture import unsealed
from talteen.life.seal.vault import Vault
from talteen.notice import retention
from talteen.notice.purposes import Role
from talteen.register.models import AnnouncementVersion, Line, NoticeVersion, Recording, Staff
from talteen.register.states import Progress

FORMAT = 1
_PLAIN = (
    "progress",
    "zone_rules",
    "length_ms",
    "direction",
    "source",
    "language",
    "marks",
    "incomplete",
    "special_category",
    "third_parties",
    "origin",
)
_TIMES = ("arrived_at", "announced_until")

Then = Callable[[RecordingId], None]


def facts(row: Recording) -> bytes:
    """What the row says at sealing, as JSON: bound to live and die with the recording's key."""
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: getattr(row, name).isoformat() for name in _TIMES}
    told |= {
        "format": FORMAT,
        "line": row.line_id,
        "agent": str(row.agent_id),
        "agent_code": row.agent.code,
        "notice": row.notice_id,
        "announcement": row.announcement_id,
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def relist(vault: Vault, recording: RecordingId, entry: Entry, *, then: Then) -> bool:
    """Write the row of ``recording`` again, inside the caller's transaction; ``then`` follows.

    False where that cannot be: its facts do not open, or the register lacks its line, its notice or
    its announcement. Times and end come from the page, never from the facts. A restriction or a
    correction that was made after sealing is not among the facts (decision 004).
    """
    try:
        told = _read(vault, recording, entry)
    except (TalteenError, ValueError):
        return False
    if told is None or not _known(told):
        return False
    unsealed.withdraw(recording)
    row = Recording.objects.create(
        id=recording,
        **{name: told[name] for name in _PLAIN},
        **{name: datetime.fromisoformat(told[name]) for name in _TIMES},
        started_at=entry.start,
        day=helsinki_date(entry.start),
        cutoff_at=retention.cutoff(entry.due, vault.margin_days),
        due_at=entry.due,
        line_id=told["line"],
        agent=_agent(told),
        notice_id=told["notice"],
        announcement_id=told["announcement"],
    )
    capture.remember(row, entry.mac)
    if row.progress == Progress.SEALED.value:
        then(recording)
    return True


_SOUND = ("length_ms", "marks", "incomplete", "announced_until", "announcement")


def refresh(vault: Vault, row: Recording, entry: Entry) -> None:
    """Bring the row to what is sealed beside sound that replaced another: its length, its marks."""
    told = _read(vault, RecordingId(row.pk), entry)
    if told is None:
        return
    for name in ("length_ms", "marks", "incomplete"):
        setattr(row, name, told[name])
    row.announced_until = datetime.fromisoformat(told["announced_until"])
    row.announcement_id = told["announcement"]
    row.save(update_fields=_SOUND)


def _read(vault: Vault, recording: RecordingId, entry: Entry) -> dict[str, Any] | None:
    ref = next((ref for ref in entry.blobs if ref.kind is Kind.FACTS), None)
    if ref is None:
        return None
    blob = vault.open_blob(recording, ref, entry)
    told: dict[str, Any] = json.loads(blob.read(0, blob.plain_size))
    return told if told["format"] == FORMAT else None


def _known(told: dict[str, Any]) -> bool:
    return (
        Line.objects.filter(pk=told["line"]).exists()
        and NoticeVersion.objects.filter(pk=told["notice"]).exists()
        and AnnouncementVersion.objects.filter(pk=told["announcement"]).exists()
    )


def _agent(told: dict[str, Any]) -> Staff:
    """The agent, or a person of that code who may do nothing until somebody enters them again."""
    same = Staff.objects.filter(Q(pk=told["agent"]) | Q(code=told["agent_code"])).first()
    return same or Staff.objects.create(
        pk=told["agent"],
        code=told["agent_code"],
        name=told["agent_code"],
        role=Role.AGENT.value,
        is_active=False,
    )
